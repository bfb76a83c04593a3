// The operations of src/ops/strings as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Value AsString(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AsString", {input}, std::move(attrs), node)[0];
}
inline Value DecodeBase64(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DecodeBase64", {input}, std::move(attrs), node)[0];
}
inline Value EncodeBase64(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("EncodeBase64", {input}, std::move(attrs), node)[0];
}
inline Value Fingerprint(const Value& data, const Value& method, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Fingerprint", {data, method}, std::move(attrs), node)[0];
}
inline Value ReduceJoin(const Value& inputs_, const Value& reduction_indices, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ReduceJoin", {inputs_, reduction_indices}, std::move(attrs), node)[0];
}
inline Value RegexFullMatch(const Value& input, const Value& pattern, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RegexFullMatch", {input, pattern}, std::move(attrs), node)[0];
}
inline Value RegexReplace(const Value& input, const Value& pattern, const Value& rewrite, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RegexReplace", {input, pattern, rewrite}, std::move(attrs), node)[0];
}
inline Value StaticRegexFullMatch(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StaticRegexFullMatch", {input}, std::move(attrs), node)[0];
}
inline Value StaticRegexReplace(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StaticRegexReplace", {input}, std::move(attrs), node)[0];
}
inline Value StringFormat(const Values& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringFormat", ops::joined(inputs_), std::move(attrs), node)[0];
}
inline Value StringJoin(const Values& inputs_, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringJoin", ops::joined(inputs_), std::move(attrs), node)[0];
}
inline Value StringLength(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringLength", {input}, std::move(attrs), node)[0];
}
inline Value StringLower(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringLower", {input}, std::move(attrs), node)[0];
}
inline Values StringNGrams(const Value& data, const Value& data_splits, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringNGrams", {data, data_splits}, std::move(attrs), node);
}
inline Values StringSplit(const Value& input, const Value& delimiter, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringSplit", {input, delimiter}, std::move(attrs), node);
}
inline Values StringSplitV2(const Value& input, const Value& sep, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringSplitV2", {input, sep}, std::move(attrs), node);
}
inline Value StringStrip(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringStrip", {input}, std::move(attrs), node)[0];
}
inline Value StringToHashBucket(const Value& string_tensor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringToHashBucket", {string_tensor}, std::move(attrs), node)[0];
}
inline Value StringToHashBucketFast(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringToHashBucketFast", {input}, std::move(attrs), node)[0];
}
inline Value StringToHashBucketStrong(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringToHashBucketStrong", {input}, std::move(attrs), node)[0];
}
inline Value StringToNumber(const Value& string_tensor, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringToNumber", {string_tensor}, std::move(attrs), node)[0];
}
inline Value StringUpper(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("StringUpper", {input}, std::move(attrs), node)[0];
}
inline Value Substr(const Value& input, const Value& pos, const Value& len, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Substr", {input, pos, len}, std::move(attrs), node)[0];
}
inline Values UnicodeDecode(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnicodeDecode", {input}, std::move(attrs), node);
}
inline Values UnicodeDecodeWithOffsets(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnicodeDecodeWithOffsets", {input}, std::move(attrs), node);
}
inline Value UnicodeEncode(const Value& input_values, const Value& input_splits, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnicodeEncode", {input_values, input_splits}, std::move(attrs), node)[0];
}
inline Value UnicodeScript(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnicodeScript", {input}, std::move(attrs), node)[0];
}
inline Value UnicodeTranscode(const Value& input, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnicodeTranscode", {input}, std::move(attrs), node)[0];
}
inline Value UnsortedSegmentJoin(const Value& inputs_, const Value& segment_ids, const Value& num_segments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnsortedSegmentJoin", {inputs_, segment_ids, num_segments}, std::move(attrs), node)[0];
}

}  // namespace rill::raw_ops
// clang-format on
