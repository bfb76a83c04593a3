// Einsum: each operand is brought to [batch, rows, columns], the product of the two is a batched
// matrix product, and its result is brought to the order of the output. Repeated labels are read
// (and written) along diagonals by adding their strides. Operands that already lie right, or whose
// matrices the product can walk over where they lie, are not copied.
#include <algorithm>
#include <cstring>

#include "kernels/strided.h"
#include "op/emit.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/linalg/einsum_equation.h"
#include "ops/linalg/gradient_functions.h"
#include "ops/linalg/product.h"
#include "ops/linalg/strided_product.h"
#include "rill/ops/linalg.hpp"

namespace rill {
namespace {

using kernels::StridedDims;
using linalg::Equation;
using linalg::Labels;
using linalg::LabelSizes;

void infer_einsum(ShapeContext& ctx) {
  const std::string& text = ctx.attr<std::string>("equation");
  const Equation written = linalg::parse_equation(text);
  ctx.require(static_cast<int>(written.inputs.size()) == ctx.num_inputs(), "equation ",
              quoted(text), " has ", written.inputs.size(), " operands, but ", ctx.num_inputs(),
              " are given");
  std::vector<int> ranks;
  for (int i = 0; i < ctx.num_inputs(); ++i) {
    if (!ctx.input(i).has_rank()) return;
    ranks.push_back(ctx.input(i).rank());
  }
  const Equation equation = linalg::expand_ellipses(written, ranks);
  LabelSizes sizes;
  for (int i = 0; i < ctx.num_inputs(); ++i) {
    sizes.add(equation.inputs[static_cast<size_t>(i)], ctx.input(i), text);
  }
  Shape out;
  for (int label : equation.output) out.push_back(sizes[label]);
  ctx.set_output(0, std::move(out));
}

// The strides of an operand by label: a label that occurs twice walks the diagonal.
struct Operand {
  Labels labels;
  std::vector<int64_t> strides;

  Operand(const Labels& all, const Shape& shape, const LabelSizes& sizes) {
    int64_t stride = shape.num_elements() == 0 ? 0 : 1;
    for (int d = shape.rank() - 1; d >= 0; --d) {
      const int label = all[static_cast<size_t>(d)];
      const bool broadcasts = shape[d] == 1 && sizes[label] != 1;
      const int64_t step = broadcasts ? 0 : stride;
      const auto found = std::find(labels.begin(), labels.end(), label);
      if (found == labels.end()) {
        labels.insert(labels.begin(), label);
        strides.insert(strides.begin(), step);
      } else {
        strides[static_cast<size_t>(found - labels.begin())] += step;
      }
      stride *= shape[d];
    }
  }
  int64_t stride(int label) const {
    const auto at = std::find(labels.begin(), labels.end(), label);
    return at == labels.end() ? 0 : strides[static_cast<size_t>(at - labels.begin())];
  }
};

// How an operand gets into its place: as it is, or gathered (and summed) into scratch.
struct Packing {
  bool needed = false;
  StridedDims kept, summed;
  size_t bytes = 0;
};

StridedDims walk(const Operand& operand, const LabelSizes& sizes,
                 std::initializer_list<const Labels*> groups) {
  StridedDims dims;
  for (const Labels* group : groups) {
    for (int label : *group) dims.add(sizes[label], operand.stride(label));
  }
  return dims;
}

int64_t product(const Labels& labels, const LabelSizes& sizes) {
  int64_t n = 1;
  for (int label : labels) n *= sizes[label];
  return n;
}

size_t aligned(size_t bytes) { return (bytes + 63) / 64 * 64; }

struct EinsumRun {
  Packing pack[2];
  int inputs = 1;
  Prepared matmul;             // two inputs
  bool unpack_needed = false;  // the product lies in another order than the output
  bool zero_first = false;     // the output has labels twice: only diagonals are written
  StridedDims unpack;
  size_t out_bytes = 0;
  size_t product_bytes = 0;
  kernels::GatherFn gather = nullptr;
  kernels::ScatterFn scatter = nullptr;

