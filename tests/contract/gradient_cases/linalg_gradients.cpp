#include "contract/gradient_cases.h"
#include "rill/ops/linalg.hpp"

namespace rill::test {
namespace {

// Far from singular, whatever the numbers.
Tensor regular(const Shape& shape) {
  Tensor a = real(shape, -0.5, 0.5);
  const int64_t n = shape.back();
  for (int64_t i = 0; i < a.size(); ++i) {
    if (i / n % n == i % n) a.data<double>()[i] += 2 + 0.5 * static_cast<double>(i % n);
  }
  return a;
}

// All outputs in one number.
Value weighed(const Values& outputs) {
  Value sum = Tensor::scalar(0.0);
  for (const Value& y : outputs) {
    if (y.size() == 0) continue;
    Tensor weights(DType::float64, y.shape());
    for (int64_t i = 0; i < y.size(); ++i) {
      weights.data<double>()[i] = 0.3 + 0.7 * static_cast<double>(i * 7 % 11) / 11;
    }
    std::vector<int32_t> axes;
    for (int d = 0; d < y.rank(); ++d) axes.push_back(d);
    sum = emit("AddV2", {sum, emit("Sum", {emit("Mul", {y, weights}), ints(axes)})});
  }
  return sum;
}

void add_products(GradientCases& cases) {
  for (const bool ta : {false, true}) {
    for (const bool tb : {false, true}) {
      const Shape a = ta ? Shape{3, 2} : Shape{2, 3}, b = tb ? Shape{4, 3} : Shape{3, 4};
      cases.add({.op = "MatMul",
                 .inputs = {real(a), real(b)},
                 .attrs = {{"transpose_a", ta}, {"transpose_b", tb}}});
      cases.add({.op = "MatMul",
                 .inputs = {complex(a), complex(b)},
                 .attrs = {{"transpose_a", ta}, {"transpose_b", tb}}});
      cases.add({.op = "BatchMatMulV2",
                 .inputs = {complex(a), complex(b)},
                 .attrs = {{"adj_x", ta}, {"adj_y", tb}}});
    }
  }
  cases.add({.op = "BatchMatMul", .inputs = {real({2, 2, 3}), real({2, 3, 2})}});
  cases.add({.op = "BatchMatMulV2", .inputs = {real({2, 1, 2, 3}), real({3, 3, 2})}});
  cases.add({.op = "BatchMatMulV2",
             .inputs = {real({1, 2, 1}), real({3, 1, 1})},
             .attrs = {{"adj_y", true}}});
  cases.add({.op = "BatchMatMulV3",
             .inputs = {real({2, 3}), real({2, 3, 2})},
             .attrs = {{"Tout", DType::float64}}});
  cases.add({.op = "Cross", .inputs = {real({2, 3}), real({2, 3})}});
}

void add_einsums(GradientCases& cases) {
  const auto add = [&](const char* equation, Values inputs) {
    cases.add({.op = "Einsum", .inputs = std::move(inputs), .attrs = {{"equation", equation}}});
  };
  add("ij,jk->ik", {real({2, 3}), real({3, 4})});
  add("bhqd,bhkd->bhqk", {real({1, 2, 3, 2}), real({1, 2, 4, 2})});
  add("ii->i", {real({3, 3})});
  add("ii->", {real({3, 3})});
  add("ijk->ki", {real({2, 3, 2})});
  add("ijk->ij", {real({2, 3, 2})});
  add("abc,cd->ad", {real({2, 3, 2}), real({2, 2})});
  add("aab,b->a", {real({2, 2, 3}), real({3})});
  add("...i,ij->...j", {real({2, 2, 3}), real({3, 2})});
  add("...ij,...jk->...ik", {real({2, 1, 2, 3}), real({3, 3, 2})});
  add("i...,j->...ij", {real({2, 3}), real({2})});
  add("ij,kl->ijkl", {real({2, 2}), real({2, 2})});
  add("ij,jk->ik", {complex({2, 3}), complex({3, 2})});
}

void add_diagonals(GradientCases& cases) {
  const Tensor zero = number(0), all = number(-1), padding = Tensor::scalar(0.0);
  for (const std::string prefix : {"", "Batch"}) {
    cases.add({.op = prefix + "MatrixBandPart",
               .inputs = {real({3, 4}), longs({1}, {}), longs({-1}, {})}});
    cases.add({.op = prefix + "MatrixDiag", .inputs = {real({2, 3})}});
    cases.add({.op = prefix + "MatrixDiagPart", .inputs = {real({2, 3, 2})}});
    cases.add({.op = prefix + "MatrixSetDiag", .inputs = {real({2, 3, 2}), real({2, 2})}});
  }
  cases.add(
      {.op = "MatrixDiagV2", .inputs = {real({2, 3}), zero, all, all, padding}, .without = {4}});
  cases.add(
      {.op = "MatrixDiagPartV2", .inputs = {real({3, 4}), number(1), padding}, .without = {2}});
  cases.add({.op = "MatrixSetDiagV2", .inputs = {real({3, 3}), real({2}), number(-1)}});
  for (const char* align : {"RIGHT_LEFT", "LEFT_RIGHT", "LEFT_LEFT", "RIGHT_RIGHT"}) {
    const AttrMap attrs{{"align", align}};
    cases.add({.op = "MatrixDiagV3",
               .inputs = {real({3, 3}), ints({-1, 1}), all, all, padding},
               .attrs = attrs,
               .without = {4}});
    cases.add({.op = "MatrixDiagPartV3",
               .inputs = {real({2, 3, 4}), ints({-1, 2}), padding},
               .attrs = attrs,
               .without = {2}});
    cases.add({.op = "MatrixSetDiagV3",
               .inputs = {real({3, 4}), real({2, 3}), ints({0, 1})},
               .attrs = attrs});
  }
}

void add_solves(GradientCases& cases) {
  for (const bool adjoint : {false, true}) {
    const AttrMap attrs{{"adjoint", adjoint}};
    cases.add({.op = "MatrixInverse", .inputs = {regular({2, 3, 3})}, .attrs = attrs});
    cases.add({.op = "MatrixSolve", .inputs = {regular({3, 3}), real({3, 2})}, .attrs = attrs});
    for (const bool lower : {false, true}) {
      const AttrMap both{{"adjoint", adjoint}, {"lower", lower}};
      cases.add({.op = "MatrixTriangularSolve",
                 .inputs = {regular({2, 3, 3}), real({3, 2})},
                 .attrs = both});
      Tensor bands = real({2, 4}, 0.2, 0.8);
      for (int64_t i = 0; i < 4; ++i) bands.data<double>()[lower ? i : 4 + i] += 2;
      cases.add({.op = "BandedTriangularSolve",
                 .inputs = {bands, real({4, 2})},
                 .attrs = both,
                 .second = true});
    }
  }
  cases.add({.op = "MatrixDeterminant", .inputs = {regular({2, 3, 3})}});
  cases.add({.op = "LogMatrixDeterminant", .inputs = {regular({2, 3, 3})}});
  // What needs sizes when the gradient is built is checked with them alone.
  const Tensor little = Tensor::scalar(0.1);
  for (const Shape& shape : {Shape{4, 2}, Shape{2, 4}}) {
    cases.add({.name = "MatrixSolveLs",
               .ops = {"MatrixSolveLs"},
               .inputs = {real(shape), real({shape[0], 2})},
               .run = [=](const Values& in) {
                 return weighed({emit("MatrixSolveLs", {in[0], in[1], little})});
               }});
  }
  cases.add({.op = "TridiagonalMatMul",
             .inputs = {real({1, 3}), real({1, 3}), real({1, 3}), real({3, 2})}});
  Tensor diagonals = real({3, 4}, 0.2, 0.8);
  for (int64_t i = 4; i < 8; ++i) diagonals.data<double>()[i] += 3;
  cases.add({.op = "TridiagonalSolve", .inputs = {diagonals, real({4, 2})}});
}

void add_decompositions(GradientCases& cases) {
  const Tensor weights = real({3, 3}), eye = doubles({3, 0, 0, 0, 3, 0, 0, 0, 3}, {3, 3});
  // Only one triangle is read, and both get the gradient: the input must be symmetric.
  cases.add({.name = "Cholesky",
             .ops = {"Cholesky"},
             .inputs = {real({3, 3}, -1, 1)},
             .run = [=](const Values& in) {
               const Value a = emit("AddV2", {ops::matmul(in[0], in[0], false, true), eye});
               const Value l = ops::cholesky(a);
               return emit("Sum", {emit("Mul", {l, weights}), ints({0, 1})});
             }});
  // Vectors are determined but for their signs.
  cases.add({.name = "Svd of a square matrix",
             .ops = {"Svd"},
             .inputs = {regular({3, 3})},
             .run = [=](const Values& in) {
               const ops::Svd parts = ops::svd(in[0]);
               const Value turn = ops::matmul(parts.u, parts.v, false, true);
               const Value both = emit("AddV2", {emit("Mul", {turn, weights}), parts.s});
               return emit("Sum", {both, ints({0, 1})});
             }});
  const auto add = [&](const char* op, const Shape& shape, const AttrMap& attrs) {
    cases.add({.name = str(op, " of ", shape),
               .ops = {op},
               .inputs = {regular(shape)},
               .run = [=](const Values& in) { return weighed(emit_all(op, in, attrs)); }});
  };
  for (const Shape& shape : {Shape{3, 3}, Shape{4, 3}, Shape{2, 4}}) {
    add("Qr", shape, {});
    add("Svd", shape, {{"compute_uv", false}});
    if (shape[0] != shape[1]) add("Svd", shape, {});
  }
  add("Qr", {2, 3, 3}, {{"full_matrices", true}});
  add("Svd", {3, 4}, {{"full_matrices", true}});
  for (const bool vectors : {true, false}) {
    cases.add({.op = "SelfAdjointEigV2",
               .inputs = {real({3, 3})},
               .attrs = {{"compute_v", vectors}},
               .second = false,
               .tolerance = 2e-6});
  }
}

}  // namespace

void register_linalg_gradients(GradientCases& cases) {
  add_products(cases);
  add_einsums(cases);
  add_diagonals(cases);
  add_solves(cases);
  add_decompositions(cases);
}

}  // namespace rill::test
