#include "cli/ops_header.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

#include "base/str.h"
#include "codec/atomic_file.h"

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
  const std::string all = lists ? str("ops::joined(", inputs, ")") : str("{", inputs, "}");
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

constexpr const char* kWritten =
    "// Written by `rill ops --header include/rill`; a test fails when it is stale.\n";

std::string family_header(const std::string& family, const std::vector<const OpDef*>& defs) {
  std::string out =
      str("// The operations of src/ops/", family, " as functions: rill/raw_ops.hpp.\n", kWritten,
          "// clang-format off\n#pragma once\n\n#include <string_view>\n"
          "#include <utility>\n\n#include \"rill/ops/call.hpp\"\n\n"
          "namespace rill::raw_ops {\n\n");
  for (const OpDef* def : defs) out += function(*def);
  return out + "\n}  // namespace rill::raw_ops\n// clang-format on\n";
}

constexpr const char* kBegin =
    "// Every operation as a function, named and with the inputs that TensorFlow's tf.raw_ops "
    "has:\n"
    "// raw_ops::MatMul(a, b, {{\"transpose_b\", true}}). Attributes that inputs tell, and those "
    "with "
    "a\n// default, may be left out. doc/ops.md lists types and gradients.\n";

}  // namespace

void write_ops_headers(const std::vector<const OpDef*>& defs, const std::filesystem::path& folder) {
  std::map<std::string, std::vector<const OpDef*>> families;
  for (const OpDef* def : defs) families[def->family].push_back(def);
  std::filesystem::create_directories(folder / "raw_ops");
  std::string all = str(kBegin, kWritten, "#pragma once\n\n");
  for (const auto& [family, members] : families) {
    write_file(folder / "raw_ops" / (family + ".hpp"), family_header(family, members));
    all += str("#include \"rill/raw_ops/", family, ".hpp\"\n");
  }
  write_file(folder / "raw_ops.hpp", all);
}

}  // namespace rill::cli
