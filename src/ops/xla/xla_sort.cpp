// XlaVariadicSort: tensors of one shape, sorted together along a dimension by a comparator of
// scalars.
#include <algorithm>
#include <numeric>

#include "op/registry.h"
#include "ops/composed.h"
#include "ops/xla.h"

namespace rill {
namespace {

// Merge sort of all rows at once, from runs of one upwards, so that the comparator is called with
// many pairs: a round moves one element of every pair of runs. Stable.
class ManyMerges {
 public:
  ManyMerges(const KernelContext& ctx, std::vector<Tensor> keys, int64_t rows, int64_t length)
      : ctx_(ctx), less_(ctx, "comparator"), keys_(std::move(keys)), length_(length) {
    order_.resize(static_cast<size_t>(rows * length));
    std::iota(order_.begin(), order_.end(), int64_t{0});
  }

  std::vector<int64_t> sorted() {
    for (int64_t run = 1; run < length_; run *= 2) merge_runs(run);
    return std::move(order_);
  }

 private:
  struct Merge {
    size_t a, a_end, b, b_end, to;
  };

  void merge_runs(int64_t run) {
    std::vector<int64_t> merged(order_.size());
    std::vector<Merge> open;
    for (size_t row = 0; row < order_.size(); row += static_cast<size_t>(length_)) {
      for (int64_t at = 0; at < length_; at += 2 * run) {
        const auto place = [&](int64_t i) {
          return row + static_cast<size_t>(std::min(i, length_));
        };
        open.push_back(
            {place(at), place(at + run), place(at + run), place(at + 2 * run), place(at)});
      }
    }
    while (!open.empty()) {
      std::vector<int64_t> left, right;
      for (const Merge& m : open) {
        if (m.a == m.a_end || m.b == m.b_end) continue;
        left.push_back(order_[m.a]);
        right.push_back(order_[m.b]);
      }
      const std::vector<char> takes_right = compare(right, left);
      size_t asked = 0;
      for (Merge& m : open) {
        const bool both = m.a < m.a_end && m.b < m.b_end;
        const bool from_b = both ? takes_right[asked++] != 0 : m.a == m.a_end;
        merged[m.to++] = order_[from_b ? m.b++ : m.a++];
      }
      std::erase_if(open, [](const Merge& m) { return m.a == m.a_end && m.b == m.b_end; });
    }
    order_ = std::move(merged);
  }

  // Is x[i] before y[i]?
  std::vector<char> compare(const std::vector<int64_t>& x, const std::vector<int64_t>& y) const {
    if (x.empty()) return {};
    std::vector<Tensor> args;
    for (const Tensor& t : keys_) {
      args.push_back(xla::elements_at(t, x));
      args.push_back(xla::elements_at(t, y));
    }
    const std::vector<Tensor> found = less_(args);
    ctx_.require(found.size() == 1 && found[0].dtype() == DType::bool_,
                 "the comparator must give one bool");
    std::vector<char> out(x.size());
    for (size_t i = 0; i < out.size(); ++i) out[i] = found[0].data<bool>()[i];
    return out;
  }

  const KernelContext& ctx_;
  xla::Elementwise less_;
  std::vector<Tensor> keys_;
  int64_t length_;
  std::vector<int64_t> order_;
};

void infer_xla_variadic_sort(ShapeContext& ctx) {
  ctx.require_rank_exactly(ctx.num_inputs() - 1, 0);
  for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, ctx.input(i));
}

void run_xla_variadic_sort(KernelContext& ctx) {
  const int count = ctx.num_outputs();
  const Shape shape = ctx.input(0).shape();
  ctx.require(ctx.input(count).size() == 1, "dimension must be a scalar");
  const int64_t asked = xla::int_at(ctx.input(count), 0);
  ctx.require(asked >= -shape.rank() && asked < shape.rank(), "dimension ", asked,
              " is not one of ", shape);
  const int64_t dim = asked < 0 ? asked + shape.rank() : asked;
  // The dimension goes to the end, and comes back: its exchange with the last one does both.
  xla::Ints order(static_cast<size_t>(shape.rank()));
  std::iota(order.begin(), order.end(), int64_t{0});
  std::swap(order[static_cast<size_t>(dim)], order.back());
  std::vector<Tensor> keys;
  for (int i = 0; i < count; ++i) {
    ctx.require(ctx.input(i).shape() == shape, "all inputs must have one shape: ", shape, " and ",
                ctx.input(i).shape());
    keys.push_back(xla::transposed(ctx.input(i), order));
  }
  const int64_t length = shape[static_cast<int>(dim)];
  const int64_t rows = length == 0 ? 0 : shape.num_elements() / length;
  const Shape moved = keys[0].shape();
  const std::vector<int64_t> places = ManyMerges(ctx, keys, rows, length).sorted();
  for (int i = 0; i < count; ++i) {
    const Tensor sorted = xla::elements_at(keys[static_cast<size_t>(i)], places).reshaped(moved);
    ctx.set_output(i, xla::transposed(sorted, order));
  }
}

}  // namespace

void register_xla_sort(OpRegistry& registry) {
  registry.add({.signature = "XlaVariadicSort(inputs: list(T), dimension: int32) -> "
                             "(outputs: list(T))",
                .attrs = {type_list_attr("T", 1), func_attr("comparator"), bool_attr("is_stable")},
                .shape = infer_xla_variadic_sort,
                .kernel = run_xla_variadic_sort});
}

}  // namespace rill
