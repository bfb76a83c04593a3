// Operations on strings (bytes; UTF-8 where characters count), for each element of a string tensor.
#pragma once

#include <cstdint>
#include <string_view>

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill::ops {

// Element by element, with the separator between; scalars go with every element.
RILL_API Value string_join(const Values& inputs, std::string_view separator = "");
// Indices, values and shape of a sparse matrix of the parts. An empty separator: whitespace.
RILL_API Values string_split(const Value& x, std::string_view separator = "",
                             int64_t maxsplit = -1);
// float32, float64, int32 or int64. Throws INVALID_ARGUMENT naming what is no number.
RILL_API Value string_to_number(const Value& x, DType out_type = DType::float32);
// Numbers and bools as Python prints them.
RILL_API Value as_string(const Value& x);
// Fingerprint64 of the bytes modulo num_buckets: int64.
RILL_API Value string_to_hash_bucket_fast(const Value& x, int64_t num_buckets);
// RE2's syntax; \1 in the rewrite is the first group. Throw INVALID_ARGUMENT for a pattern that is
// none.
RILL_API Value regex_replace(const Value& x, std::string_view pattern, std::string_view rewrite,
                             bool replace_global = true);
RILL_API Value regex_full_match(const Value& x, std::string_view pattern);

}  // namespace rill::ops
