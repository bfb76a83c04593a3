#include <algorithm>

#include "base/fail.h"
#include "base/str.h"
#include "cli/commands.h"
#include "cli/description.h"
#include "cli/inspect_styles.h"
#include "cli/output.h"
#include "rill/graph.hpp"

namespace rill::cli {
namespace {

constexpr size_t kMostTensors = 30;  // of a text without --tensors

bool hidden(const SignaturePorts& signature) { return signature.key.starts_with("__saved_model_"); }

bool wanted(const Arguments& arguments, const SignaturePorts& signature) {
  if (!arguments.signature.empty()) return signature.key == arguments.signature;
  return arguments.all || !hidden(signature);
}

std::vector<std::string> row(const char* role, const Port& port) {
  const char* dtype = port.dtype == DType::invalid ? "?" : dtype_name(port.dtype);
  return {role, port.key, str(dtype, " ", shape_text(port.shape)), port.tensor};
}

void print_signature(const SignaturePorts& signature) {
  if (!signature.key.empty()) {
    print(str("  signature ", signature.key,
              signature.method.empty() ? "" : str(" (", signature.method, ")"), "\n"));
  }
  std::vector<std::vector<std::string>> rows;
  for (const Port& port : signature.inputs) rows.push_back(row("in ", port));
  for (const Port& port : signature.outputs) rows.push_back(row("out", port));
  print(align(rows, "    "));
}

std::string list(const std::set<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::string ops_text(const GraphPart& part) {
  std::string out = str("ops ", part.ops.size(), part.ops.size() == 1 ? " kind" : " kinds");
  if (part.missing.empty()) {
    return out +
           (part.missing_elsewhere.empty() ? ", all supported" : ", all needed ones supported");
  }
  return str(out, ", ", part.missing.size(), " not supported");
}

std::string variables_text(const Description& d) {
  return str("variables ", with_commas(static_cast<int64_t>(d.variables.size())), " (",
             with_commas(count_parameters(d)), " parameters, ", human_bytes(count_bytes(d)), ")");
}

void print_graph(const Arguments& arguments, const Description& d, const GraphPart& part) {
  if (!part.tags.empty()) {
    std::string tags;
    for (const std::string& tag : part.tags) tags += (tags.empty() ? "" : ", ") + tag;
    print(str("  tag set   ", tags, "\n"));
  }
  for (const SignaturePorts& signature : part.signatures) {
    if (wanted(arguments, signature)) print_signature(signature);
  }
  print(str("  ", d.variables.empty() ? "no variables" : variables_text(d), "   ", ops_text(part),
            "\n"));
  for (const auto& [op, users] : part.missing) {
    const std::string names = list(users);
    print(str("  ", red("missing"), "   ", op, names.empty() ? "" : " (" + names + ")", "\n"));
  }
  if (!part.missing_elsewhere.empty()) {
    print(str("  not needed to predict and missing: ", list(part.missing_elsewhere), "\n"));
  }
  if (!arguments.all && !arguments.list_ops) return;
  std::vector<std::vector<std::string>> rows;
  for (const auto& [op, times] : part.ops) {
    const bool lacks = part.missing.contains(op) || part.missing_elsewhere.contains(op);
    rows.push_back({op, str(times), lacks ? "missing" : ""});
  }
  print(str("  ", with_commas(part.nodes), " nodes, ", part.functions, " functions\n"));
  print(align(rows, "    "));
}

void print_keras(const Description& d, const KerasPart& keras) {
  if (!keras.class_name.empty()) {
    print(str("  model     ", keras.name, " (", keras.class_name, "), ", keras.layers.size(),
              keras.layers.size() == 1 ? " layer\n" : " layers\n"));
  }
  std::vector<std::vector<std::string>> rows;
  for (const Port& port : keras.inputs) rows.push_back(row("in ", port));
  print(align(rows, "    "));
  if (!d.variables.empty()) print(str("  ", variables_text(d), "\n"));
  for (const auto& [class_name, layers] : keras.missing) {
    std::string names;
    for (const std::string& name : layers) names += (names.empty() ? "" : ", ") + name;
    print(str("  ", red("missing"), "   class ", class_name,
              names.empty() ? "" : " (" + names + ")", "\n"));
  }
}

void print_tensors(const Arguments& arguments, const Description& d) {
  const bool only_values = d.graphs.empty() && !d.keras;
  if (!arguments.all && !arguments.list_tensors && !only_values) return;
  std::vector<std::vector<std::string>> rows;
  const bool everything = arguments.all || arguments.list_tensors;
  for (const StoredTensor& t : d.variables) {
    if (!everything && rows.size() == kMostTensors) break;
    rows.push_back({t.name, str(dtype_name(t.dtype), " ", shape_text(t.shape))});
  }
  if (!rows.empty()) print(align(rows, "    "));
  if (rows.size() < d.variables.size()) {
    print(str("    ... and ", d.variables.size() - rows.size(), " more (--tensors)\n"));
  }
  rows.clear();
  for (const Port& t : graph_tensors(d)) {
    rows.push_back(
        {t.tensor,
         str(t.dtype == DType::invalid ? "?" : dtype_name(t.dtype), " ", shape_text(t.shape)),
         t.key});
  }
  if (!rows.empty()) print(str("  tensors of the graph\n", align(rows, "    ")));
}

// A command that works on this very file.
void print_hint(const Description& d) {
  std::string words;
  if (d.keras) {
    if (d.keras->class_name.empty() || !d.keras->missing.empty() || d.variables.empty()) return;
    for (const Port& port : d.keras->inputs) words += str(" --in ", port.key, "=random");
  } else if (!d.graphs.empty()) {
    const auto& all = d.graphs[0].signatures;
    auto found = std::find_if(all.begin(), all.end(),
                              [](const SignaturePorts& s) { return s.key == "serving_default"; });
    if (found == all.end()) {
      found =
          std::find_if(all.begin(), all.end(), [](const SignaturePorts& s) { return !hidden(s); });
    }
    if (found == all.end() || found->outputs.empty()) return;
    for (const auto& [op, users] : d.graphs[0].missing) {
      if (users.contains(found->key) || users.contains("initialiser")) return;
    }
    if (found->key.empty() && !d.variables.empty() && d.kind != formats::FileKind::meta_graph)
      return;
    if (!found->key.empty() && found->key != "serving_default") {
      words += " --signature " + found->key;
    }
    for (const Port& port : found->inputs) words += str(" --in ", port.key, "=random");
  } else if (!d.graph_file.empty()) {
    words = " --in =random";
  } else {
    return;
  }
  print(str("  try: rill run ", d.path, words, "\n"));
}

void check_signature(const Arguments& arguments, const Description& d) {
  if (arguments.signature.empty()) return;
  std::vector<std::string> names;
  for (const GraphPart& part : d.graphs) {
    for (const SignaturePorts& s : part.signatures) {
      if (s.key == arguments.signature) return;
      if (!s.key.empty()) names.push_back(s.key);
    }
  }
  std::string there;
  for (const std::string& name : names) there += (there.empty() ? "" : ", ") + quoted(name);
  fail(Code::not_found, d.path, ": no signature ", quoted(arguments.signature), "; there is ",
       there.empty() ? "none" : there, did_you_mean(arguments.signature, names));
}

void select_tags(const Arguments& arguments, Description& d) {
  if (arguments.tags.empty() || d.graphs.empty()) return;
  const std::set<std::string> asked(arguments.tags.begin(), arguments.tags.end());
  std::string there;
  std::vector<GraphPart> kept;
  for (GraphPart& part : d.graphs) {
    const std::set<std::string> tags(part.tags.begin(), part.tags.end());
    there += (there.empty() ? "{" : ", {") + list(tags) + "}";
    if (tags == asked) kept.push_back(std::move(part));
  }
  if (kept.empty()) {
    fail(Code::not_found, d.path, ": no MetaGraph with the tags {", list(asked), "}; there is ",
         there);
  }
  d.graphs = std::move(kept);
}

}  // namespace

int inspect(const Arguments& arguments) {
  Description d = describe(arguments.file);
  select_tags(arguments, d);
  check_signature(arguments, d);
  if (arguments.style == "saved_model_cli") {
    print_saved_model_cli(d, arguments.signature);
    return 0;
  }
  if (arguments.json) {
    print_json(description_json(d, arguments.all || arguments.list_tensors));
    return 0;
  }
  print(str(bold(d.path), "  ", d.format, d.notes.empty() ? "" : str(" (", d.notes, ")"), ", ",
            d.files, d.files == 1 ? " file, " : " files, ", human_bytes(d.bytes), "\n"));
  for (const GraphPart& part : d.graphs) print_graph(arguments, d, part);
  if (d.keras) print_keras(d, *d.keras);
  if (d.graphs.empty() && !d.keras) print(str("  ", variables_text(d), "\n"));
  print_tensors(arguments, d);
  if (!d.graph_file.empty()) print(str("  graph     ", d.graph_file, "\n"));
  for (const std::string& file : d.missing_files) print(str("  missing file ", file, "\n"));
  print_hint(d);
  return 0;
}

}  // namespace rill::cli
