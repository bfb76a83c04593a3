#include "cli/case_counts.h"

#include <set>

#include "base/fail.h"
#include "codec/json.h"
#include "codec/mapped_file.h"
#include "codec/npy.h"
#include "rill/graph.hpp"

namespace rill::cli {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

Names ops_of(const Tensor& bytes) {
  const std::string_view text(static_cast<const char*>(std::as_const(bytes).raw()), bytes.bytes());
  const GraphDef graph = GraphDef::parse(text);
  Names out;
  for (const NodeDef& node : graph.nodes) out.insert(node.op);
  for (const FunctionDef& function : graph.functions) {
    for (const NodeDef& node : function.nodes) out.insert(node.op);
  }
  return out;
}

// A damaged graph is a case of its own: it counts for the op that the case names.
Names ops_of_case(const Json& test, const std::map<std::string, Tensor>& graphs) {
  Names out;
  if (const Json* op = test.find("op"); op != nullptr && op->is_string())
    out.insert(op->as_string());
  const Json* artefact = test.find("artefact");
  const Json* key = artefact != nullptr ? artefact->find("key") : nullptr;
  const auto graph = key != nullptr ? graphs.find(key->as_string()) : graphs.end();
  if (graph == graphs.end()) return out;
  try {
    out.merge(ops_of(graph->second));
  } catch (const Error&) {
    return out;
  }
  return out;
}

}  // namespace

std::map<std::string, int, std::less<>> case_counts(const fs::path& root) {
  if (!fs::is_directory(root)) {
    fail(Code::not_found, root.string(), ": there is no such folder of conformance cases");
  }
  std::map<std::string, int, std::less<>> counts;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().filename() != "cases.json") continue;
    const fs::path archive = entry.path().parent_path() / "graphs.npz";
    std::map<std::string, Tensor> graphs;
    if (fs::exists(archive)) {
      for (auto& [name, bytes] : read_npz(archive)) graphs.emplace(name, bytes);
    }
    const auto file = MappedFile::open(entry.path());
    const Json pack = Json::parse(text_of(file->bytes()), entry.path().string());
    for (const Json& test : pack.at("cases").as_array()) {
      for (const std::string& op : ops_of_case(test, graphs)) ++counts[op];
    }
  }
  return counts;
}

}  // namespace rill::cli
