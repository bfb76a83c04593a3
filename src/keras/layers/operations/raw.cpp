// Functions of TensorFlow that are one op: the arguments bear the names of the op's inputs and
// attributes, or those of the table.
#include <algorithm>
#include <map>
#include <string_view>

#include "base/fail.h"
#include "keras/layers/operations/raw.h"
#include "op/registry.h"

namespace rill::keras {
namespace {

// What an input is that a call leaves out.
enum class Missing : uint8_t { refused, zero, axes_from_the_last };

struct RawOperation {
  const char* function;
  const char* op;
  // "input=argument" where the function names it otherwise.
  const char* renamed = "";
  Missing missing = Missing::refused;
};

constexpr RawOperation kRaw[] = {
    {"adjust_hue", "AdjustHue"},
    {"adjust_saturation", "AdjustSaturation", "scale=saturation_factor"},
    {"approx_top_k", "ApproxTopK"},
    {"batch_to_space", "BatchToSpaceND"},
    {"batch_to_space_nd", "BatchToSpaceND"},
    {"bessel_i0", "BesselI0"},
    {"bessel_i0e", "BesselI0e"},
    {"bessel_i1", "BesselI1"},
    {"bessel_i1e", "BesselI1e"},
    {"bessel_j0", "BesselJ0"},
    {"bessel_j1", "BesselJ1"},
    {"bessel_k0", "BesselK0"},
    {"bessel_k0e", "BesselK0e"},
    {"bessel_k1", "BesselK1"},
    {"bessel_k1e", "BesselK1e"},
    {"bessel_y0", "BesselY0"},
    {"bessel_y1", "BesselY1"},
    {"betainc", "Betainc"},
    {"bitcast", "Bitcast"},
    {"broadcast_dynamic_shape", "BroadcastArgs", "s1=shape_y"},
    {"categorical", "Multinomial", "output_dtype=dtype"},
    {"check_numerics", "CheckNumerics", "tensor=x"},
    {"crop_and_resize", "CropAndResize", "box_ind=box_indices"},
    {"cumulative_logsumexp", "CumulativeLogsumexp", "", Missing::zero},
    {"dawsn", "Dawsn"},
    {"decode_base64", "DecodeBase64"},
    {"decode_bmp", "DecodeBmp"},
    {"decode_compressed", "DecodeCompressed"},
    {"decode_gif", "DecodeGif"},
    {"decode_image", "DecodeImage"},
    {"decode_jpeg", "DecodeJpeg"},
    {"decode_png", "DecodePng"},
    {"decode_raw", "DecodeRaw"},
    {"decode_wav", "DecodeWav"},
    {"depthwise_conv2d_native", "DepthwiseConv2dNative"},
    {"draw_bounding_boxes", "DrawBoundingBoxesV2"},
    {"dynamic_partition", "DynamicPartition"},
    {"encode_base64", "EncodeBase64"},
    {"encode_jpeg", "EncodeJpeg"},
    {"encode_png", "EncodePng"},
    {"encode_wav", "EncodeWav"},
    {"expint", "Expint"},
    {"fake_quant_with_min_max_args", "FakeQuantWithMinMaxArgs"},
    {"fake_quant_with_min_max_args_gradient", "FakeQuantWithMinMaxArgsGradient"},
    {"fake_quant_with_min_max_vars", "FakeQuantWithMinMaxVars"},
    {"fake_quant_with_min_max_vars_per_channel", "FakeQuantWithMinMaxVarsPerChannel"},
    {"fake_quant_with_min_max_vars_gradient", "FakeQuantWithMinMaxVarsGradient"},
    {"fake_quant_with_min_max_vars_per_channel_gradient",
     "FakeQuantWithMinMaxVarsPerChannelGradient"},
    {"fft2d", "FFT2D"},
    {"fft3d", "FFT3D"},
    {"fresnel_cos", "FresnelCos"},
    {"fresnel_sin", "FresnelSin"},
    {"histogram_fixed_width", "HistogramFixedWidth"},
    {"identity_n", "IdentityN"},
    {"ifft2d", "IFFT2D"},
    {"ifft3d", "IFFT3D"},
    {"igamma", "Igamma"},
    {"igammac", "Igammac"},
    {"invert_permutation", "InvertPermutation"},
    {"l2_loss", "L2Loss"},
    {"lu", "Lu"},
    {"matrix_square_root", "MatrixSquareRoot"},
    {"max_pool_with_argmax", "MaxPoolWithArgmax"},
    {"mul_no_nan", "MulNoNan"},
    {"multiply_no_nan", "MulNoNan"},
    {"polygamma", "Polygamma"},
    {"population_count", "PopulationCount"},
    {"quantize_and_dequantize_v2", "QuantizeAndDequantizeV2"},
    {"realdiv", "RealDiv"},
    {"resize_area", "ResizeArea"},
    {"reverse_sequence", "ReverseSequence", "seq_dim=seq_axis,batch_dim=batch_axis"},
    {"rint", "Rint"},
    {"segment_mean", "SegmentMean"},
    {"setdiff1d", "ListDiff", "out_idx=index_dtype"},
    {"shape_n", "ShapeN"},
    {"shuffle", "RandomShuffle"},
    {"space_to_batch", "SpaceToBatchND"},
    {"space_to_batch_nd", "SpaceToBatchND"},
    {"spence", "Spence"},
    {"sqrtm", "MatrixSquareRoot"},
    {"strings.as_string", "AsString"},
    {"strings.join", "StringJoin"},
    {"strings.length", "StringLength"},
    {"strings.lower", "StringLower"},
    {"strings.reduce_join", "ReduceJoin", "reduction_indices=axis,keep_dims=keepdims",
     Missing::axes_from_the_last},
    {"strings.regex_full_match", "RegexFullMatch"},
    {"strings.regex_replace", "RegexReplace"},
    {"strings.strip", "StringStrip"},
    {"strings.substr", "Substr"},
    {"strings.to_hash_bucket", "StringToHashBucket", "string_tensor=input"},
    {"strings.to_hash_bucket_fast", "StringToHashBucketFast"},
    {"strings.to_hash_bucket_strong", "StringToHashBucketStrong"},
    {"strings.to_number", "StringToNumber", "string_tensor=input"},
    {"strings.unicode_script", "UnicodeScript"},
    {"strings.unicode_transcode", "UnicodeTranscode"},
    {"strings.upper", "StringUpper"},
    {"tensor_diag", "Diag"},
    {"tensor_diag_part", "DiagPart"},
    {"tensor_scatter_nd_max", "TensorScatterMax"},
    {"tensor_scatter_nd_min", "TensorScatterMin"},
    {"tensor_scatter_nd_sub", "TensorScatterSub"},
    {"triangular_solve", "MatrixTriangularSolve"},
    {"truncatediv", "TruncateDiv"},
    {"truncatemod", "TruncateMod"},
    {"xdivy", "Xdivy"},
    {"xlog1py", "Xlog1py"},
    {"zeta", "Zeta"},
};

const RawOperation* find_raw(std::string_view function) {
  for (const RawOperation& raw : kRaw) {
    if (function == raw.function) return &raw;
  }
  return nullptr;
}

std::string argument_name(const RawOperation& raw, const std::string& name) {
  std::string_view rest = raw.renamed;
  while (!rest.empty()) {
    const std::string_view item = rest.substr(0, rest.find(','));
    const size_t equals = item.find('=');
    if (item.substr(0, equals) == name) return std::string(item.substr(equals + 1));
    rest.remove_prefix(std::min(rest.size(), item.size() + 1));
  }
  return name;
}

Value left_out(const RawOperation& raw, const Values& before) {
  if (raw.missing == Missing::refused || before.empty()) return {};
  if (raw.missing == Missing::zero) return Tensor::scalar(int32_t{0});
  std::vector<int32_t> axes;
  for (int i = before[0].rank(); i-- > 0;) axes.push_back(i);
  return Tensor::vector(axes);
}

// A window or step of an image, for each side or for both.
std::vector<int64_t> window_of(const std::vector<int64_t>& given) {
  if (given.size() == 1) return {1, given[0], given[0], 1};
  if (given.size() == 2) return {1, given[0], given[1], 1};
  return given;
}

// A number or word of a call as an attribute; false when it is none.
bool set_attribute(const OperationCall& c, const AttrDef& def, const char* name, AttrMap& attrs) {
  constexpr size_t kByName = 99;
  const Json* given = c.constant(kByName, {name});
  if (!given) return false;
  if (def.kind == AttrKind::type && given->is_string()) {
    attrs.set(def.name, dtype_from_name(given->as_string()));
  } else if (def.kind == AttrKind::int_ && def.is_list) {
    std::vector<int64_t> list = c.ints(kByName, {name}).value_or(std::vector<int64_t>{});
    if (def.name == "ksize" || def.name == "strides") list = window_of(list);
    attrs.set(def.name, std::move(list));
  } else if (def.kind == AttrKind::int_ && given->is_int()) {
    attrs.set(def.name, given->as_int());
  } else if (def.kind == AttrKind::float_ && given->is_number()) {
    attrs.set(def.name, static_cast<float>(given->as_double()));
  } else if (def.kind == AttrKind::bool_ && given->is_bool()) {
    attrs.set(def.name, given->as_bool());
  } else if (def.kind == AttrKind::string && given->is_string()) {
    attrs.set(def.name, given->as_string());
  } else {
    return false;
  }
  return true;
}

}  // namespace

bool is_raw_operation(const std::string& function) { return find_raw(function) != nullptr; }

Values raw_operation(const std::string& function, const OperationCall& c) {
  const RawOperation* found = find_raw(function);
  if (!found) fail(Code::unimplemented, "the function ", quoted(function));
  const OpDef& def = require_op(found->op);
  Values inputs;
  std::map<std::string, DType, std::less<>> types;  // of type attributes that tensors have fixed
  for (size_t i = 0; i < def.inputs.size(); ++i) {
    const ArgDef& arg = def.inputs[i];
    const std::string name = argument_name(*found, arg.name);
    if (!arg.number_attr.empty() || !arg.type_list_attr.empty()) {
      for (Value& v : c.values(i, {name.c_str()})) inputs.push_back(std::move(v));
      continue;
    }
    Value v = c.value(i, {name.c_str()});
    if (!v) v = left_out(*found, inputs);
    if (!v) v = c.required(i, {name.c_str()});
    const auto fixed = types.find(arg.type_attr);
    if (v.dtype() != DType::string) {
      if (arg.type != DType::invalid) v = op::cast(v.without_weakness(), arg.type);
      if (fixed != types.end()) v = op::cast(v.without_weakness(), fixed->second);
    }
    if (!arg.type_attr.empty() && !v.is_weak()) types.emplace(arg.type_attr, v.dtype());
    inputs.push_back(std::move(v));
  }
  AttrMap attrs;
  for (const AttrDef& attr : def.attrs) {
    set_attribute(c, attr, argument_name(*found, attr.name).c_str(), attrs);
  }
  return emit_all(found->op, inputs, std::move(attrs));
}

}  // namespace rill::keras
