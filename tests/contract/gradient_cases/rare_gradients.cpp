#include "contract/double_values.h"
#include "contract/gradient_cases.h"

namespace rill::test {
namespace {

// Distinct eigenvalues.
Tensor spread() { return doubles({1, 0.2, -0.1, 0.3, 2.5, 0.4, -0.2, 0.1, 4.5}, {3, 3}); }

// Eigenvectors may be turned in the complex plane: only their lengths are told.
void add_eigenvalues(GradientCases& cases) {
  for (const bool vectors : {true, false}) {
    const Value weights = real({3, 3}, 0.2, 1);
    cases.add({.name = vectors ? "eig" : "eig without vectors",
               .ops = {"Eig"},
               .inputs = {spread()},
               .run = [=](const Values& inputs) {
                 const Values found = emit_all(
                     "Eig", {inputs[0]}, {{"Tout", DType::complex128}, {"compute_v", vectors}});
                 const Value e = total(emit("ComplexAbs", {found[0]}, {{"Tout", DType::float64}}));
                 if (!vectors) return e;
                 const Value v = emit("ComplexAbs", {found[1]}, {{"Tout", DType::float64}});
                 return emit("AddV2", {e, total(emit("Mul", {v, weights}))});
               }});
  }
}

void add_matrices(GradientCases& cases) {
  cases.add({.op = "MatrixSquareRoot", .inputs = {spread()}});
  for (const bool ta : {false, true}) {
    for (const bool tb : {false, true}) {
      cases.add({.op = "SparseMatMul",
                 .inputs = {real(ta ? Shape{3, 2} : Shape{2, 3}, -2, 2, DType::float32),
                            real(tb ? Shape{4, 3} : Shape{3, 4}, -2, 2, DType::float32)},
                 .attrs = {{"transpose_a", ta}, {"transpose_b", tb}}});
    }
  }
}

void add_rare_selections(GradientCases& cases) {
  for (const char* op : {"FractionalMaxPool", "FractionalAvgPool"}) {
    for (const bool overlapping : {false, true}) {
      cases.add({.op = op,
                 .inputs = {real({1, 5, 7, 2})},
                 .attrs = {{"pooling_ratio", std::vector<float>{1, 1.4F, 1.7F, 1}},
                           {"deterministic", true},
                           {"overlapping", overlapping},
                           {"seed", 3},
                           {"seed2", 5}},
                 .second = false});
    }
  }
  for (const int axis : {0, 1, -1}) {
    cases.add({.op = "ApproxTopK",
               .inputs = {real({3, 4, 2}, -2, 2, DType::float32)},
               .attrs = {{"k", 2}, {"reduction_dimension", axis}}});
  }
  cases.add({.op = "IsotonicRegression",
             .inputs = {real({3, 6})},
             .attrs = {{"output_dtype", DType::float64}}});
  cases.add({.op = "QuantizeAndDequantizeV4Grad",
             .inputs = {real({2, 4}), real({2, 4}), Tensor::scalar(-1.0), Tensor::scalar(1.0)},
             .without = {1, 2, 3}});
}

void add_ragged(GradientCases& cases) {
  cases.add(
      {.name = "ragged tensors as variants",
       .ops = {"RaggedTensorToVariant", "RaggedTensorFromVariant"},
       .inputs = {real({6, 2})},
       .run = [](const Values& inputs) {
         const Value rows = emit("RaggedTensorToVariant", {longs({0, 2, 2, 6}), inputs[0]},
                                 {{"RAGGED_RANK", 1}, {"batched_input", true}});
         const Values back = emit_all(
             "RaggedTensorFromVariant", {rows},
             {{"input_ragged_rank", 0}, {"output_ragged_rank", 1}, {"Tvalues", DType::float64}});
         return total(emit("Mul", {back[1], back[1]}));
       }});
}

}  // namespace

void register_rare_gradients(GradientCases& cases) {
  add_eigenvalues(cases);
  add_matrices(cases);
  add_rare_selections(cases);
  add_ragged(cases);
}

}  // namespace rill::test
