// Every op with a gradient against central differences: eagerly, in graphs whose shapes are open,
// and once more on the gradient itself.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "contract/gradient_cases.h"
#include "op/import.h"
#include "op/indexed_slices.h"
#include "op/registry.h"
#include "rill/autodiff.hpp"
#include "rill/error.hpp"
#include "rill/ops/operators.hpp"
#include "rill/session.hpp"

namespace rill::test {

namespace {

// In a random order, far enough from each other that a step of a difference keeps that order.
std::vector<double> spread_numbers(int64_t n, double low, double high) {
  static Stream stream(7);
  std::vector<double> out;
  for (int64_t i = 0; i < n; ++i) {
    const double within = 0.25 + static_cast<double>(stream.below(1U << 24)) / (1U << 25);
    out.push_back(low + (high - low) * (static_cast<double>(i) + within) / static_cast<double>(n));
  }
  for (size_t i = out.size(); i > 1; --i) std::swap(out[i - 1], out[stream.below(i)]);
  return out;
}

// Parts of a number that may be moved: one, or two when complex.
int parts(DType dtype) { return is_complex(dtype) ? 2 : 1; }

double get_part(const Tensor& t, int64_t k) {
  switch (t.dtype()) {
    case DType::complex64:
      return reinterpret_cast<const float*>(t.raw())[k];
    case DType::complex128:
      return reinterpret_cast<const double*>(t.raw())[k];
    default:
      return detail::item_as_double(t, k);
  }
}

void set_part(Tensor& t, int64_t k, double value) {
  switch (t.dtype()) {
    case DType::complex64:
    case DType::float32:
      static_cast<float*>(t.raw())[k] = static_cast<float>(value);
      return;
    case DType::complex128:
    case DType::float64:
      static_cast<double*>(t.raw())[k] = value;
      return;
    default:
      FAIL() << "differences need float32 or float64, not " << dtype_name(t.dtype());
  }
}

// A real number out of all outputs: what flows back into them is `weights`.
double weigh(const Values& outputs, const Values& weights) {
  double sum = 0;
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!weights[i]) continue;
    const int64_t n = outputs[i].size() * parts(outputs[i].dtype());
    for (int64_t k = 0; k < n; ++k) sum += get_part(outputs[i], k) * get_part(weights[i], k);
  }
  return sum;
}

Values weights_of(const Values& outputs) {
  Values out;
  for (const Value& y : outputs) {
    if (!continuous(y.dtype())) {
      out.emplace_back();
    } else if (is_complex(y.dtype())) {
      out.push_back(emit("Cast", {complex(y.shape(), 0.3, 1.5)}, {{"DstT", y.dtype()}}));
    } else {
      out.push_back(emit("Cast", {real(y.shape(), 0.3, 1.5)}, {{"DstT", y.dtype()}}));
    }
  }
  return out;
}

struct Precision {
  double step, tolerance;
};

Precision precision_of(const GradientCase& c) {
  Precision p{1e-6, 2e-7};
  for (const Value& v : c.inputs) {
    if (v.dtype() == DType::float32 || v.dtype() == DType::complex64) p = {1e-2, 5e-3};
  }
  if (c.step > 0) p.step = c.step;
  if (c.tolerance > 0) p.tolerance = c.tolerance;
  return p;
}

using Function = std::function<double(const Values&)>;

// d f / d inputs[i] by central differences.
Tensor differences(const Function& f, const Values& inputs, size_t i, double step) {
  Tensor out = Tensor::zeros(inputs[i].dtype(), inputs[i].shape());
  const int64_t n = inputs[i].size() * parts(inputs[i].dtype());
  for (int64_t k = 0; k < n; ++k) {
    Values moved = inputs;
    const double at = get_part(inputs[i], k);
    moved[i] = inputs[i].clone();
    set_part(moved[i], k, at + step);
    const double up_at = get_part(moved[i], k), up = f(moved);
    moved[i] = inputs[i].clone();
    set_part(moved[i], k, at - step);
    const double down_at = get_part(moved[i], k), down = f(moved);
    set_part(out, k, (up - down) / (up_at - down_at));
  }
  return out;
}

void expect_near(const Tensor& given, const Tensor& expected, double tolerance,
                 const std::string& what) {
  ASSERT_EQ(given.shape(), expected.shape()) << what;
  const int64_t n = given.size() * parts(given.dtype());
  double largest = 1;
  for (int64_t k = 0; k < n; ++k) largest = std::max(largest, std::abs(get_part(expected, k)));
  for (int64_t k = 0; k < n; ++k) {
    const double a = get_part(given, k), b = get_part(expected, k);
    ASSERT_NEAR(a, b, tolerance * largest) << what << ", number " << k;
  }
}