  void operator()(const RunArgs& args) const {
    auto* scratch = static_cast<char*>(args.scratch);
    const void* operands[2] = {};
    for (int i = 0; i < inputs; ++i) {
      operands[i] = args.in[i];
      if (!pack[i].needed) continue;
      gather(args.in[i], pack[i].kept, pack[i].summed, scratch);
      operands[i] = scratch;
      scratch += aligned(pack[i].bytes);
    }
    const void* result = operands[0];
    if (inputs == 2) {
      void* target = args.out[0];
      if (unpack_needed) {
        target = scratch;
        scratch += aligned(product_bytes);
      }
      void* const out[] = {target};
      matmul.fn(matmul.state.get(), {operands, out, scratch});
      result = target;
    }
    if (unpack_needed) {
      if (zero_first && out_bytes > 0) std::memset(args.out[0], 0, out_bytes);
      scatter(result, unpack, args.out[0]);
    } else if (result != args.out[0] && out_bytes > 0) {
      std::memcpy(args.out[0], result, out_bytes);
    }
  }
};

// Where the product's labels, in the order they come, go in the output.
void plan_output(EinsumRun& run, const Labels& produced, const Labels& output,
                 const LabelSizes& sizes) {
  std::vector<int64_t> stride(produced.size(), 0);
  int64_t step = 1;
  for (size_t d = output.size(); d-- > 0;) {
    for (size_t i = 0; i < produced.size(); ++i) {
      if (produced[i] == output[d]) stride[i] += step;
    }
    step *= sizes[output[d]];
  }
  for (size_t i = 0; i < produced.size(); ++i) run.unpack.add(sizes[produced[i]], stride[i]);
  run.zero_first = produced.size() < output.size();
  run.unpack_needed = run.zero_first || !run.unpack.is_dense();
}

// One operand: diagonals, sums and another order.
Prepared prepare_rearrangement(EinsumRun run, const Operand& a, const Labels& out,
                               const LabelSizes& sizes, size_t element) {
  Labels kept, summed;
  for (int label : out) {
    if (!linalg::has_label(kept, label)) kept.push_back(label);
  }
  for (int label : a.labels) {
    if (!linalg::has_label(out, label)) summed.push_back(label);
  }
  run.pack[0].kept = walk(a, sizes, {&kept});
  run.pack[0].summed = walk(a, sizes, {&summed});
  run.pack[0].bytes = static_cast<size_t>(product(kept, sizes)) * element;
  run.pack[0].needed = !summed.empty() || !run.pack[0].kept.is_dense();
  plan_output(run, kept, out, sizes);
  return prepared(std::move(run), aligned(run.pack[0].bytes));
}

// Two operands: a product of matrices, of batches of them.
Prepared prepare_contraction(const PrepareContext& ctx, EinsumRun run, const Operand& a,
                             const Operand& b, const Labels& out, const LabelSizes& sizes,
                             size_t element) {
  Labels batch, rows, columns, inner, only_a, only_b;
  for (int label : a.labels) {
    const bool in_out = linalg::has_label(out, label);
    if (linalg::has_label(b.labels, label)) {
      (in_out ? batch : inner).push_back(label);
    } else {
      (in_out ? rows : only_a).push_back(label);
    }
  }
  for (int label : b.labels) {
    if (!linalg::has_label(a.labels, label))
      (linalg::has_label(out, label) ? columns : only_b).push_back(label);
  }
  // The batch first in the output: then the product often lies there as it should.
  std::sort(batch.begin(), batch.end(), [&](int x, int y) {
    return std::find(out.begin(), out.end(), x) < std::find(out.begin(), out.end(), y);
  });

  kernels::MatMulShape s;
  s.m = product(rows, sizes);
  s.n = product(columns, sizes);
  s.k = product(inner, sizes);
  s.batch = product(batch, sizes);
  const auto place = [&](Packing& pack, const Operand& operand, const Labels& outer,
                         const Labels& inmost, const Labels& summed) {
    // Either order of the last two groups will do; the written order, when both lie elsewhere.
    StridedDims swapped = walk(operand, sizes, {&batch, &inmost, &outer});
    pack.kept = walk(operand, sizes, {&batch, &outer, &inmost});
    pack.summed = walk(operand, sizes, {&summed});
    pack.bytes = static_cast<size_t>(pack.kept.count()) * element;
    if (summed.empty() && pack.kept.is_dense()) return false;
    if (summed.empty() && swapped.is_dense()) return true;
    pack.needed = true;
    return false;
  };
  s.transpose_a = place(run.pack[0], a, rows, inner, only_a);
  s.transpose_b = place(run.pack[1], b, inner, columns, only_b);
  Labels produced = batch;
  produced.insert(produced.end(), rows.begin(), rows.end());
  produced.insert(produced.end(), columns.begin(), columns.end());
  plan_output(run, produced, out, sizes);
  const bool copies = run.pack[0].needed || run.pack[1].needed || run.unpack_needed;
  if (copies && only_a.empty() && only_b.empty() && !run.zero_first) {
    const Operand c(out, ctx.output(0), sizes);
    const auto of = [&](const Operand& operand, const Labels& from, const Labels& to) {
      return linalg::StridedMatrices{walk(operand, sizes, {&batch}), walk(operand, sizes, {&from}),
                                     walk(operand, sizes, {&to})};
    };
    if (auto direct = linalg::bind_strided_product(ctx, of(a, rows, inner), of(b, inner, columns),
                                                   of(c, rows, columns))) {
      return std::move(*direct);
    }
  }
  // One matrix of B for the whole batch cannot arise: batch labels are in both operands.
  run.matmul = linalg::bind_product(ctx, ctx.output_dtype(0), std::move(s), !run.pack[1].needed);
  run.product_bytes = static_cast<size_t>(product(produced, sizes)) * element;
  size_t scratch = aligned(run.matmul.scratch_bytes);
  for (const Packing& pack : run.pack) {
    if (pack.needed) scratch += aligned(pack.bytes);
  }
  if (run.unpack_needed) scratch += aligned(run.product_bytes);
  const uint32_t absorbed = run.matmul.absorbed;
  Prepared result = prepared(std::move(run), scratch);
  result.absorbed = absorbed;
  return result;
}

Prepared prepare_einsum(const PrepareContext& ctx) {
  ctx.require(ctx.num_inputs() <= 2, "expected 1 or 2 inputs, but got ", ctx.num_inputs());
  std::vector<int> ranks;
  for (int i = 0; i < ctx.num_inputs(); ++i) ranks.push_back(ctx.input(i).rank());
  const std::string& text = ctx.attr<std::string>("equation");
  const Equation equation = linalg::expand_ellipses(linalg::parse_equation(text), ranks);
  LabelSizes sizes;
  std::vector<Operand> operands;
  for (size_t i = 0; i < ranks.size(); ++i) {
    sizes.add(equation.inputs[i], ctx.input(static_cast<int>(i)), text);
  }
  for (size_t i = 0; i < ranks.size(); ++i) {
    operands.emplace_back(equation.inputs[i], ctx.input(static_cast<int>(i)), sizes);
  }
  const DType dtype = ctx.output_dtype(0);
  const size_t element = dtype_size(dtype);
  EinsumRun run;
  run.inputs = ctx.num_inputs();
  run.out_bytes = static_cast<size_t>(ctx.output(0).num_elements()) * element;
  run.gather = kernels::gather_fn(dtype);
  run.scatter = kernels::scatter_fn(dtype);
  const Operand& a = operands[0];
  if (run.inputs == 1) {
    return prepare_rearrangement(std::move(run), a, equation.output, sizes, element);
  }
  return prepare_contraction(ctx, std::move(run), a, operands[1], equation.output, sizes, element);
}

// "ab,bc,cd->ad" as products of two: what later operands and the output need is kept.
std::string pair_equation(const Labels& a, const Labels& b, const std::vector<Labels>& later,
                          const Labels& output, Labels& kept) {
  const auto needed = [&](int label) {
    return linalg::has_label(output, label) ||
           std::any_of(later.begin(), later.end(),
                       [&](const Labels& labels) { return linalg::has_label(labels, label); });
  };
  kept.clear();
  for (const Labels* labels : {&a, &b}) {
    for (int label : *labels) {
      if (needed(label) && !linalg::has_label(kept, label)) kept.push_back(label);
    }
  }
  const auto ellipsis = std::find(kept.begin(), kept.end(), -1);
  if (ellipsis != kept.end()) std::rotate(kept.begin(), ellipsis, ellipsis + 1);
  std::string text;
  const auto write = [&](const Labels& labels) {
    for (int label : labels) text += label < 0 ? std::string("...") : std::string(1, char(label));
  };
  write(a);
  text += ',';
  write(b);
  text += "->";
  write(kept);
  return text;
}

}  // namespace

Value ops::einsum(std::string_view equation, const Values& inputs, std::string_view name) {
  Equation rest = linalg::parse_equation(equation);
  if (rest.inputs.size() != inputs.size()) {
    fail(Code::invalid_argument, "einsum: equation ", quoted(equation), " has ", rest.inputs.size(),
         " operands, but ", inputs.size(), " are given");
  }
  if (inputs.size() <= 2) {
    return emit("Einsum", inputs, {{"equation", AttrValue(equation)}}, name);
  }
  Value sum = inputs[0];
  Labels labels = rest.inputs[0];
  for (size_t i = 1; i < inputs.size(); ++i) {
    const std::vector<Labels> later(rest.inputs.begin() + static_cast<int64_t>(i) + 1,
                                    rest.inputs.end());
    Labels kept;
    std::string text = pair_equation(labels, rest.inputs[i], later, rest.output, kept);
    const bool last = later.empty();
    if (last) {
      kept = rest.output;
      text.resize(text.find("->") + 2);
      for (int label : kept) text += label < 0 ? std::string("...") : std::string(1, char(label));
    }
    sum = emit("Einsum", {sum, inputs[i]}, {{"equation", AttrValue(text)}},
               last ? name : std::string_view());
    labels = std::move(kept);
  }
  return sum;
}

void register_einsum(OpRegistry& registry) {
  registry.add({.signature = "Einsum(inputs: N*T) -> (output: T)",
                .attrs = {string_attr("equation"), int_attr("N"), type_attr("T")},
                .shape = infer_einsum,
                .prepare = prepare_einsum,
                .gradient = linalg::einsum_gradient});
}

}  // namespace rill
