// A small layer of each class in the registry, and inputs that it takes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rill/dtype.hpp"
#include "rill/shape.hpp"

namespace rill::test {

struct LayerSample {
  std::string config = "{}";  // besides the defaults
  std::vector<Shape> inputs = {{2, 6, 4}};
  DType dtype = DType::float32;
};

}  // namespace rill::test

namespace rill::test {
namespace detail {

// By the end of the name: layers of one, two and three dimensions.
inline Shape input_of(const std::string& name) {
  if (name.starts_with("ConvLSTM")) {
    return name.ends_with("1D")   ? Shape{2, 3, 6, 2}
           : name.ends_with("2D") ? Shape{2, 3, 6, 5, 2}
                                  : Shape{2, 2, 4, 4, 4, 2};
  }
  if (name.ends_with("3D") || name == "Conv3DTranspose") return Shape{2, 4, 6, 5, 2};
  if (name.ends_with("2D") || name == "Conv2DTranspose") return Shape{2, 6, 8, 3};
  return Shape{2, 6, 4};
}

using Table = std::map<std::string, LayerSample>;

inline constexpr const char* kDense =
    R"({"class_name": "Dense", "config": {"name": "inner", "units": 3}})";
inline constexpr const char* kLstm =
    R"({"class_name": "LSTM", "config": {"name": "inner", "units": 3}})";
inline constexpr const char* kCell =
    R"({"class_name": "GRUCell", "config": {"name": "inner", "units": 3}})";

inline std::string with(const char* key, const std::string& value) {
  return "{\"" + std::string(key) + "\": " + value + "}";
}

inline Table make_table() {
  Table t;
  const auto put = [&t](std::initializer_list<const char*> names, const LayerSample& sample) {
    for (const char* name : names) t[name] = sample;
  };
  put({"Dense", "LSTM", "GRU", "SimpleRNN", "Highway"}, {R"({"units": 3})"});
  put({"LSTMCell", "GRUCell", "SimpleRNNCell"}, {R"({"units": 3})", {}});
  t["DenseFeatures"] = {
      // takes a dictionary
      R"({"feature_columns": [{"class_name": "NumericColumn", "config": {"key": "a", "shape": [2]}}]})",
      {}};
  t["StackedRNNCells"] = {with("cells", "[" + std::string(kCell) + "]"), {}};
  t["Highway"] = {"{}", {Shape{2, 4}}};
  t["RandomFourierFeatures"] = {R"({"output_dim": 3})", {Shape{2, 4}}};
  t["MaxoutDense"] = {R"({"units": 3, "nb_feature": 2})", {Shape{2, 4}}};
  t["RNN"] = {with("cell", kCell)};
  t["Bidirectional"] = {with("layer", kLstm)};
  put({"TimeDistributed", "SpectralNormalization"}, {with("layer", kDense)});
  t["Pipeline"] = {with("layers", "[" + std::string(kDense) + "]")};
  t["EinsumDense"] = {
      R"({"equation": "abc,cd->abd", "output_shape": [null, 3], "bias_axes": "d"})"};
  t["Embedding"] = {R"({"input_dim": 9, "output_dim": 3})", {Shape{2, 4}}, DType::int32};
  t["ReversibleEmbedding"] = t["Embedding"];
  t["MultiHeadAttention"] = {R"({"num_heads": 2, "key_dim": 3})", {Shape{2, 6, 4}, {2, 5, 4}}};
  t["GroupedQueryAttention"] = {
      R"({"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2})",
      {Shape{2, 6, 4}, {2, 5, 4}}};
  put({"Attention", "AdditiveAttention"}, {"{}", {Shape{2, 6, 4}, {2, 5, 4}}});
  put({"Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"},
      {"{}", {Shape{2, 6, 4}, Shape{2, 6, 4}}});
  t["Dot"] = {R"({"axes": 2})", {Shape{2, 6, 4}, {2, 5, 4}}};
  put({"Activation"}, {R"({"activation": "tanh"})"});
  t["Permute"] = {R"({"dims": [2, 1]})"};
  t["Reshape"] = {R"({"target_shape": [4, 6]})"};
  t["RepeatVector"] = {R"({"n": 3})", {Shape{2, 4}}};
  put({"Dropout", "SpatialDropout1D", "GaussianDropout", "AlphaDropout"}, {R"({"rate": 0.5})"});
  t["SpatialDropout2D"] = {R"({"rate": 0.5})", {Shape{2, 6, 8, 3}}};
  t["SpatialDropout3D"] = {R"({"rate": 0.5})", {Shape{2, 4, 6, 5, 2}}};
  t["GaussianNoise"] = {R"({"stddev": 0.5})"};
  t["GroupNormalization"] = {R"({"groups": 2})"};
  t["Rescaling"] = {R"({"scale": 2.0, "offset": 1.0})"};
  t["Normalization"] = {R"({"mean": 1.0, "variance": 2.0, "axis": null})"};
  t["Discretization"] = {R"({"bin_boundaries": [0.0, 0.5]})"};
  t["CategoryEncoding"] = {
      R"({"num_tokens": 5, "output_mode": "multi_hot"})", {Shape{2, 4}}, DType::int32};
  t["Hashing"] = {R"({"num_bins": 5})", {Shape{2, 4}}, DType::int32};
  t["HashedCrossing"] = {R"({"num_bins": 5})", {{2, 1}, {2, 1}}, DType::int32};
  t["IntegerLookup"] = {R"({"vocabulary": [1, 2, 5]})", {Shape{2, 4}}, DType::int64};
  t["StringLookup"] = {R"({"vocabulary": ["a", "b"]})", {Shape{2, 4}}, DType::string};
  t["TextVectorization"] = {R"({"vocabulary": ["a", "b"]})", {{2}}, DType::string};
  t["MelSpectrogram"] = {R"({"fft_length": 32, "sequence_stride": 16, "sequence_length": 32})",
                         {{2, 200}}};
  t["STFTSpectrogram"] = {R"({"frame_length": 32, "frame_step": 16, "fft_length": 32})",
                          {{2, 200, 1}}};
  put({"Resizing", "CenterCrop", "RandomCrop"},
      {R"({"height": 4, "width": 5})", {Shape{2, 6, 8, 3}}});
  put({"AutoContrast", "Solarization", "Equalization", "MaxNumBoundingBoxes"},
      {"{}", {Shape{2, 6, 8, 3}}});
  t["ContrastLimitedAdaptiveHistogramEqualization"] = {R"({"tile_grid_size": [2, 2]})",
                                                       {Shape{2, 6, 8, 3}}};
  return t;
}

}  // namespace detail

inline LayerSample layer_sample(const std::string& name) {
  static const auto& table = *new detail::Table(detail::make_table());
  if (const auto found = table.find(name); found != table.end()) return found->second;
  LayerSample out;
  out.inputs = {detail::input_of(name)};
  if (name.starts_with("Random") || name.ends_with("Mix") || name == "MixUp" ||
      name == "RandAugment") {
    out.inputs = {Shape{2, 6, 8, 3}};
  }
  if (name.starts_with("Adaptive")) out.config = R"({"output_size": 2})";
  if (name.starts_with("Conv") || name.starts_with("SeparableConv") ||
      name.starts_with("LocallyConnected")) {
    out.config = R"({"filters": 2, "kernel_size": 2})";
  }
  if (name.starts_with("DepthwiseConv")) out.config = R"({"kernel_size": 2})";
  return out;
}

}  // namespace rill::test
