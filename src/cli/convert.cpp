// rill convert A B: what B's ending says.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "base/fail.h"
#include "cli/commands.h"
#include "cli/compare.h"
#include "cli/describe_parts.h"
#include "cli/description.h"
#include "cli/output.h"
#include "formats/checkpoint/checkpoint_source.h"
#include "formats/checkpoint/checkpoint_writer.h"
#include "formats/saved_model/saved_model.h"
#include "graph/input_name.h"
#include "rill/convert.hpp"
#include "rill/keras.hpp"
#include "rill/saved_model.hpp"
#include "rill/saver.hpp"

namespace rill::cli {
namespace {

namespace fs = std::filesystem;
using formats::FileKind;

enum class Target { keras, weights, saved_model, graph, checkpoint };

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

std::string prefix_of(fs::path checkpoint) {
  return checkpoint.extension() == ".index" ? checkpoint.replace_extension().string()
                                            : checkpoint.string();
}

bool has_layers(const Description& d) {
  return d.keras || (d.kind == FileKind::saved_model && d.notes.ends_with("Keras 2"));
}

bool is_checkpoint(FileKind kind) {
  return kind == FileKind::checkpoint_v1 || kind == FileKind::checkpoint_v2 ||
         kind == FileKind::checkpoint_folder;
}

void from_keras(const Arguments& a, Target target) {
  const rill::keras::Model model = rill::keras::load_model(a.file);
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
      return model.export_saved_model(a.target);
    case Target::graph:
      return freeze(model).save(a.target);
    case Target::checkpoint:
      return model.save_weights(prefix_of(a.target), options);
  }
}

std::vector<std::string> outputs_of(const Session& session, const Arguments& a,
                                    const SavedModel* model) {
  if (!a.fetches.empty()) return a.fetches;
  std::vector<std::string> out;
  if (model != nullptr) {
    for (const auto& [key, end] : model->signature(a.signature).outputs) out.push_back(end.name);
    return out;
  }
  for (const Port& port : guess_ports(session.graph().as_graph_def()).outputs) {
    out.push_back(port.tensor);
  }
  return out;
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

void from_graph(const Arguments& a, const Description& d, Target target) {
  const Session session{Graph()};
  std::optional<SavedModel> saved;
  if (d.kind == FileKind::saved_model) {
    saved = SavedModel::load(session, {a.tags.begin(), a.tags.end()}, a.file);
  } else if (d.kind == FileKind::meta_graph) {
    const Saver saver = import_meta_graph(session.graph(), a.file);
    const std::string prefix =
        a.checkpoint.empty() ? fs::path(a.file).replace_extension().string() : a.checkpoint;
    saver.restore(session, prefix);
  } else {
    session.graph().import(GraphDef::load(a.file));
    if (!a.checkpoint.empty()) Saver(session.graph()).restore(session, a.checkpoint);
  }
  switch (target) {
    case Target::graph:
      if (!a.freeze && d.kind != FileKind::saved_model) {
        return session.graph().as_graph_def().save(a.target);
      }
      return freeze(session, outputs_of(session, a, saved ? &*saved : nullptr)).save(a.target);
    case Target::saved_model: {
      if (!saved) return SavedModel::save(session, a.target, {});
      return SavedModel::save(session, a.target, saved->signatures(), tables_of(a));
    }
    case Target::checkpoint:
      Saver(session.graph()).save(session, prefix_of(a.target));
      return;
    case Target::keras:
    case Target::weights:
      fail(Code::unimplemented, a.file, " (", d.format,
           ") holds operations, not Keras layers: it cannot become ", a.target,
           "; possible are .pb, .pbtxt, .ckpt and a SavedModel folder");
  }
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

constexpr float kLeastHalf = 6.2e-5f;  // smaller float16 lie at equal distances

// Files of values alone cannot be run: what was written is read back and compared.
Comparison compare_values(const std::vector<Tensor>& wanted, const std::vector<Tensor>& read,
                          double tolerance) {
  size_t equal = 0;
  for (size_t i = 0; i < std::min(wanted.size(), read.size()); ++i) {
    const Tensor& a = wanted[i];
    const Tensor& b = read[i];
    bool same = a.dtype() == b.dtype() && a.shape() == b.shape();
    if (same && a.dtype() == DType::float32) {
      for (int64_t k = 0; same && k < a.size(); ++k) {
        const float u = a.data<float>()[k], v = b.data<float>()[k];
        same = (std::isnan(u) && std::isnan(v)) || u == v ||
               std::fabs(u - v) <= tolerance * std::max(std::fabs(u), kLeastHalf);
      }
    } else if (same && is_plain(a.dtype())) {
      same = std::memcmp(a.raw(), b.raw(), a.bytes()) == 0;
    }
    equal += same ? 1 : 0;
  }
  Comparison out;
  out.equal = equal == wanted.size() && read.size() == wanted.size();
  out.text = str("read back: ", equal, "/", wanted.size(), " tensors equal\n");
  return out;
}

Comparison read_back_weights(const Arguments& a, Target target) {
  const rill::keras::Model model = rill::keras::load_model(a.file);
  const std::vector<Tensor> wanted = model.get_weights();
  std::vector<Tensor> nothing;
  for (const Tensor& t : wanted) nothing.push_back(Tensor::zeros(t.dtype(), t.shape()));
  model.set_weights(nothing);
  model.load_weights(target == Target::weights ? a.target : prefix_of(a.target));
  return compare_values(wanted, model.get_weights(), a.fp16 ? 1e-3 : 0);
}

Comparison read_back_checkpoint(const Arguments& a, const Description& d) {
  const auto source = formats::open_checkpoint(checkpoint_prefix(a.file, d.kind));
  const auto written = formats::open_checkpoint(prefix_of(a.target));
  std::vector<Tensor> wanted, read;
  for (const formats::CheckpointEntry& entry : source->entries()) {
    wanted.push_back(source->read(entry.name));
    read.push_back(written->read(entry.name));
  }
  return compare_values(wanted, read, 0);
}

Comparison self_test(const Arguments& a, const Description& d, Target target) {
  if (is_checkpoint(d.kind)) return read_back_checkpoint(a, d);
  if (has_layers(d) && (target == Target::weights || target == Target::checkpoint)) {
    return read_back_weights(a, target);
  }
  return compare_outputs(a.file, a.target, a);
}

}  // namespace

int convert(const Arguments& arguments) {
  const Description d = describe(arguments.file);
  const Target target = target_of(arguments.target, arguments.freeze);
  if (has_layers(d)) {
    from_keras(arguments, target);
  } else if (is_checkpoint(d.kind)) {
    from_checkpoint(arguments, d, target);
  } else {
    from_graph(arguments, d, target);
  }
  print(str(arguments.file, " -> ", arguments.target, "\n"));
  if (!arguments.self_test) return 0;
  const Comparison c = self_test(arguments, d, target);
  print(c.text);
  return c.equal ? 0 : 1;
}

}  // namespace rill::cli
