// tf.train.Example: features by name, each a list of bytes, floats or int64 numbers.
// Layout: tensorflow/core/example/{example,feature}.proto.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "op/kernel_context.h"

namespace rill {

struct Feature {
  DType dtype = DType::invalid;         // invalid: the message holds no list, as good as missing
  std::vector<std::string_view> texts;  // into the serialised message
  std::vector<float> floats;
  std::vector<int64_t> ints;

  int64_t size() const { return static_cast<int64_t>(texts.size() + floats.size() + ints.size()); }
  // Appends the elements [begin, end) to `out`, at element `at`.
  void copy_to(Tensor& out, int64_t at) const;
};

using Features = std::map<std::string_view, Feature>;

// Throws INVALID_ARGUMENT for bytes that are no such message.
Features parse_example(const NodeAccess& node, std::string_view bytes);

// tf.train.SequenceExample: the context, and lists of features by name.
struct Sequence {
  Features context;
  std::map<std::string_view, std::vector<Feature>> lists;
};
Sequence parse_sequence_example(const NodeAccess& node, std::string_view bytes);

}  // namespace rill
