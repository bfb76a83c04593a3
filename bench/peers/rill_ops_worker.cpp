// Eager ops on large tensors, one worker of compare_ops.py: see worker.h. torch_ops.py has the same
// ops by the same names.
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "rill/raw_ops.hpp"
#include "rill/rill.hpp"
#include "worker.h"

namespace {

using namespace rill;
using Result = std::function<Value()>;

class Worker {
 public:
  void op(const std::string& name, Result call) {
    server_.attempt(name, 1, [&] { return [call = std::move(call)] { const Value y = call(); }; });
  }
  void serve() { server_.serve(); }

 private:
  rill_bench::Server server_;
};

// Whole numbers in [0, below), spread as torch_ops.py spreads them.
Tensor integers(int64_t count, uint32_t below) {
  std::vector<int32_t> out(static_cast<size_t>(count));
  uint32_t state = 1;
  for (int32_t& v : out) {
    state = state * 1664525u + 1013904223u;
    v = static_cast<int32_t>((state >> 8) % below);
  }
  return Tensor::of<int32_t>(out, {count});
}

Tensor ints(std::initializer_list<int32_t> values) { return Tensor::vector<int32_t>(values); }

void add_elementwise(Worker& w) {
  const Tensor x = ops::add(Tensor::random({1 << 20}), 0.1f);
  const Tensor y = ops::subtract(Tensor::random({1 << 20}), 0.5f);
  w.op("add", [=] { return ops::add(x, y); });
  w.op("exp", [=] { return ops::exp(x); });
  w.op("log", [=] { return ops::log(x); });
  w.op("sin", [=] { return ops::sin(x); });
  w.op("tanh", [=] { return ops::tanh(x); });
  w.op("erf", [=] { return raw_ops::Erf(x); });
  w.op("pow", [=] { return ops::pow(x, y); });
}

void add_rows(Worker& w) {
  const Tensor x = Tensor::random({1024, 1024});
  w.op("sum_all", [=] { return ops::reduce_sum(x); });
  w.op("sum_columns", [=] { return ops::reduce_sum(x, {0}); });
  w.op("sum_rows", [=] { return ops::reduce_sum(x, {1}); });
  w.op("max_rows", [=] { return ops::reduce_max(x, {1}); });
  w.op("argmax_rows", [=] { return ops::argmax(x, 1); });
  w.op("argmax_columns", [=] { return ops::argmax(x, 0); });
  w.op("softmax", [=] { return raw_ops::Softmax(x); });
  w.op("cumsum_rows", [=] { return raw_ops::Cumsum(x, Tensor::scalar<int32_t>(1)); });
  w.op("cumsum_columns", [=] { return raw_ops::Cumsum(x, Tensor::scalar<int32_t>(0)); });
  w.op("sort_rows", [=] { return raw_ops::TopKV2(x, Tensor::scalar<int32_t>(1024))[0]; });
  w.op("top_16", [=] { return raw_ops::TopKV2(x, Tensor::scalar<int32_t>(16))[0]; });
}

void add_movers(Worker& w) {
  const Tensor x = Tensor::random({1024, 1024});
  const Tensor image = x.reshaped({16, 64, 256, 4}), table = x.reshaped({16384, 64});
  const Tensor rows = integers(65536, 16384), updates = Tensor::random({65536, 64});
  const Tensor bins = integers(1 << 20, 1000), few = integers(4096, 1000);
  const Tensor segments = integers(16384, 1000);
  w.op("transpose", [=] { return ops::transpose(x); });
  w.op("transpose_NHWC_NCHW", [=] { return ops::transpose(image, {0, 3, 1, 2}); });
  w.op("reverse_rows", [=] { return ops::reverse(x, {1}); });
  w.op("concat", [=] { return ops::concat({x, x}, 1); });
  w.op("tile", [=] { return ops::tile(x, ints({2, 2})); });
  w.op("gather_rows", [=] { return ops::gather(table, rows); });
  w.op("scatter_rows", [=] {
    return raw_ops::ScatterNd(rows.reshaped({65536, 1}), updates, ints({16384, 64}));
  });
  w.op("segment_sum",
       [=] { return raw_ops::UnsortedSegmentSum(table, segments, Tensor::scalar<int32_t>(1000)); });
  w.op("bincount", [=] {
    return raw_ops::Bincount(bins, Tensor::scalar<int32_t>(1000), Tensor(DType::float32, {0}));
  });
  w.op("unique", [=] { return raw_ops::Unique(bins)[0]; });
  w.op("where", [=] { return raw_ops::Where(ops::greater(x, 0.5f)); });
  w.op("one_hot", [=] { return ops::one_hot(few, 1000); });
}

void add_products(Worker& w) {
  const Tensor a = Tensor::random({1024, 1024}), narrow = Tensor::random({64, 1024});
  const Tensor many = Tensor::random({64, 128, 64});
  w.op("matmul_1024", [=] { return ops::matmul(a, a); });
  w.op("matmul_64_rows", [=] { return ops::matmul(narrow, a); });
  w.op("matmul_transposed", [=] { return ops::matmul(many, many, false, true); });
  const Value wide = ops::cast(Tensor::random({512, 512}), DType::float64);
  const Value half = ops::cast(many, DType::bfloat16);
  w.op("matmul_float64", [=] { return ops::matmul(wide, wide); });
  w.op("matmul_bfloat16", [=] { return ops::matmul(half, half, false, true); });
}

void add_signals(Worker& w) {
  const Tensor x = Tensor::random({1024, 1024}), lines = Tensor::random({256, 1024});
  const Tensor low = Tensor::scalar(0.25f), high = Tensor::scalar(0.75f);
  w.op("rfft", [=] { return raw_ops::RFFT(lines, ints({1024})); });
  w.op("fake_quant", [=] { return raw_ops::FakeQuantWithMinMaxVars(x, low, high); });
}

struct Convolution {
  int32_t batch, size, in, out, kernel, stride;
};

void add_depthwise(Worker& w, int32_t batch, int32_t size, int32_t channels, int32_t stride) {
  const int32_t side = (size + stride - 1) / stride;
  const Tensor x = Tensor::random({batch, size, size, channels});
  const Tensor filter = Tensor::random({3, 3, channels, 1});
  const Tensor dy = Tensor::random({batch, side, side, channels});
  const Tensor x_shape = ints({batch, size, size, channels});
  const Tensor filter_shape = ints({3, 3, channels, 1});
  const AttrMap attrs{{"strides", std::vector<int64_t>{1, stride, stride, 1}}, {"padding", "SAME"}};
  std::string name = "depthwise";
  for (const int32_t v : {batch, size, channels, stride}) name += "_" + std::to_string(v);
  w.op(name, [=] { return raw_ops::DepthwiseConv2dNative(x, filter, attrs); });
  w.op(name + "_dx",
       [=] { return raw_ops::DepthwiseConv2dNativeBackpropInput(x_shape, filter, dy, attrs); });
  w.op(name + "_dw",
       [=] { return raw_ops::DepthwiseConv2dNativeBackpropFilter(x, filter_shape, dy, attrs); });
}

void add_convolution(Worker& w, const Convolution& c) {
  const int32_t side = (c.size + c.stride - 1) / c.stride;
  const Tensor x = Tensor::random({c.batch, c.size, c.size, c.in});
  const Tensor filter = Tensor::random({c.kernel, c.kernel, c.in, c.out});
  const Tensor dy = Tensor::random({c.batch, side, side, c.out});
  const Tensor x_shape = ints({c.batch, c.size, c.size, c.in});
  const Tensor filter_shape = ints({c.kernel, c.kernel, c.in, c.out});
  const AttrMap attrs{{"strides", std::vector<int64_t>{1, c.stride, c.stride, 1}},
                      {"padding", "SAME"}};
  std::string name = "conv";
  for (const int32_t v : {c.batch, c.size, c.in, c.out, c.kernel, c.stride}) {
    name += "_" + std::to_string(v);
  }
  w.op(name, [=] { return raw_ops::Conv2D(x, filter, attrs); });
  w.op(name + "_dx", [=] { return raw_ops::Conv2DBackpropInput(x_shape, filter, dy, attrs); });
  w.op(name + "_dw", [=] { return raw_ops::Conv2DBackpropFilter(x, filter_shape, dy, attrs); });
}

}  // namespace

int main() {
  Worker w;
  add_elementwise(w);
  add_rows(w);
  add_movers(w);
  add_products(w);
  add_signals(w);
  add_depthwise(w, 8, 56, 64, 1);
  add_depthwise(w, 8, 56, 64, 2);
  add_depthwise(w, 8, 14, 384, 1);
  for (const Convolution& c :
       {Convolution{64, 32, 16, 16, 3, 1}, Convolution{64, 32, 16, 32, 3, 2},
        Convolution{64, 8, 64, 64, 3, 1}, Convolution{64, 28, 1, 32, 3, 1},
        Convolution{64, 26, 32, 64, 3, 1}, Convolution{8, 56, 64, 64, 1, 1},
        Convolution{8, 28, 128, 128, 3, 1}, Convolution{8, 14, 256, 1024, 1, 1},
        Convolution{8, 28, 256, 512, 1, 2}, Convolution{4, 224, 3, 64, 7, 2}}) {
    add_convolution(w, c);
  }
  w.serve();
}