class CaseCheck {
 public:
  explicit CaseCheck(const GradientCase& c)
      : case_(c), def_(require_op(c.op)), precision_(precision_of(c)) {}

  void run() {
    attrs_ = case_.attrs;
    outputs_ = forward(case_.inputs);
    weights_ = weights_of(outputs_);
    first_ = gradients(case_.inputs, outputs_, weights_);
    ASSERT_EQ(first_.size(), case_.inputs.size()) << "one gradient an input";
    for (size_t i = 0; i < case_.inputs.size(); ++i) {
      ASSERT_NO_FATAL_FAILURE(check_first(i));
    }
    check_open(false);
    if (case_.unknown_rank) check_open(true);
    if (case_.second) check_second();
  }

 private:
  Values forward(const Values& inputs) const { return emit_all(case_.op, inputs, case_.attrs); }

  // The attributes as a node has them: types and lengths filled in.
  AttrMap full_attrs(const Values& inputs) const {
    const Graph graph;
    Values symbolic;
    const GraphScope scope(graph.impl());
    for (const Value& v : inputs) {
      symbolic.push_back(emit("Placeholder", {}, {{"dtype", v.dtype()}, {"shape", v.shape()}}));
    }
    emit_all(case_.op, symbolic, case_.attrs);
    return graph.operations().back().attrs();
  }

  Values gradients(const Values& inputs, const Values& outputs, const Values& weights) {
    if (full_.empty()) full_ = full_attrs(inputs);
    Values out = def_.gradient(CallContext(def_, full_, inputs, outputs, weights));
    for (Value& v : out) {
      if (v) v = densify(v);
    }
    return out;
  }

  bool wanted(size_t i) const {
    const auto& none = case_.without;
    return continuous(case_.inputs[i].dtype()) &&
           std::find(none.begin(), none.end(), static_cast<int>(i)) == none.end();
  }

  void check_first(size_t i) {
    const std::string what = str("gradient for input ", i);
    if (!wanted(i)) {
      if (continuous(case_.inputs[i].dtype())) {
        ASSERT_FALSE(first_[i]) << what << " should be none";
      }
      return;
    }
    ASSERT_TRUE(first_[i]) << what << " is missing";
    ASSERT_EQ(first_[i].dtype(), case_.inputs[i].dtype()) << what;
    const auto value = [&](const Values& inputs) { return weigh(forward(inputs), weights_); };
    expect_near(first_[i], differences(value, case_.inputs, i, precision_.step),
                precision_.tolerance, what);
  }

  // The same gradient as a graph that does not know its shapes (or not even its ranks).
  void check_open(bool rank_too) {
    const std::string what = rank_too ? "with unknown ranks" : "with open dimensions";
    SCOPED_TRACE(what);
    const Graph graph;
    const GraphScope scope(graph.impl());
    Feeds feeds;
    const auto placeholder = [&](const Value& v) {
      const Shape open = rank_too ? Shape::unknown_rank() : Shape::unknown_dims(v.rank());
      const Value made = emit("Placeholder", {}, {{"dtype", v.dtype()}, {"shape", open}});
      feeds.emplace_back(made, v);
      return made;
    };
    Values inputs;
    for (const Value& v : case_.inputs) {
      // Parameters are constants in most graphs; kernels may insist on it.
      inputs.push_back(continuous(v.dtype()) || rank_too ? placeholder(v)
                                                         : to_graph(graph.impl(), v));
    }
    const Values outputs = emit_all(case_.op, inputs, case_.attrs);
    Values weights;
    for (const Value& w : weights_) weights.push_back(w ? placeholder(w) : w);
    const Values made = gradients(inputs, outputs, weights);
    const Session session(graph);
    for (size_t i = 0; i < made.size(); ++i) {
      if (!wanted(i)) continue;
      ASSERT_TRUE(made[i]) << "input " << i;
      EXPECT_TRUE(made[i].shape().is_compatible_with(case_.inputs[i].shape()))
          << made[i].shape() << " inferred, " << case_.inputs[i].shape() << " expected";
      expect_near(session.run(made[i], feeds), first_[i], 1e-9 + precision_.tolerance / 100,
                  str("input ", i));
    }
  }

