#include "contract/gradient_cases.h"

namespace rill::test {

void register_reduce_gradients(GradientCases& cases) {
  for (const char* op : {"Sum", "Mean", "Prod", "Max", "Min", "EuclideanNorm"}) {
    for (const bool keep : {false, true}) {
      const AttrMap attrs = {{"keep_dims", keep}};
      cases.add({.op = op, .inputs = {real({2, 3, 2}), ints({1})}, .attrs = attrs});
      cases.add({.op = op, .inputs = {real({2, 3, 2}), ints({-1, 0})}, .attrs = attrs});
      cases.add({.op = op, .inputs = {real({2, 3}), ints({0, 1})}, .attrs = attrs});
      cases.add({.op = op, .inputs = {real({4}), longs({0})}, .attrs = attrs});
      cases.add({.op = op, .inputs = {real({2, 2}), number(-1)}, .attrs = attrs});
      cases.add({.op = op, .inputs = {real({2, 2}), ints({})}, .attrs = attrs});
    }
  }
  for (const char* op : {"Sum", "Mean", "Prod"}) {
    // TensorFlow's gradient of Cumprod, which that of Prod uses, does not conjugate.
    cases.add(
        {.op = op, .inputs = {complex({2, 3}), ints({1})}, .second = std::string(op) != "Prod"});
    cases.add({.op = op, .inputs = {real({0, 3}), ints({1})}});
  }
  // A zero among the factors.
  // Nor does it see past a zero: the second order is lost there.
  cases.add(
      {.op = "Prod", .inputs = {doubles({0, 2, 3, 4, 0, 0}, {2, 3}), ints({1})}, .second = false});
  for (const char* op : {"ArgMax", "ArgMin"}) {
    cases.add({.op = op, .inputs = {real({2, 3}), number(1)}, .without = {0}, .second = false});
  }
  cases.add({.op = "L2Loss", .inputs = {real({2, 3})}});

  const Tensor sorted = ints({0, 0, 2, 2}), mixed = ints({1, 0, 1, 3});
  const Tensor negative = ints({1, -1, 0, 1});
  for (const char* op : {"SegmentSum", "SegmentMean", "SegmentProd", "SegmentMax", "SegmentMin"}) {
    cases.add({.op = op, .inputs = {real({4, 2}), ints({0, 0, 1, 2})}});
    cases.add({.op = op, .inputs = {real({4}), longs({0, 1, 1, 1})}});
    // Segment 1 is empty: TensorFlow's quotient of zeros there is never taken.
    cases.add({.op = op, .inputs = {real({4, 2}), sorted}, .second = false});
  }
  const Tensor zeros = doubles({0, 2, 3, 4, 0, 0, 5, 6}, {4, 2});
  cases.add({.op = "SegmentProd", .inputs = {zeros, sorted}, .second = false});
  for (const char* op :
       {"UnsortedSegmentSum", "UnsortedSegmentProd", "UnsortedSegmentMax", "UnsortedSegmentMin"}) {
    const bool extremum = std::string(op).ends_with("Max") || std::string(op).ends_with("Min");
    cases.add({.op = op, .inputs = {real({4, 2}), ints({1, 0, 1, 2}), number(3)}});
    cases.add({.op = op, .inputs = {real({2, 2, 2}), ints({1, 0, 1, 2}, {2, 2}), number(3)}});
    if (extremum) continue;  // an empty segment holds the lowest number: differences are lost in it
    cases.add({.op = op, .inputs = {real({4, 2}), mixed, number(5)}});
    cases.add({.op = op, .inputs = {real({4}), negative, number(2)}});
  }
}

}  // namespace rill::test
