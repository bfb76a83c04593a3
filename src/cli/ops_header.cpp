#include "cli/ops_header.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/str.h"

namespace rill::cli {
namespace {

bool is_list(const ArgDef& arg) { return !arg.number_attr.empty() || !arg.type_list_attr.empty(); }

// Names of arguments that C++ or the functions themselves have taken.
std::string parameter(const std::string& name) {
  static constexpr std::array<std::string_view, 16> kTaken = {
      "attrs",  "default", "delete", "do",     "else",   "for",    "if",       "in",
      "inputs", "new",     "node",   "signed", "switch", "static", "template", "void"};
  const bool taken = std::find(kTaken.begin(), kTaken.end(), name) != kTaken.end();
  return taken ? name + "_" : name;
}

std::string function(const OpDef& def) {
  std::string parameters, inputs;
  const bool lists = std::any_of(def.inputs.begin(), def.inputs.end(), is_list);
  for (const ArgDef& arg : def.inputs) {
    const std::string name = parameter(arg.name);
    parameters += str("const ", is_list(arg) ? "Values& " : "Value& ", name, ", ");
    inputs += str(inputs.empty() ? "" : ", ", name);
  }
  const std::string all = lists ? str("detail::joined(", inputs, ")") : str("{", inputs, "}");
  const bool one = def.outputs.size() == 1 && !is_list(def.outputs[0]);
  const bool none = def.outputs.empty();
  return str("inline ",
             none  ? "void"
             : one ? "Value"
                   : "Values",
             " ", def.name, "(", parameters,
             "AttrMap attrs = {}, std::string_view node = {}) {\n  ", none ? "" : "return ",
             "ops::call(\"", def.name, "\", ", all, ", std::move(attrs), node)", one ? "[0]" : "",
             ";\n}\n");
}

constexpr const char* kBegin = R"(// Written by `rill ops --header`; a test fails when it is stale.
// Every operation as a function, named and with the inputs that TensorFlow's tf.raw_ops has:
// raw_ops::MatMul(a, b, {{"transpose_b", true}}). Attributes that inputs tell, and those with a
// default, may be left out. doc/ops.md lists types and gradients.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {
namespace detail {

inline void append(Values& all, const Value& one) { all.push_back(one); }
inline void append(Values& all, const Values& many) { all.insert(all.end(), many.begin(), many.end()); }

template <typename... Parts>
Values joined(const Parts&... parts) {
  Values all;
  (append(all, parts), ...);
  return all;
}

}  // namespace detail

)";

}  // namespace

std::string ops_header(const std::vector<const OpDef*>& defs) {
  std::string out = kBegin;
  for (const OpDef* def : defs) out += function(*def);
  return out + "\n}  // namespace rill::raw_ops\n// clang-format on\n";
}

}  // namespace rill::cli
