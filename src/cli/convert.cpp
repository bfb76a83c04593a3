// rill convert A B: what B's ending says.
#include <filesystem>

#include "base/fail.h"
#include "cli/commands.h"
#include "cli/conversion.h"
#include "cli/describe_parts.h"
#include "cli/output.h"
#include "formats/checkpoint/checkpoint_source.h"
#include "formats/checkpoint/checkpoint_writer.h"
#include "formats/saved_model/saved_model.h"
#include "graph/graph.h"
#include "graph/input_name.h"
#include "io/keras_formats.h"
#include "io/meta_graph_of.h"
#include "io/traced_model.h"
#include "keras/models/model_layer.h"
#include "op/to_function.h"
#include "rill/convert.hpp"
#include "rill/keras.hpp"
#include "rill/saver.hpp"

namespace rill::cli {
namespace {

namespace fs = std::filesystem;
using formats::FileKind;

Target target_of(const std::string& path, bool freeze) {
  const std::string name = fs::path(path).filename().string();
  const auto ends = [&](const char* ending) { return name.ends_with(ending); };
  if (ends(".weights.h5")) return Target::weights;
  if (ends(".keras") || ends(".h5") || ends(".hdf5")) return Target::keras;
  if (ends(".pb") || ends(".pbtxt")) return Target::graph;
  if (ends(".ckpt") || ends(".index")) return Target::checkpoint;
  if (!fs::path(path).has_extension()) return freeze ? Target::graph : Target::saved_model;
  fail(
      Code::invalid_argument, path,
      ": the ending says no format: expected .keras, .h5, .weights.h5, .pb, .pbtxt, .ckpt, or none "
      "for a SavedModel");
}

void from_keras(const rill::keras::Model& model, const Arguments& a, Target target) {
  rill::keras::SaveOptions options;
  options.include_optimizer = !a.strip_training;
  options.keras_version = a.keras_version;
  options.half = a.fp16;
  switch (target) {
    case Target::keras:
      return model.save(a.target, options);
    case Target::weights:
      return model.save_weights(a.target, options);
    case Target::saved_model:
      return model.save(a.target, options);
    case Target::graph:
      return freeze(model).save(a.target);
    case Target::checkpoint:
      return model.save_weights(prefix_of(a.target), options);
  }
}

// What fills the tables of a SavedModel: the node, and the files that it reads.
SaveSavedModelOptions tables_of(const Arguments& a) {
  const formats::SavedModel file = formats::load_saved_model(a.file);
  const std::set<std::string> tags(a.tags.begin(), a.tags.end());
  const formats::MetaGraph& meta = tags.empty() ? file.meta_graphs.at(0) : file.meta_graph(tags);
  SaveSavedModelOptions options;
  options.init_op = std::string(node_of(formats::init_op_name(meta)));
  for (const formats::AssetFile& asset : meta.assets) {
    options.assets[asset.tensor.name] = formats::asset_path(file.folder, asset.filename).string();
  }
  return options;
}

// What simple_save() of TensorFlow 1 would be told: the outputs and all that they must be fed.
std::map<std::string, Signature> signature_of(const Session& session,
                                              const std::vector<std::string>& fetches) {
  if (fetches.empty()) return {};
  const GraphImpl& graph = *session.graph().impl();
  Signature out;
  FunctionEnds ends;
  for (const std::string& fetch : fetches) {
    const auto [node, port] = split_tensor_name(fetch);
    out.outputs[port == 0 ? node : str(node, "_", port)].name = str(node, ":", port);
    ends.targets.push_back(session.graph().get_tensor_by_name(fetch).rep()->node);
  }
  for (const int id : needed_nodes(graph, ends)) {
    const Node& node = graph.node(id);
    if (node.op == "Placeholder" || node.op == "PlaceholderV2") {
      out.inputs[node.name].name = node.name + ":0";
    }
  }
  return {{"serving_default", std::move(out)}};
}

void from_graph(const Arguments& a, const Description& d, Target target) {
  if (target == Target::graph && !a.freeze && d.kind == FileKind::meta_graph) {
    const Graph graph;  // its variables need no values
    import_meta_graph(graph, a.file);
    return graph.as_graph_def().save(a.target);
  }
  const OpenGraph graph = open_graph(a, d);
  const auto& [session, saved, saver] = graph;
  switch (target) {
    case Target::graph:
      if (!a.freeze && d.kind != FileKind::saved_model) {
        return session.graph().as_graph_def().save(a.target);
      }
      return freeze(session, outputs_of(graph, a)).save(a.target);
    case Target::saved_model: {
      if (saver) {
        return io::save_saved_model(session, a.target, signature_of(session, a.fetches),
                                    saver->items());
      }
      if (!saved) return SavedModel::save(session, a.target, signature_of(session, a.fetches));
      return SavedModel::save(session, a.target, saved->signatures(), tables_of(a));
    }
    case Target::checkpoint:
      saver_of(graph).save(session, prefix_of(a.target));
      return;
    case Target::keras:
    case Target::weights:
      fail(Code::unimplemented, a.file, " (", d.format,
           ") holds operations, not Keras layers: it cannot become ", a.target,
           "; possible are .pb, .pbtxt, .ckpt and a SavedModel folder");
  }
}

// Layers are written with one signature: the call of the model, under the names of its ends. All
// else that can be run in a SavedModel its graph alone has.
bool have_signatures(const rill::keras::Model& model, const Arguments& a, const Description& d,
                     Target target) {
  const std::vector<std::string> inputs = io::signature_inputs(model);
  const bool keras2 = target == Target::graph || io::is_for_keras2(model, {}, true);
  const std::vector<std::string> outputs = model.impl()->signature_outputs(
      keras2 ? rill::keras::Generation::keras2 : rill::keras::Generation::keras3);
  const auto are = [](const std::vector<Port>& ports, const std::vector<std::string>& names) {
    std::set<std::string> keys;
    for (const Port& port : ports) keys.insert(port.key);
    return keys == std::set<std::string>(names.begin(), names.end());
  };
  const std::string usual = "serving_default";
  const std::string& wanted = a.signature.empty() ? usual : a.signature;
  bool found = a.signature.empty();
  for (const GraphPart& part : d.graphs) {
    for (const SignaturePorts& s : part.signatures) {
      if (s.key == wanted) found = true;
      const bool counts = target == Target::graph ? s.key == wanted : !s.outputs.empty();
      if (!counts || s.key.starts_with("__saved_model_")) continue;
      if (s.key != usual || !are(s.inputs, inputs) || !are(s.outputs, outputs)) return false;
    }
  }
  return found;
}

// True when layers were written. A SavedModel can say in its graph what layers cannot be written
// with, such as tables, and without the signature that layers are called by.
bool from_layers(const Arguments& a, const Description& d, Target target) {
  const bool has_graph =
      d.kind == FileKind::saved_model && target != Target::keras && target != Target::weights;
  try {
    const rill::keras::Model model = rill::keras::load_model(a.file);
    // A note says that it was loaded by its signature: the file has no layers after all.
    if (!has_graph ||
        (model.impl()->note().empty() && (target == Target::checkpoint || a.keras_version ||
                                          have_signatures(model, a, d, target)))) {
      from_keras(model, a, target);
      return true;
    }
  } catch (const Error& e) {
    if (!has_graph || (e.code() != Code::unimplemented && e.code() != Code::not_found)) throw;
  }
  from_graph(a, d, target);
  return false;
}

// Of any version, sharded and partitioned: one of version 2, whole tensors in one file.
void from_checkpoint(const Arguments& a, const Description& d, Target target) {
  if (target != Target::checkpoint) {
    fail(Code::unimplemented, a.file, " (", d.format,
         ") holds values without operations or layers: it can only become another .ckpt; convert "
         "the graph with --checkpoint ",
         a.file);
  }
  const auto source = formats::open_checkpoint(checkpoint_prefix(a.file, d.kind));
  formats::CheckpointWriter writer(prefix_of(a.target));
  for (const formats::CheckpointEntry& entry : source->entries()) {
    writer.add(entry.name, source->read(entry.name));
  }
  writer.commit();
}

}  // namespace

int convert(const Arguments& arguments) {
  const Description d = describe(arguments.file);
  const Target target = target_of(arguments.target, arguments.freeze);
  bool layers = has_layers(d);
  if (layers) {
    layers = from_layers(arguments, d, target);
  } else if (is_checkpoint(d.kind)) {
    from_checkpoint(arguments, d, target);
  } else {
    from_graph(arguments, d, target);
  }
  print(str(arguments.file, " -> ", arguments.target, "\n"));
  if (!arguments.self_test) return 0;
  const Comparison c = self_test(arguments, d, target, layers);
  print(c.text);
  return c.equal ? 0 : 1;
}

}  // namespace rill::cli
