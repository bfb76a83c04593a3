#include "contract/gradient_cases.h"

namespace rill::test {
namespace {

Tensor floats(const Shape& shape) { return real(shape, -0.8, 0.8, DType::float32); }

void add_layer(GradientCases& cases, const std::string& op, int64_t gates, int64_t biases,
               AttrMap attrs) {
  const int64_t batch = 2, steps = 3, inputs = 2, units = 3, n = gates * units;
  Values in{floats({batch, steps, inputs})};
  const int64_t states = op == "_RillLSTM" ? 2 : 1;
  for (int64_t i = 0; i < states; ++i) in.push_back(floats({batch, units}));
  in.push_back(floats({inputs, n}));
  in.push_back(floats({units, n}));
  in.push_back(floats(biases == 2 ? Shape{2, n} : Shape{n}));
  attrs.set("N", states);
  attrs.set("M", 1);
  cases.add({.op = op, .inputs = in, .attrs = attrs, .second = false, .unknown_rank = false});
  in.push_back(Tensor::of(std::vector<bool>{true, false, true, true, true, false}, {batch, steps}));
  attrs.set("K", 1);
  attrs.set("go_backwards", true);
  cases.add({.op = op, .inputs = in, .attrs = attrs, .second = false, .unknown_rank = false});
}

}  // namespace

void register_recurrent_gradients(GradientCases& cases) {
  add_layer(cases, "_RillLSTM", 4, 1, {});
  add_layer(cases, "_RillGRU", 3, 2, {});
  add_layer(cases, "_RillGRU", 3, 1, {{"reset_after", false}});
  add_layer(cases, "_RillSimpleRNN", 1, 1, {{"activation", "softsign"}});
  for (const char* op : {"BlockLSTM", "BlockLSTMV2"}) {
    cases.leave_out(op, "float32, and only two outputs count: block_lstm_gradients_test");
  }
}

}  // namespace rill::test
