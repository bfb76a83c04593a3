#include "formats/hdf5/h5_driver.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace rill::formats {
namespace {

struct MemoryFile {
  H5FD_t pub;  // the library's part; must be first
  Bytes bytes;
  haddr_t end_of_allocation;
};

H5FD_t* open_file(const char*, unsigned flags, hid_t access_list, haddr_t) {
  const void* info = H5Pget_driver_info(access_list);
  if (info == nullptr || (flags & H5F_ACC_RDWR) != 0) return nullptr;
  auto* file = new (std::nothrow) MemoryFile{{}, *static_cast<const Bytes*>(info), 0};
  return file ? &file->pub : nullptr;
}

herr_t close_file(H5FD_t* file) {
  delete reinterpret_cast<MemoryFile*>(file);
  return 0;
}

herr_t query(const H5FD_t*, unsigned long* flags) {  // NOLINT: the library's type
  *flags = 0;
  return 0;
}

haddr_t get_eoa(const H5FD_t* file, H5FD_mem_t) {
  return reinterpret_cast<const MemoryFile*>(file)->end_of_allocation;
}

herr_t set_eoa(H5FD_t* file, H5FD_mem_t, haddr_t address) {
  reinterpret_cast<MemoryFile*>(file)->end_of_allocation = address;
  return 0;
}

haddr_t get_eof(const H5FD_t* file, H5FD_mem_t) {
  return reinterpret_cast<const MemoryFile*>(file)->bytes.size();
}

// Zeros behind the end, as the library's own drivers give.
herr_t read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, size_t size, void* out) {
  const Bytes bytes = reinterpret_cast<const MemoryFile*>(file)->bytes;
  if (address > bytes.size()) return -1;
  const size_t present = std::min<size_t>(size, bytes.size() - static_cast<size_t>(address));
  if (present > 0) std::memcpy(out, bytes.data() + address, present);
  if (present < size) std::memset(static_cast<char*>(out) + present, 0, size - present);
  return 0;
}

herr_t refuse_write(H5FD_t*, H5FD_mem_t, hid_t, haddr_t, size_t, const void*) { return -1; }

hid_t register_driver() {
  H5FD_class_t driver = {};
  driver.name = "rill_memory";
  driver.maxaddr = (haddr_t{1} << 63) - 1;
  driver.fc_degree = H5F_CLOSE_WEAK;
  driver.fapl_size = sizeof(Bytes);
  driver.open = open_file;
  driver.close = close_file;
  driver.query = query;
  driver.get_eoa = get_eoa;
  driver.set_eoa = set_eoa;
  driver.get_eof = get_eof;
  driver.read = read;
  driver.write = refuse_write;
  return H5FDregister(&driver);
}

}  // namespace

bool set_memory_driver(hid_t access_list, Bytes bytes) {
  static const hid_t driver = register_driver();
  return driver >= 0 && H5Pset_driver(access_list, driver, &bytes) >= 0;
}

}  // namespace rill::formats
