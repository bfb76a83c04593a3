#include "ops/dataset.h"

#include <algorithm>

#include "kernels/mover.h"
#include "ops/args.h"

namespace rill {

GraphIterator::~GraphIterator() = default;

std::unique_ptr<GraphIterator> iterator_with(HeldState state,
                                             bool (*next)(void*, Runtime&, Element&)) {
  class Made final : public GraphIterator {
   public:
    Made(HeldState held, bool (*function)(void*, Runtime&, Element&))
        : state_(std::move(held)), next_(function) {}
    bool next(Runtime& runtime, Element& out) override {
      done_ = done_ || !next_(state_.get(), runtime, out);
      return !done_;
    }

   private:
    HeldState state_;
    bool (*next_)(void*, Runtime&, Element&);
    bool done_ = false;
  };
  return std::make_unique<Made>(std::move(state), next);
}

void output_dataset_with(KernelContext& ctx, std::initializer_list<GraphDatasetPtr> inputs,
                         HeldState state, std::unique_ptr<GraphIterator> (*iterate)(const void*),
                         int64_t cardinality) {
  class Made final : public GraphDataset {
   public:
    Made(int depth, HeldState held, std::unique_ptr<GraphIterator> (*function)(const void*),
         int64_t count)
        : GraphDataset(depth, count), state_(std::move(held)), iterate_(function) {}
    std::unique_ptr<GraphIterator> iterate() const override { return iterate_(state_.get()); }

   private:
    HeldState state_;
    std::unique_ptr<GraphIterator> (*iterate_)(const void*);
  };
  const int depth = depth_above(ctx, inputs);
  ctx.set_output(
      0, dataset_handle(std::make_shared<Made>(depth, std::move(state), iterate, cardinality)));
}

int64_t repeated_cardinality(int64_t n, int64_t times) {
  if (n == 0 || times == 0) return 0;
  if (times < 0 || n < 0) return n == kUnknownMany && times >= 0 ? n : kInfinitelyMany;
  int64_t all = 0;
  return __builtin_mul_overflow(n, times, &all) ? kInfinitelyMany : all;
}

int64_t batched_cardinality(int64_t n, int64_t size, bool drop) {
  return n < 0 ? n : n / size + (drop || n % size == 0 ? 0 : 1);
}

Tensor dataset_handle(std::shared_ptr<GraphDataset> dataset) {
  return Tensor::opaque(DType::variant, std::move(dataset));
}

int depth_above(const NodeAccess& node, std::initializer_list<GraphDatasetPtr> inputs) {
  int depth = 0;
  for (const GraphDatasetPtr& input : inputs) depth = std::max(depth, input->depth());
  node.require(depth < GraphDataset::kMostDepth, "more than ", GraphDataset::kMostDepth,
               " datasets in a row");
  return depth + 1;
}

Tensor dataset_of(std::vector<Element> elements) {
  class Listed final : public GraphDataset {
   public:
    explicit Listed(std::vector<Element> all)
        : GraphDataset(1, static_cast<int64_t>(all.size())),
          all_(std::make_shared<const std::vector<Element>>(std::move(all))) {}
    std::unique_ptr<GraphIterator> iterate() const override {
      return iterator_of([all = all_, at = size_t{0}](Runtime&, Element& out) mutable {
        if (at == all->size()) return false;
        out = (*all)[at++];
        return true;
      });
    }

   private:
    std::shared_ptr<const std::vector<Element>> all_;
  };
  return dataset_handle(std::make_shared<Listed>(std::move(elements)));
}

struct BoundFunction::Parts {
  NameAttrList function;
  Element captured;
};

BoundFunction::BoundFunction(NameAttrList function, Element captured)
    : parts_(std::make_shared<const Parts>(Parts{std::move(function), std::move(captured)})) {}

Element BoundFunction::operator()(Runtime& runtime, Element args) const {
  args.insert(args.end(), parts_->captured.begin(), parts_->captured.end());
  return runtime.function(parts_->function).call(std::move(args));
}

BoundFunction bound_function(const KernelContext& ctx, const char* attr, int begin, int end) {
  ctx.require(end <= ctx.num_inputs(), "there are ", ctx.num_inputs(), " inputs, but ", attr,
              " takes up to number ", end);
  Element captured;
  for (int i = begin; i < end; ++i) captured.push_back(ctx.input(i).owned());
  return {ctx.attr<NameAttrList>(attr), std::move(captured)};
}

GraphDatasetPtr made_dataset(const BoundFunction& f, Runtime& runtime, Element element,
                             const std::string& name) {
  const Element made = f(runtime, std::move(element));
  const auto dataset = made.size() == 1 && made[0].dtype() == DType::variant && made[0].size() == 1
                           ? std::dynamic_pointer_cast<const GraphDataset>(made[0].opaque_at(0))
                           : nullptr;
  if (!dataset) fail(Code::invalid_argument, name, "`f` must return a single dataset");
  return dataset;
}

Element stack_elements(const std::vector<Element>& elements) {
  Element out;
  for (size_t c = 0; c < elements.front().size(); ++c) {
    const Tensor& first = elements.front()[c];
    Tensor all(first.dtype(), join(Shape{static_cast<int64_t>(elements.size())}, first.shape()));
    const kernels::Mover mover(first.dtype());
    for (size_t i = 0; i < elements.size(); ++i) {
      const Tensor& part = elements[i][c];
      if (part.dtype() != first.dtype() || part.shape() != first.shape()) {
        fail(Code::invalid_argument, "Cannot batch tensors with different shapes in component ", c,
             ". First element had shape ", first.shape(), " and element ", i, " had shape ",
             part.shape(), ".");
      }
      mover.copy(part.raw(), mover.at(all.raw(), static_cast<int64_t>(i) * first.size()),
                 first.size());
    }
    out.push_back(std::move(all));
  }
  return out;
}

std::unique_ptr<GraphIterator> batches_of(std::unique_ptr<GraphIterator> elements, int64_t size,
                                          bool drop) {
  return iterator_of(
      [=, in = std::shared_ptr(std::move(elements))](Runtime& runtime, Element& out) {
        std::vector<Element> rows;
        Element row;
        while (static_cast<int64_t>(rows.size()) < size && in->next(runtime, row)) {
          if (rows.size() % 1024 == 0) runtime.check_cancelled();
          if (!rows.empty() && row.size() != rows[0].size()) {
            fail(Code::invalid_argument, "Cannot batch elements of ", rows[0].size(), " and ",
                 row.size(), " components");
          }
          rows.push_back(std::move(row));
          row.clear();
        }
        if (rows.empty() || (drop && static_cast<int64_t>(rows.size()) < size)) return false;
        out = stack_elements(rows);
        return true;
      });
}

}  // namespace rill
