#include "io/object_checkpoint.h"

#include "base/fail.h"
#include "formats/checkpoint/checkpoint_writer.h"
#include "rill/saver.hpp"

namespace rill {
namespace io {
namespace {

// Names in keys: '/' is the separator (tensorflow/python/checkpoint/util.py, escape_local_name).
std::string escaped(const std::string& name) {
  std::string out;
  for (const char c : name) {
    if (c == '.') {
      out += "..";
    } else if (c == '/') {
      out += ".S";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

int ObjectCheckpoint::child(int parent, const std::string& name) {
  for (const auto& ref : graph_.nodes[static_cast<size_t>(parent)].children) {
    if (ref.local_name == name) return ref.node_id;
  }
  const int made = static_cast<int>(graph_.nodes.size());
  graph_.nodes.emplace_back();
  const std::string& above = paths_[static_cast<size_t>(parent)];
  paths_.push_back(above.empty() ? escaped(name) : above + "/" + escaped(name));
  link(parent, name, made);
  return made;
}

void ObjectCheckpoint::link(int parent, const std::string& name, int object) {
  graph_.nodes[static_cast<size_t>(parent)].children.push_back({object, name});
}

void ObjectCheckpoint::set_value(int object, const std::string& name, Tensor value) {
  const std::string key = paths_[static_cast<size_t>(object)] + "/.ATTRIBUTES/VARIABLE_VALUE";
  formats::TrackableObject& node = graph_.nodes[static_cast<size_t>(object)];
  if (!node.attributes.empty()) return;  // met before, by another path
  node.attributes.push_back({"VARIABLE_VALUE", name, key});
  node.has_checkpoint_values_field = node.has_checkpoint_values = true;
  values_[key] = std::move(value);
}

// tensorflow/python/checkpoint/util.py, serialize_slot_variables.
void ObjectCheckpoint::add_slot(int optimizer, int variable, const std::string& slot,
                                const std::string& name, Tensor value) {
  const int made = static_cast<int>(graph_.nodes.size());
  graph_.nodes.emplace_back();
  paths_.push_back(str(paths_[static_cast<size_t>(variable)], "/.OPTIMIZER_SLOT/",
                       paths_[static_cast<size_t>(optimizer)], "/", escaped(slot)));
  graph_.nodes[static_cast<size_t>(optimizer)].slot_variables.push_back({variable, slot, made});
  set_value(made, name, std::move(value));
}

void ObjectCheckpoint::write(const std::string& prefix) {
  // TensorFlow's Checkpoint has this counter, and wants to find it.
  const int counter = child(0, "save_counter");
  if (graph_.nodes[static_cast<size_t>(counter)].attributes.empty()) {
    set_value(counter, "save_counter", Tensor::scalar<int64_t>(1));
  }
  formats::CheckpointWriter writer(prefix);
  for (const auto& [key, value] : values_) writer.add(key, value);
  writer.add(formats::kObjectGraphKey, Tensor(formats::serialize_trackable_graph(graph_)));
  writer.commit();
}

}  // namespace io

void save_objects(const std::filesystem::path& prefix,
                  const std::map<std::string, Tensor>& values) {
  io::ObjectCheckpoint checkpoint;
  for (const auto& [path, value] : values) {
    int object = 0;
    for (size_t at = 0; at <= path.size();) {
      const size_t end = std::min(path.find('/', at), path.size());
      if (end == at) fail(Code::invalid_argument, quoted(path), " is no path of an object");
      object = checkpoint.child(object, path.substr(at, end - at));
      at = end + 1;
    }
    checkpoint.set_value(object, path, value);
  }
  checkpoint.write(prefix.string());
}

}  // namespace rill
