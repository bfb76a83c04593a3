// Operations on strings.
#pragma once

#include <cstdint>
#include <string_view>

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill::ops {

RILL_API Value string_join(const Values& inputs, std::string_view separator = "");
// Indices, values and shape of a sparse matrix of the parts. An empty separator: whitespace.
RILL_API Values string_split(const Value& x, std::string_view separator = "",
                             int64_t maxsplit = -1);
RILL_API Value string_to_number(const Value& x, DType out_type = DType::float32);
RILL_API Value as_string(const Value& x);
RILL_API Value string_to_hash_bucket_fast(const Value& x, int64_t num_buckets);
RILL_API Value regex_replace(const Value& x, std::string_view pattern, std::string_view rewrite,
                             bool replace_global = true);
RILL_API Value regex_full_match(const Value& x, std::string_view pattern);

}  // namespace rill::ops
