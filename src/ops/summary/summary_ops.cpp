// ScalarSummary and MergeSummary: serialised Summary messages.
// Layout: tensorflow/core/framework/summary.proto (value = 1 {tag = 1, simple_value = 2}).
#include <set>

#include "codec/proto_wire.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "rill/error.hpp"

namespace rill {
namespace {

void scalar(KernelContext& ctx) {
  const Tensor& tags = ctx.input(0);
  const Tensor& values = ctx.input(1);
  ctx.require(tags.shape() == values.shape(),
              "tags and values are not the same shape: ", tags.shape(), " != ", values.shape());
  std::string bytes;
  proto::Writer summary(bytes);
  const std::vector<float> numbers = values.to_vector<float>();
  for (size_t i = 0; i < numbers.size(); ++i) {
    summary.message(1, [&](proto::Writer& value) {
      value.bytes_or_skip(1, tags.data<std::string>()[i]);
      value.float32(2, numbers[i]);
    });
  }
  *ctx.output(0, Shape{}).data<std::string>() = std::move(bytes);
}

void merge(KernelContext& ctx) {
  std::string bytes;
  proto::Writer merged(bytes);
  std::set<std::string, std::less<>> tags;
  for (const Tensor& input : ctx.inputs()) {
    for (const std::string& text : input.flat<std::string>()) {
      try {
        proto::Reader summary(bytes_of(text), "Summary");
        while (summary.next()) {
          if (summary.number() != 1) continue;
          proto::Reader value = summary.message("Summary.Value");
          while (value.next()) {
            if (value.number() != 1) continue;
            const std::string tag(value.text());
            ctx.require(tag.empty() || tags.insert(tag).second, "Duplicate tag ", quoted(tag),
                        " found in summary inputs");
          }
          merged.bytes(1, summary.text());
        }
      } catch (const DataLossError&) {
        ctx.fail(Code::invalid_argument,
                 "Could not parse one of the summary inputs as a Summary message");
      }
    }
  }
  *ctx.output(0, Shape{}).data<std::string>() = std::move(bytes);
}

}  // namespace

void register_summary_ops(OpRegistry& registry) {
  registry.add({.signature = "ScalarSummary(tags: string, values: T) -> (summary: string)",
                .attrs = {type_attr("T", kRealTypes)},
                .shape = shapes::scalar,
                .kernel = scalar,
                .not_differentiable = true});
  registry.add({.signature = "MergeSummary(inputs: N*string) -> (summary: string)",
                .attrs = {at_least(1, int_attr("N"))},
                .shape = shapes::scalar,
                .kernel = merge,
                .not_differentiable = true});
}

}  // namespace rill
