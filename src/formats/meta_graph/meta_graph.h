// MetaGraphDef (tensorflow/core/protobuf/meta_graph.proto): a graph with what is needed to feed,
// fetch and restore it. Alone in a .meta file, or inside a SavedModel.
// doc/formats/meta_graph.md draws the messages.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec/bytes.h"
#include "formats/saved_model/object_graph.h"
#include "rill/graph.hpp"

namespace rill::formats {

// SaverDef: the nodes that save and restore all variables.
struct SaverDef {
  std::string filename_tensor_name;  // "save/Const:0"
  std::string save_tensor_name;      // "save/control_dependency:0"
  std::string restore_op_name;       // "save/restore_all"
  int32_t max_to_keep = 0;
  bool sharded = false;
  float keep_checkpoint_every_n_hours = 0;
  int32_t version = 0;  // 0: not said, 1: V1, 2: V2
};

// CollectionDef: one of five lists.
struct Collection {
  enum class Kind : uint8_t { unset, nodes, bytes, ints, floats, any };
  Kind kind = Kind::unset;
  std::vector<std::string> values;     // nodes: names; bytes: serialised messages; any: their bytes
  std::vector<std::string> type_urls;  // any
  std::vector<int64_t> ints;
  std::vector<float> floats;
};

struct TensorInfo {
  std::string name;  // "x:0"; empty for sparse and composite tensors
  DType dtype = DType::invalid;
  Shape shape;
  struct CooSparse {
    std::string values;
    std::string indices;
    std::string dense_shape;
  };
  std::optional<CooSparse> coo_sparse;
  std::optional<StructuredValue> composite;  // the type; the tensors are `components`
  std::vector<TensorInfo> components;
};

using SignatureEnds = std::map<std::string, TensorInfo>;
// One end each tensor: a sparse end "x" is "x/values", "x/indices" and "x/dense_shape", the parts
// of another composite one are "x/0", "x/1", ...
SignatureEnds tensors_of(const SignatureEnds& ends);

struct SignatureDef {
  std::string method_name;  // "tensorflow/serving/predict"
  SignatureEnds inputs;
  SignatureEnds outputs;
  std::map<std::string, Tensor> defaults;
};

struct AssetFile {
  TensorInfo tensor;     // is fed with the file's path
  std::string filename;  // below assets/
};

struct MetaGraph {
  std::string meta_graph_version;
  std::vector<std::string> tags;
  std::string tensorflow_version;
  std::string tensorflow_git_version;
  bool stripped_default_attrs = false;
  std::map<std::string, std::string> function_aliases;
  GraphDef graph;
  std::optional<SaverDef> saver;
  std::map<std::string, Collection> collections;
  std::map<std::string, SignatureDef> signatures;
  std::vector<AssetFile> assets;
  std::optional<SavedObjectGraph> object_graph;
};

// VariableDef (tensorflow/core/framework/variable.proto): what the collections "variables" and
// "trainable_variables" hold, serialised.
struct VariableDef {
  struct Slice {  // the part of a partitioned variable
    std::string full_name;
    std::vector<int64_t> full_shape;
    std::vector<int64_t> offset;
    std::vector<int64_t> shape;
  };
  std::string variable_name;  // "w:0"
  std::string initial_value_name;
  std::string initializer_name;
  std::string snapshot_name;
  bool is_resource = false;
  bool trainable = false;
  int32_t synchronization = 0;
  int32_t aggregation = 0;
  std::optional<Slice> slice;
};

// A binary or text MetaGraphDef file. Large constants stay mapped. Throws NOT_FOUND,
// PERMISSION_DENIED, INVALID_ARGUMENT for a file of another kind, DATA_LOSS.
MetaGraph load_meta_graph(const std::string& path);
// `name` begins each error.
MetaGraph parse_meta_graph(const SharedBytes& bytes, const std::string& name);
std::string serialize_meta_graph(const MetaGraph& meta_graph);

VariableDef parse_variable_def(std::string_view bytes);
std::string serialize_variable_def(const VariableDef& variable);

// The same for parts of other messages.
MetaGraph read_meta_graph(proto::Reader message, ReadContext& context, int depth);
void write_meta_graph(proto::Writer& out, const MetaGraph& meta_graph);
TensorInfo read_tensor_info(proto::Reader message, ReadContext& context, int depth);
void write_tensor_info(proto::Writer& out, uint32_t field, const TensorInfo& info);

}  // namespace rill::formats
