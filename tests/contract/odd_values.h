// Values that a config may hold in any place.
#pragma once

#include <vector>

#include "codec/json.h"

namespace rill::test {

// What a place of a config may hold instead.
inline std::vector<Json> odd_values() {
  std::vector<Json> out;
  for (const char* text : {"null",
                           "true",
                           "0",
                           "1",
                           "-1",
                           "3",
                           "-7",
                           "2147483647",
                           "-2147483648",
                           "4611686018427387904",
                           "-9223372036854775808",
                           "0.5",
                           "-0.5",
                           "1e308",
                           "NaN",
                           "-Infinity",
                           R"("")",
                           R"("same")",
                           R"("channels_first")",
                           "[]",
                           "[0]",
                           "[-1]",
                           "[2, 2]",
                           "[0, 0]",
                           "[-3, 5]",
                           "[1, 2, 3, 4, 5]",
                           "[2147483647, 2147483647]",
                           R"(["x"])",
                           "[null]",
                           "[[1, 2], [3, 4]]",
                           "{}",
                           R"({"class_name": "Dense", "config": {"units": 0}})"}) {
    out.push_back(Json::parse(text));
  }
  return out;
}

// Calls f for each value of a config, which f may change: members, and elements of lists.
template <typename F>
void each_place(Json& value, const F& f) {
  if (value.is_object()) {
    for (auto& [key, member] : value.as_object()) {
      f(member);
      each_place(member, f);
    }
  } else if (value.is_array()) {
    for (Json& element : value.as_array()) {
      f(element);
      each_place(element, f);
    }
  }
}

}  // namespace rill::test