  // Differences of the gradient against the gradient of the gradient.
  void check_second() {
    Values moving = case_.inputs;
    for (const Value& w : weights_) {
      if (w) moving.push_back(w);
    }
    const size_t n = case_.inputs.size();
    const auto moves = [&](size_t i) {
      return continuous(moving[i].dtype()) && (i >= n || wanted(i));
    };
    const auto first_of = [&](const Values& at) {
      Values weights = weights_;
      size_t next = n;
      for (Value& w : weights) {
        if (w) w = at[next++];
      }
      const Values inputs(at.begin(), at.begin() + static_cast<int64_t>(n));
      Values out = gradients(inputs, forward(inputs), weights);
      for (size_t i = 0; i < n; ++i) {
        if (!wanted(i)) out[i] = Value();
      }
      return out;
    };
    Values start;
    Values watched;
    for (size_t i = 0; i < moving.size(); ++i) {
      const Value& v = moving[i];
      start.push_back(v.is_dense() && continuous(v.dtype()) ? v.clone() : v);
      if (moves(i)) watched.push_back(start.back());
    }
    Tape tape;
    tape.watch(watched);
    const Values first = first_of(start);
    Values targets, second_weights;
    for (const Value& v : first) {
      if (v) targets.push_back(v);
    }
    second_weights = weights_of(targets);
    const Values second =
        tape.gradient(targets, watched, {.grad_ys = second_weights, .unconnected_zeros = true});
    const auto value = [&](const Values& at) {
      Values now;
      for (const Value& v : first_of(at)) {
        if (v) now.push_back(v);
      }
      return weigh(now, second_weights);
    };
    for (size_t i = 0, k = 0; i < moving.size(); ++i) {
      if (!moves(i)) continue;
      expect_near(second[k++], differences(value, moving, i, precision_.step),
                  precision_.tolerance * 10, str("second order, moving value ", i));
    }
  }

  const GradientCase& case_;
  const OpDef& def_;
  Precision precision_;
  AttrMap attrs_, full_;
  Values outputs_, weights_, first_;
};

void check_program(const GradientProgram& program) {
  const auto value = [&](const Values& at) { return program.run(at).item<double>(); };
  Values inputs;
  for (const Value& v : program.inputs) inputs.push_back(v.clone());
  Tape tape;
  tape.watch(inputs);
  const Value y = program.run(inputs);
  const Values found = tape.gradient(y, inputs, {.unconnected_zeros = true});
  for (size_t i = 0; i < inputs.size(); ++i) {
    expect_near(found[i], differences(value, inputs, i, 1e-6), 2e-7, str("input ", i));
  }
}

const GradientCases& all_cases() {
  static const GradientCases* const cases = [] {
    auto* made = new GradientCases;
    register_all_gradient_cases(*made);
    return made;
  }();
  return *cases;
}

TEST(Gradients, EveryOpWithOneIsChecked) {
  std::set<std::string> checked;
  for (const GradientCase& c : all_cases().singles) checked.insert(c.op);
  for (const GradientProgram& p : all_cases().programs) {
    checked.insert(p.ops.begin(), p.ops.end());
  }
  for (const auto& [op, reason] : all_cases().left_out) {
    EXPECT_FALSE(reason.empty()) << op;
    checked.insert(op);
  }
  for (const std::string& name : op_registry().names()) {
    if (op_registry().find(name)->gradient == nullptr) continue;
    EXPECT_TRUE(checked.contains(name)) << name << " has a gradient, but no case";
  }
  for (const std::string& name : checked) {
    const OpDef* def = op_registry().find(name);
    EXPECT_TRUE(def != nullptr && def->gradient != nullptr) << name << " has a case, no gradient";
  }
}

TEST(Gradients, AgreeWithDifferences) {
  for (const GradientCase& c : all_cases().singles) {
    std::vector<Tensor> inputs = c.inputs;
    SCOPED_TRACE(describe_call(require_op(c.op), c.attrs, inputs));
    try {
      CaseCheck(c).run();
    } catch (const Error& e) {
      ADD_FAILURE() << e.what();
    }
  }
}

TEST(Gradients, ProgramsAgreeWithDifferences) {
  for (const GradientProgram& p : all_cases().programs) {
    SCOPED_TRACE(p.name);
    try {
      check_program(p);
    } catch (const Error& e) {
      ADD_FAILURE() << e.what();
    }
  }
}

}  // namespace

Tensor real(const Shape& shape, double low, double high, DType dtype) {
  const std::vector<double> numbers = spread_numbers(shape.num_elements(), low, high);
  const Tensor wide = Tensor::of(numbers, shape);
  return dtype == DType::float64 ? wide : emit("Cast", {wide}, {{"DstT", dtype}});
}

Tensor complex(const Shape& shape, double low, double high) {
  const std::vector<double> numbers = spread_numbers(2 * shape.num_elements(), low, high);
  Tensor out(DType::complex128, shape);
  for (size_t i = 0; i < numbers.size(); ++i) set_part(out, static_cast<int64_t>(i), numbers[i]);
  return out;
}

}  // namespace rill::test
