#include "formats/hdf5/h5_handle.h"

#include <cstring>

namespace rill::formats {
namespace {

std::recursive_mutex& library_mutex() {
  static std::recursive_mutex* mutex = new std::recursive_mutex;  // outlives every static object
  return *mutex;
}

herr_t take_first(unsigned, const H5E_error2_t* error, void* out) {
  auto& text = *static_cast<std::string*>(out);
  if (text.empty() && error->desc != nullptr) text = error->desc;
  return 0;
}

// IEEE-like floats by their fields: exponent bits, mantissa bits, bias.
DType float_type(hid_t type, size_t size) {
  size_t sign = 0;
  size_t exponent_at = 0;
  size_t exponent = 0;
  size_t mantissa_at = 0;
  size_t mantissa = 0;
  if (H5Tget_fields(type, &sign, &exponent_at, &exponent, &mantissa_at, &mantissa) < 0) {
    return DType::invalid;
  }
  const size_t bias = H5Tget_ebias(type);
  if (size == 4 && exponent == 8 && mantissa == 23 && bias == 127) return DType::float32;
  if (size == 8 && exponent == 11 && mantissa == 52 && bias == 1023) return DType::float64;
  if (size == 2 && exponent == 5 && mantissa == 10 && bias == 15) return DType::float16;
  if (size == 2 && exponent == 8 && mantissa == 7 && bias == 127) return DType::bfloat16;
  return DType::invalid;
}

DType integer_type(hid_t type, size_t size) {
  const bool is_signed = H5Tget_sign(type) == H5T_SGN_2;
  switch (size) {
    case 1:
      return is_signed ? DType::int8 : DType::uint8;
    case 2:
      return is_signed ? DType::int16 : DType::uint16;
    case 4:
      return is_signed ? DType::int32 : DType::uint32;
    case 8:
      return is_signed ? DType::int64 : DType::uint64;
    default:
      return DType::invalid;
  }
}

// h5py stores bool as an enumeration of FALSE and TRUE over int8.
bool is_bool(hid_t type) {
  if (H5Tget_nmembers(type) != 2 || H5Tget_size(type) != 1) return false;
  for (unsigned i = 0; i < 2; ++i) {
    signed char value = 0;
    char* name = H5Tget_member_name(type, i);
    const bool matches = name != nullptr && H5Tget_member_value(type, i, &value) >= 0 &&
                         std::strcmp(name, value == 0 ? "FALSE" : "TRUE") == 0;
    H5free_memory(name);
    if (!matches) return false;
  }
  return true;
}

// h5py stores complex numbers as a compound of r and i.
DType complex_type(hid_t type, size_t size) {
  if (H5Tget_nmembers(type) != 2) return DType::invalid;
  for (unsigned i = 0; i < 2; ++i) {
    const H5Handle member(H5Tget_member_type(type, i), H5Tclose);
    const DType wanted = size == 8 ? DType::float32 : DType::float64;
    if (!member.ok() || h5_dtype(member.get()) != wanted) return DType::invalid;
  }
  return size == 8 ? DType::complex64 : size == 16 ? DType::complex128 : DType::invalid;
}

H5Handle copied(hid_t type) { return H5Handle(H5Tcopy(type), H5Tclose); }

H5Handle small_float(size_t exponent, size_t mantissa, size_t bias) {
  H5Handle type = copied(H5T_IEEE_F32LE);
  H5Tset_fields(type.get(), 15, mantissa, exponent, 0, mantissa);
  H5Tset_size(type.get(), 2);
  H5Tset_ebias(type.get(), bias);
  return type;
}

}  // namespace

H5Lock::H5Lock() : guard_(library_mutex()) {
  static bool ready = false;
  if (ready) return;
  H5dont_atexit();
  H5open();
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // nothing is printed: errors become exceptions
  ready = true;
}

std::string h5_error_text() {
  std::string text;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_first, &text);
  H5Eclear2(H5E_DEFAULT);
  return text.empty() ? "the HDF5 library gives no reason" : text;
}

DType h5_dtype(hid_t type) {
  const size_t size = H5Tget_size(type);
  switch (H5Tget_class(type)) {
    case H5T_FLOAT:
      return float_type(type, size);
    case H5T_INTEGER:
      return integer_type(type, size);
    case H5T_STRING:
      return DType::string;
    case H5T_ENUM:
      return is_bool(type) ? DType::bool_ : DType::invalid;
    case H5T_COMPOUND:
      return complex_type(type, size);
    // NumPy knows bfloat16 only as two bytes of no kind, and so h5py stores it.
    case H5T_OPAQUE:
      return size == 2 ? DType::bfloat16 : DType::invalid;
    default:
      return DType::invalid;
  }
}

H5Handle h5_memory_type(DType dtype) {
  switch (dtype) {
    case DType::float16:
      return small_float(5, 10, 15);
    case DType::bfloat16:
      return small_float(8, 7, 127);
    case DType::float32:
      return copied(H5T_NATIVE_FLOAT);
    case DType::float64:
      return copied(H5T_NATIVE_DOUBLE);
    case DType::int8:
      return copied(H5T_NATIVE_INT8);
    case DType::int16:
      return copied(H5T_NATIVE_INT16);
    case DType::int32:
      return copied(H5T_NATIVE_INT32);
    case DType::int64:
      return copied(H5T_NATIVE_INT64);
    case DType::uint8:
      return copied(H5T_NATIVE_UINT8);
    case DType::uint16:
      return copied(H5T_NATIVE_UINT16);
    case DType::uint32:
      return copied(H5T_NATIVE_UINT32);
    case DType::uint64:
      return copied(H5T_NATIVE_UINT64);
    case DType::bool_: {
      H5Handle type(H5Tenum_create(H5T_NATIVE_INT8), H5Tclose);
      for (const auto& [name, value] :
           {std::pair<const char*, signed char>("FALSE", 0), {"TRUE", 1}}) {
        H5Tenum_insert(type.get(), name, &value);
      }
      return type;
    }
    case DType::complex64:
    case DType::complex128: {
      const bool small = dtype == DType::complex64;
      const hid_t part = small ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE;
      H5Handle type(H5Tcreate(H5T_COMPOUND, small ? 8 : 16), H5Tclose);
      H5Tinsert(type.get(), "r", 0, part);
      H5Tinsert(type.get(), "i", small ? 4 : 8, part);
      return type;
    }
    default:
      return H5Handle(-1, H5Tclose);
  }
}

}  // namespace rill::formats
