#include "kernels/mover.h"
#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/gradient_tools.h"
#include "rill/ops/array.hpp"

namespace rill {
namespace {

struct Axes {
  int batch;
  int sequence;
};

Axes axes_of(const NodeAccess& node, int rank) {
  const int64_t sequence = node.attr<int64_t>("seq_dim");
  const int64_t batch = node.attr<int64_t>("batch_dim");
  node.require(batch != sequence, "batch_dim == seq_dim == ", sequence);
  node.require(sequence >= 0 && sequence < rank, "seq_dim must be < input rank: ", sequence,
               " vs. ", rank);
  node.require(batch >= 0 && batch < rank, "batch_dim must be < input rank: ", batch, " vs. ",
               rank);
  return {static_cast<int>(batch), static_cast<int>(sequence)};
}

void infer_reverse_sequence(ShapeContext& ctx) {
  ctx.require_rank_exactly(1, 1);
  const Shape& in = ctx.input(0);
  if (in.has_rank()) {
    const Axes axes = axes_of(ctx, in.rank());
    const Shape& lengths = ctx.input(1);
    ctx.require(
        !lengths.has_rank() || lengths[0] < 0 || in[axes.batch] < 0 || lengths[0] == in[axes.batch],
        "len(seq_lens) != input.dims(", axes.batch, "), (", lengths, " vs. ", in, ")");
  }
  ctx.set_output(0, in);
}

// The input as [before, first, between, second, after] around the two axes.
Prepared prepare_reverse_sequence(const PrepareContext& ctx) {
  const Shape& in = ctx.input(0);
  const Axes axes = axes_of(ctx, in.rank());
  const bool batch_first = axes.batch < axes.sequence;
  const int low = std::min(axes.batch, axes.sequence);
  const int high = std::max(axes.batch, axes.sequence);
  const int64_t before = product(in, 0, low), between = product(in, low + 1, high);
  const int64_t after = product(in, high + 1, in.rank());
  const int64_t first = in[low], second = in[high];
  const int64_t longest = in[axes.sequence];
  const DType dtype = ctx.input_dtype(1);
  return prepared(
      [=, name = who(ctx), mover = kernels::Mover(ctx.output_dtype(0))](const RunArgs& args) {
        for (int64_t i = 0; i < (batch_first ? first : second); ++i) {
          const int64_t length = index_at(args.in[1], dtype, i);
          if (length < 0 || length > longest) {
            fail(Code::invalid_argument, name, "seq_lens(", i, ") ",
                 length < 0 ? "< 0" : "> input.dims(seq_dim)", ": ", length, " of ", longest);
          }
        }
        int64_t at = 0;
        for (int64_t b = 0; b < before; ++b) {
          for (int64_t f = 0; f < first; ++f) {
            for (int64_t m = 0; m < between; ++m) {
              for (int64_t s = 0; s < second; ++s, at += after) {
                const int64_t length = index_at(args.in[1], dtype, batch_first ? f : s);
                const int64_t t = batch_first ? s : f;
                const int64_t from_t = t < length ? length - 1 - t : t;
                const int64_t from_f = batch_first ? f : from_t;
                const int64_t from_s = batch_first ? from_t : s;
                const int64_t from = ((b * first + from_f) * between + m) * second + from_s;
                mover.copy(mover.at(args.in[0], from * after), mover.at(args.out[0], at), after);
              }
            }
          }
        }
      });
}

Values reverse_sequence_gradient(const GradContext& ctx) {
  return {emit("ReverseSequence", {ctx.output_gradient(0), ctx.input(1)}, ctx.attrs()), {}};
}

}  // namespace

Value ops::reverse_sequence(const Value& x, const Value& lengths, int64_t seq_axis,
                            int64_t batch_axis) {
  return emit("ReverseSequence", {x, lengths}, {{"seq_dim", seq_axis}, {"batch_dim", batch_axis}});
}

void register_reverse_sequence(OpRegistry& registry) {
  registry.add({.signature = "ReverseSequence(input: T, seq_lengths: Tlen) -> (output: T)",
                .attrs = {int_attr("seq_dim"), int_attr("batch_dim", 0), type_attr("T"),
                          type_attr("Tlen", kIndexTypes, DType::int64)},
                .shape = infer_reverse_sequence,
                .prepare = prepare_reverse_sequence,
                .gradient = reverse_sequence_gradient});
}

}  // namespace rill
