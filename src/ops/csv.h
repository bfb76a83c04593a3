// Records of CSV (RFC 4180): their fields and what these say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rill/tensor.hpp"

namespace rill {

// The dtypes that fields are read as.
inline constexpr DType kCsvTypes[] = {DType::float32, DType::float64, DType::int32, DType::int64,
                                      DType::string};

struct CsvForm {
  std::string who;  // begins messages
  char delimiter = ',';
  bool quotes = true;
  std::string missing;  // a field that is as good as empty
};

// The record that `text` begins with, and in `length` its bytes with the end of the line. Lines end
// outside of quotes, with \n, \r or both.
std::string_view csv_record(const CsvForm& form, std::string_view text, size_t& length);

// An empty record has one empty field. Throws INVALID_ARGUMENT.
std::vector<std::string> csv_fields(const CsvForm& form, std::string_view record);

// out[at] = the field, or `standard` when it is empty. `column` and `record` are for messages; the
// latter may be -1. Throws INVALID_ARGUMENT, UNIMPLEMENTED.
void put_csv_field(const CsvForm& form, const std::string& field, const Tensor& standard,
                   size_t column, int64_t record, Tensor& out, int64_t at);

}  // namespace rill
