#include "ops/csv.h"

#include "base/fail.h"
#include "base/str.h"
#include "ops/number_text.h"

namespace rill {
namespace {

void demand(const CsvForm& form, bool holds, const char* what) {
  if (!holds) fail(Code::invalid_argument, form.who, what);
}

std::string place(size_t column, int64_t record) {
  return record < 0 ? str("Field ", column) : str("Field ", column, " in record ", record);
}

}  // namespace

std::string_view csv_record(const CsvForm& form, std::string_view text, size_t& length) {
  bool quoted = false;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    if (form.quotes && text[i] == '"') quoted = !quoted;
    if (!quoted && (text[i] == '\n' || text[i] == '\r')) break;
  }
  length = i + (i < text.size() ? 1 : 0) + (text.substr(i, 2) == "\r\n" ? 1 : 0);
  return text.substr(0, i);
}

std::vector<std::string> csv_fields(const CsvForm& form, std::string_view record) {
  std::vector<std::string> fields;
  size_t i = 0;
  while (true) {
    std::string field;
    if (form.quotes && i < record.size() && record[i] == '"') {
      ++i;
      while (true) {
        demand(form, i < record.size(),
               "Quoted field has to end with quote followed by delim or end");
        if (record[i] != '"') {
          field += record[i++];
        } else if (i + 1 < record.size() && record[i + 1] == '"') {
          field += '"';
          i += 2;
        } else {
          break;
        }
      }
      ++i;
      demand(form, i >= record.size() || record[i] == form.delimiter,
             "Quote inside a string has to be escaped by another quote");
    } else {
      for (; i < record.size() && record[i] != form.delimiter; ++i) {
        demand(form, !(form.quotes && record[i] == '"') && record[i] != '\n' && record[i] != '\r',
               "Unquoted fields cannot have quotes/CRLFs inside");
        field += record[i];
      }
    }
    fields.push_back(std::move(field));
    if (i >= record.size()) return fields;
    ++i;  // the delimiter; another field follows, perhaps an empty one
  }
}

void put_csv_field(const CsvForm& form, const std::string& field, const Tensor& standard,
                   size_t column, int64_t record, Tensor& out, int64_t at) {
  const bool absent = field.empty() || field == form.missing;
  if (absent && standard.size() != 1) {
    fail(Code::invalid_argument, form.who, "Field ", column, " is required but missing in record ",
         record < 0 ? "" : std::to_string(record), "!");
  }
  const auto put = [&]<typename T>() {
    T* const to = out.data<T>() + at;
    if (absent) {
      *to = *standard.data<T>();
    } else if constexpr (std::is_same_v<T, std::string>) {
      *to = field;
    } else if (!parse_number(field, *to)) {
      fail(Code::invalid_argument, form.who, place(column, record), " is not a valid ", out.dtype(),
           ": ", field);
    }
  };
  switch (out.dtype()) {
    case DType::int32:
      return put.operator()<int32_t>();
    case DType::int64:
      return put.operator()<int64_t>();
    case DType::float32:
      return put.operator()<float>();
    case DType::float64:
      return put.operator()<double>();
    case DType::string:
      return put.operator()<std::string>();
    default:
      fail(Code::invalid_argument, form.who, "csv: data type ", out.dtype(), " not supported");
  }
}

}  // namespace rill
