#include "ops/text.h"

#include <algorithm>

namespace rill {

std::string_view strip(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

int64_t utf8_length(std::string_view text) {
  return std::count_if(text.begin(), text.end(), starts_character);
}

}  // namespace rill
