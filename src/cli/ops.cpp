#include <map>

#include "base/str.h"
#include "cli/case_counts.h"
#include "cli/commands.h"
#include "cli/ops_header.h"
#include "cli/output.h"
#include "op/registry.h"

namespace rill::cli {
namespace {

bool has_kernel(const OpDef& def) { return def.kernel != nullptr || def.prepare != nullptr; }

std::string kernel_text(const OpDef& def) {
  if (def.kernel != nullptr && def.prepare != nullptr) return "kernel, prepared";
  if (def.prepare != nullptr) return "prepared";
  if (def.kernel != nullptr) return "kernel";
  return def.decompose != nullptr ? "by other ops" : "none";
}

std::string gradient_text(const OpDef& def) {
  if (def.gradient != nullptr) return "yes";
  return def.not_differentiable ? "none by definition" : "";
}

// "float32, int32" for each type attribute: "T: float32, int32".
std::string types_text(const OpDef& def) {
  std::string out;
  for (const AttrDef& attr : def.attrs) {
    if (attr.kind != AttrKind::type || attr.types.empty()) continue;
    out += str(out.empty() ? "" : "; ", attr.name, ": ");
    for (size_t i = 0; i < attr.types.size(); ++i) out += str(i ? ", " : "", attr.types[i]);
  }
  return out;
}

using Counts = std::map<std::string, int, std::less<>>;

int count_of(const Counts& counts, const OpDef& def) {
  const auto found = counts.find(def.name);
  return found == counts.end() ? 0 : found->second;
}

Json op_json(const OpDef& def, const Counts& counts) {
  Json json = Json::object();
  json.set("name", def.name);
  json.set("signature", def.signature);
  json.set("family", def.family);
  json.set("types", types_text(def));
  json.set("kernel", has_kernel(def));
  json.set("prepare", def.prepare != nullptr);
  json.set("decompose", def.decompose != nullptr);
  json.set("gradient", def.gradient != nullptr);
  json.set("not_differentiable", def.not_differentiable);
  json.set("stateful", def.stateful);
  if (!counts.empty()) json.set("cases", count_of(counts, def));
  return json;
}

// doc/ops.md, whole.
std::string markdown(const std::vector<const OpDef*>& defs, const Counts& counts) {
  size_t gradients = 0;
  for (const OpDef* def : defs) gradients += def->gradient != nullptr ? 1 : 0;
  std::string out = str(
      "# Operations\n\nWritten by `rill ops --markdown --cases tests/data/conformance > "
      "doc/ops.md`; "
      "a test fails when it is stale.\n\n",
      defs.size(), " operations, ", gradients,
      " with a gradient of their own. Control flow (If, While, Case, calls, Switch, Merge, Enter, "
      "Exit, NextIteration) is differentiated as a whole.\n\nPrepared kernels do their checks "
      "once, when shapes are known. What runs by other ops is written with them.\n\nCases are the "
      "graphs of the committed slice of TensorFlow's answers (tests/data/conformance) that hold "
      "the "
      "op; doc/coverage.md counts all of them.\n\n"
      "| op | types | runs by | gradient | cases |\n| --- | --- | --- | --- | --- |\n");
  for (const OpDef* def : defs) {
    out += str("| `", def->signature, "` | ", types_text(*def), " | ", kernel_text(*def), " | ",
               gradient_text(*def), " | ", count_of(counts, *def), " |\n");
  }
  return out;
}

}  // namespace

int ops(const Arguments& arguments) {
  std::vector<const OpDef*> defs;
  for (const std::string& name : op_registry().names()) {
    if (!name.starts_with("_")) defs.push_back(op_registry().find(name));
  }
  const Counts counts = arguments.cases.empty() ? Counts() : case_counts(arguments.cases);
  if (arguments.json) {
    Json list = Json::array();
    for (const OpDef* def : defs) list.push_back(op_json(*def, counts));
    Json json = Json::object();
    json.set("rill", 1);
    json.set("ops", std::move(list));
    print_json(json);
    return 0;
  }
  if (!arguments.header.empty()) {
    write_ops_headers(defs, arguments.header);
    return 0;
  }
  if (arguments.markdown) {
    print(markdown(defs, counts));
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  size_t gradients = 0;
  for (const OpDef* def : defs) {
    gradients += def->gradient != nullptr ? 1 : 0;
    const size_t paren = def->signature.find('(');
    rows.push_back({def->name, kernel_text(*def), def->gradient != nullptr ? "gradient" : "",
                    paren == std::string::npos ? "" : def->signature.substr(paren)});
  }
  print(align(rows, ""));
  print(str(defs.size(), " ops, ", gradients, " with a gradient\n"));
  return 0;
}

}  // namespace rill::cli
