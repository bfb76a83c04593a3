// StringNGrams and UnsortedSegmentJoin.
#include <algorithm>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/ragged_splits.h"

namespace rill {
namespace {

struct NGrams {
  std::string separator, left, right;
  std::vector<int64_t> widths;
  int64_t pad;  // -1: as much as the width asks for
  bool keep_short;

  int64_t pad_for(int64_t width) const { return pad < 0 ? width - 1 : std::min(pad, width - 1); }
  // Windows of `width` over the padded row.
  void add(const std::string* row, int64_t n, int64_t width, std::vector<std::string>& out) const {
    const int64_t padding = pad_for(width), total = n + 2 * padding;
    for (int64_t begin = 0; begin + width <= total; ++begin) {
      std::string gram;
      for (int64_t k = begin; k < begin + width; ++k) {
        if (k > begin) gram += separator;
        gram += k < padding ? left : k < padding + n ? row[k - padding] : right;
      }
      out.push_back(std::move(gram));
    }
  }
};

// A row too short for every width gives, when asked for, one n-gram of all of it.
void n_grams(KernelContext& ctx) {
  const NGrams grams{
      ctx.attr<std::string>("separator"), ctx.attr<std::string>("left_pad"),
      ctx.attr<std::string>("right_pad"), ctx.attr<std::vector<int64_t>>("ngram_widths"),
      ctx.attr<int64_t>("pad_width"),     ctx.attr<bool>("preserve_short_sequences")};
  for (const int64_t width : grams.widths) {
    ctx.require(width > 0, "ngram_widths must contain positive values");
  }
  const Tensor& data = ctx.input(0);
  ctx.require(data.rank() == 1, "data must be a vector, got shape ", data.shape());
  Splits splits = {0};
  if (ctx.input(1).size() > 0) splits = splits_input(ctx, 1, data.dim(0));
  std::vector<std::string> out;
  Splits out_splits = {0};
  for (size_t r = 1; r < splits.size(); ++r) {
    const std::string* row = data.data<std::string>() + splits[r - 1];
    const int64_t n = splits[r] - splits[r - 1];
    const size_t before = out.size();
    for (const int64_t width : grams.widths) grams.add(row, n, width, out);
    if (grams.keep_short && out.size() == before && n > 0 && !grams.widths.empty()) {
      const int64_t padding = std::max<int64_t>(grams.pad, 0);
      grams.add(row, n, n + 2 * padding, out);
    }
    out_splits.push_back(static_cast<int64_t>(out.size()));
  }
  ctx.set_output(0, Tensor::vector(out));
  if (ctx.input(1).size() == 0) {
    ctx.output(1, Shape{0});
  } else {
    put_splits(ctx, 1, out_splits);
  }
}

void segment_join(KernelContext& ctx) {
  const Tensor& inputs = ctx.input(0);
  const Tensor& ids = ctx.input(1);
  ctx.require(ctx.input(2).size() == 1, "Number of segments should be a scalar, got shape ",
              ctx.input(2).shape());
  const auto segments = ctx.input(2).item<int64_t>();
  ctx.require(segments >= 0, "Number of segments must be non-negative, is ", segments);
  if (ids.rank() > inputs.rank()) {
    ctx.fail(Code::out_of_range, "segment_ids have ", ids.rank(), " dimensions, the inputs only ",
             inputs.rank());
  }
  bool prefix = true;
  for (int d = 0; prefix && d < ids.rank(); ++d) prefix = ids.dim(d) == inputs.dim(d);
  ctx.require(prefix, "segment_ids' shape ", ids.shape(), " must be a prefix of the inputs' shape ",
              inputs.shape());
  const Shape inner = sub_shape(inputs.shape(), ids.rank(), inputs.rank());
  const int64_t unit = inner.num_elements();
  const auto& separator = ctx.attr<std::string>("separator");
  Tensor& out = ctx.output(0, join(Shape{segments}, inner));
  std::vector<bool> begun(static_cast<size_t>(segments), false);
  int64_t i = 0;
  for (const int64_t id : ids.to_vector<int64_t>()) {
    ctx.require(id < segments, "segment_ids = ", id, " is out of range [0, ", segments, ")");
    for (int64_t k = 0; id >= 0 && k < unit; ++k) {
      std::string& text = out.data<std::string>()[id * unit + k];
      if (begun[static_cast<size_t>(id)]) text += separator;
      text += inputs.data<std::string>()[i * unit + k];
    }
    if (id >= 0) begun[static_cast<size_t>(id)] = true;
    ++i;
  }
}

// Vectors of lengths that the data say.
void infer_n_grams(ShapeContext& ctx) {
  for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, Shape{Shape::kUnknownDim});
}

// A text a segment, with what the inputs have behind the dimensions of the ids.
void infer_segment_join(ShapeContext& ctx) {
  const Shape &x = ctx.input(0), &ids = ctx.input(1);
  if (!x.has_rank() || !ids.has_rank() || ids.rank() > x.rank()) return;
  Shape out{Shape::kUnknownDim};
  for (int i = ids.rank(); i < x.rank(); ++i) out.push_back(x[i]);
  ctx.set_output(0, out);
}

}  // namespace

void register_string_n_grams(OpRegistry& registry) {
  registry.add({.signature = "StringNGrams(data: string, data_splits: Tsplits) -> (ngrams: string, "
                             "ngrams_splits: Tsplits)",
                .attrs = {string_attr("separator"), int_list_attr("ngram_widths"),
                          string_attr("left_pad"), string_attr("right_pad"), int_attr("pad_width"),
                          bool_attr("preserve_short_sequences"),
                          type_attr("Tsplits", kIndexTypes, DType::int64)},
                .shape = infer_n_grams,
                .kernel = n_grams});
  registry.add({.signature = "UnsortedSegmentJoin(inputs: string, segment_ids: Tindices, "
                             "num_segments: Tnumsegments) -> (output: string)",
                .attrs = {string_attr("separator", ""), type_attr("Tindices", kIndexTypes),
                          type_attr("Tnumsegments", kIndexTypes, DType::int32)},
                .shape = infer_segment_join,
                .kernel = segment_join});
}

}  // namespace rill
