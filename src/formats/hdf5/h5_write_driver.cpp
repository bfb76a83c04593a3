#include "formats/hdf5/h5_write_driver.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace rill::formats {
namespace {

struct WrittenFile {
  H5FD_t pub;  // the library's part; must be first
  H5Target* target;
  haddr_t end_of_allocation;
  haddr_t end;
};

WrittenFile& self(H5FD_t* file) { return *reinterpret_cast<WrittenFile*>(file); }
const WrittenFile& self(const H5FD_t* file) { return *reinterpret_cast<const WrittenFile*>(file); }

H5FD_t* open_file(const char*, unsigned, hid_t access_list, haddr_t) {
  const void* info = H5Pget_driver_info(access_list);
  if (info == nullptr) return nullptr;
  H5Target* target = *static_cast<H5Target* const*>(info);
  auto* file = new (std::nothrow) WrittenFile{{}, target, 0, 0};
  return file ? &file->pub : nullptr;
}

herr_t close_file(H5FD_t* file) {
  self(file).target->size = std::max(self(file).end, self(file).end_of_allocation);
  delete &self(file);
  return 0;
}

herr_t query(const H5FD_t*, unsigned long* flags) {  // NOLINT: the library's type
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA |
           H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DATA_SIEVE;
  return 0;
}

haddr_t get_eoa(const H5FD_t* file, H5FD_mem_t) { return self(file).end_of_allocation; }

herr_t set_eoa(H5FD_t* file, H5FD_mem_t, haddr_t address) {
  self(file).end_of_allocation = address;
  return 0;
}

haddr_t get_eof(const H5FD_t* file, H5FD_mem_t) { return self(file).end; }

// Zeros behind the end, as the library's own drivers give.
herr_t read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, size_t size, void* out) {
  WrittenFile& f = self(file);
  const size_t present =
      address >= f.end ? 0 : std::min<size_t>(size, static_cast<size_t>(f.end - address));
  try {
    f.target->file->read_at(f.target->base + address,
                            std::span(static_cast<std::byte*>(out), present));
  } catch (...) {
    if (!f.target->error) f.target->error = std::current_exception();
    std::memset(out, 0, present);
  }
  std::memset(static_cast<char*>(out) + present, 0, size - present);
  return 0;
}

// The library could not close a file whose writes fail: the error is told afterwards.
herr_t write(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, size_t size, const void* data) {
  WrittenFile& f = self(file);
  if (f.target->error) return 0;
  try {
    f.target->file->write_at(f.target->base + address,
                             Bytes(static_cast<const std::byte*>(data), size));
    f.end = std::max<haddr_t>(f.end, address + size);
  } catch (...) {
    f.target->error = std::current_exception();
  }
  return 0;
}

hid_t register_driver() {
  H5FD_class_t driver = {};
  driver.name = "rill_writer";
  driver.maxaddr = (haddr_t{1} << 62) - 1;
  driver.fc_degree = H5F_CLOSE_WEAK;
  driver.fapl_size = sizeof(H5Target*);
  driver.open = open_file;
  driver.close = close_file;
  driver.query = query;
  driver.get_eoa = get_eoa;
  driver.set_eoa = set_eoa;
  driver.get_eof = get_eof;
  driver.read = read;
  driver.write = write;
  return H5FDregister(&driver);
}

}  // namespace

bool set_write_driver(hid_t access_list, H5Target* target) {
  static const hid_t driver = register_driver();
  return driver >= 0 && H5Pset_driver(access_list, driver, &target) >= 0;
}

}  // namespace rill::formats
