#include "keras/core/config_rules.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/fail.h"

namespace rill::keras {
namespace {

struct Size {
  std::string_view key;
  bool required;
};

constexpr std::array<Size, 17> kSizes{{{"depth_multiplier", false},
                                       {"dilation_rate", false},
                                       {"filters", true},
                                       {"head_dim", true},
                                       {"input_dim", true},
                                       {"kernel_size", true},
                                       {"key_dim", true},
                                       {"n", true},
                                       {"num_bins", true},
                                       {"num_heads", true},
                                       {"num_key_value_heads", true},
                                       {"num_query_heads", true},
                                       {"output_dim", true},
                                       {"pool_size", false},
                                       {"size", false},
                                       {"strides", false},
                                       {"units", true}}};

const Size* size_rule(std::string_view key) {
  const auto* found =
      std::find_if(kSizes.begin(), kSizes.end(), [&](const Size& size) { return size.key == key; });
  return found == kSizes.end() ? nullptr : found;
}

bool is_positive(const Json& value, int depth) {
  if (value.is_array() && depth < 2) {
    const auto& items = value.as_array();
    return std::all_of(items.begin(), items.end(),
                       [&](const Json& item) { return is_positive(item, depth + 1); });
  }
  // What is no number is told by whoever reads it.
  return !value.is_number() || value.as_double() > 0;
}

}  // namespace

void check_setting(std::string_view key, const Json& value) {
  if (size_rule(key) == nullptr) return;
  if (value.is_null() || !is_positive(value, 0)) {
    fail(Code::invalid_argument, "found ", value.dump(), ", expected ",
         value.is_array() ? "positive integers" : "a positive integer");
  }
}

bool is_required_setting(std::string_view key) {
  const Size* size = size_rule(key);
  return size != nullptr && size->required;
}

std::string setting_word(std::string_view key, const std::string& word) {
  const bool padding = key == "padding";
  if (!padding && key != "data_format") return word;
  const std::string text = ascii::lower(word);
  const bool known = padding ? text == "valid" || text == "same" || text == "causal"
                             : text == "channels_last" || text == "channels_first";
  if (!known) {
    fail(Code::invalid_argument, "found ", quoted(word), ", expected ",
         padding ? "'valid', 'same' or 'causal'" : "'channels_last' or 'channels_first'");
  }
  return text;
}

}  // namespace rill::keras
