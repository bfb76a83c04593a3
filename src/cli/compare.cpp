#include "cli/compare.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/c_format.h"
#include "base/fail.h"
#include "cli/runnable.h"

namespace rill::cli {
namespace {

Tensor random_for(const Port& port, int64_t batch, uint64_t seed) {
  Shape shape = port.shape.has_rank() ? port.shape : Shape{};
  for (int d = 0; d < shape.rank(); ++d) {
    if (shape[d] < 0) shape[d] = d == 0 ? batch : 4;
  }
  const Tensor floats = Tensor::random(shape, seed);
  if (port.dtype == DType::float32) return floats;
  Tensor out = Tensor::zeros(port.dtype, shape);
  if (port.dtype == DType::int32 || port.dtype == DType::int64) {
    for (int64_t i = 0; i < out.size(); ++i) {
      const auto value = static_cast<int64_t>(std::fabs(floats.data<float>()[i]) * 3);
      if (port.dtype == DType::int32) {
        out.data<int32_t>()[i] = static_cast<int32_t>(value);
      } else {
        out.data<int64_t>()[i] = value;
      }
    }
  }
  return out;
}

std::map<std::string, Tensor> rename(const std::map<std::string, Tensor>& feeds,
                                     const std::vector<Port>& from, const std::vector<Port>& to) {
  std::map<std::string, Tensor> out;
  for (size_t i = 0; i < to.size(); ++i) {
    const auto same = std::find_if(from.begin(), from.end(), [&](const Port& p) {
      return p.key == to[i].key || (!p.tensor.empty() && p.tensor == to[i].tensor);
    });
    if (same == from.end() && from.size() != to.size()) {
      fail(Code::invalid_argument, "the models have ", from.size(), " and ", to.size(), " inputs");
    }
    out[to[i].key] = feeds.at(same != from.end() ? same->key : from[i].key);
  }
  return out;
}

}  // namespace

Comparison compare_outputs(const std::string& a, const std::string& b, const Arguments& arguments,
                           const std::vector<std::string>& fetches) {
  Arguments one = arguments, two = arguments;
  one.file = a;
  two.file = b;
  two.signature.clear();
  two.tags.clear();
  two.checkpoint.clear();
  const auto first = open_runnable(one);
  const auto second = open_runnable(two);
  const std::vector<Port> ports = first->inputs();
  Comparison out;
  out.equal = true;
  double dot = 0, squares = 0, others = 0;
  const int64_t batch = arguments.batch > 0 ? arguments.batch : 2;
  const int rounds = std::max(arguments.random, 1);
  for (int round = 0; round < rounds; ++round) {
    std::map<std::string, Tensor> feeds;
    for (const Port& port : ports) {
      feeds[port.key] =
          random_for(port, batch, static_cast<uint64_t>(round) * 100 + feeds.size() + 1);
    }
    const NamedValues x = first->run(feeds, arguments.fetches);
    const NamedValues y = second->run(rename(feeds, ports, second->inputs()), fetches);
    if (x.size() != y.size()) {
      fail(Code::invalid_argument, "the models have ", x.size(), " and ", y.size(), " outputs");
    }
    for (size_t i = 0; i < x.size(); ++i) {
      const Tensor& p = x[i].second;
      const auto same =
          std::find_if(y.begin(), y.end(), [&](const auto& v) { return v.first == x[i].first; });
      const Tensor& q = same != y.end() ? same->second : y[i].second;
      if (!(p.shape() == q.shape()) || p.dtype() != q.dtype()) {
        fail(Code::invalid_argument, "output ", quoted(x[i].first), " is ", p.dtype(), p.shape(),
             " and ", q.dtype(), q.shape());
      }
      if (p.dtype() != DType::float32) continue;
      for (int64_t k = 0; k < p.size(); ++k) {
        const double u = p.data<float>()[k], v = q.data<float>()[k];
        if (std::isnan(u) && std::isnan(v)) continue;
        const double d = std::fabs(u - v);
        out.largest = std::max(out.largest, d);
        out.equal = out.equal && d <= arguments.atol + arguments.rtol * std::fabs(v);
        dot += u * v, squares += u * u, others += v * v;
      }
    }
  }
  if (squares > 0 && others > 0) out.cosine = dot / std::sqrt(squares * others);
  out.text = c_format("outputs  %d random inputs: max |d| %.3g, cosine %.6g\n", rounds, out.largest,
                      out.cosine);
  return out;
}

}  // namespace rill::cli
