// What a file is, whatever its format: the data behind inspect, doctor and summary.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "formats/detect.h"
#include "rill/dtype.hpp"
#include "rill/shape.hpp"

namespace rill::cli {

struct Port {
  std::string key;     // of the signature; else the name of the node or layer
  std::string tensor;  // "input:0"; empty for Keras models
  DType dtype = DType::invalid;
  Shape shape = Shape::unknown_rank();
};

struct SignaturePorts {
  std::string key;  // empty: read off the graph
  std::string method;
  std::vector<Port> inputs;
  std::vector<Port> outputs;
};

struct GraphPart {
  std::vector<std::string> tags;
  std::vector<SignaturePorts> signatures;
  std::map<std::string, int64_t> ops;  // kind -> how often, functions included
  std::set<std::string> called_ops;    // without functions that only ops beside the calls name
  // Kinds that rill lacks -> the signatures that need them.
  std::map<std::string, std::set<std::string>> missing;
  std::set<std::string> missing_elsewhere;  // kinds that only other nodes use: training, saving
  int64_t nodes = 0;
  int64_t functions = 0;
};

struct KerasLayer {
  std::string name;
  std::string class_name;
};

struct KerasPart {
  std::string class_name;  // "Sequential", "Functional"; empty: weights alone
  std::string name;
  std::string keras_version;
  std::string backend;
  std::vector<Port> inputs;
  std::vector<KerasLayer> layers;
  bool compiled = false;
  // Class -> names of its layers: what rill has no code for.
  std::map<std::string, std::vector<std::string>> missing;
};

struct StoredTensor {
  std::string name;
  DType dtype = DType::invalid;
  Shape shape;
};

struct Description {
  std::string path;
  formats::FileKind kind = formats::FileKind::unknown;
  std::string format;  // "TensorFlow SavedModel"
  std::string notes;   // "tf 2.21.0, Keras 2"
  int64_t files = 1;
  uint64_t bytes = 0;
  std::vector<GraphPart> graphs;
  std::optional<KerasPart> keras;
  std::vector<StoredTensor> variables;
  std::string graph_file;                  // of a checkpoint: the .meta file beside it
  std::vector<std::string> missing_files;  // of the variables: the rest can be shown without them
};

// Opens the file as far as needed and no further: no weights are read. Throws what the readers
// throw, and for an unknown file what it looks like.
Description describe(const std::string& path);

// Elements and bytes of all variables.
int64_t count_parameters(const Description& description);
uint64_t count_bytes(const Description& description);

// The newest checkpoint of a folder, or the path itself. Throws NOT_FOUND.
std::string checkpoint_prefix(const std::string& path, formats::FileKind kind);
// PREFIX.meta when it is there, else empty.
std::string meta_graph_of(const std::string& prefix);

}  // namespace rill::cli
