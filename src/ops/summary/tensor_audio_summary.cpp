// TensorSummary, AudioSummary and their second versions: serialised Summary messages.
// Layout: tensorflow/core/framework/summary.proto (value = 1 {tag = 1, audio = 6 {sample_rate = 1,
// num_channels = 2, length_frames = 3, encoded_audio_string = 4, content_type = 5}, node_name = 7,
// tensor = 8, metadata = 9}).
#include "codec/proto_wire.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/composed.h"

namespace rill {
namespace {

std::string serialized(const Tensor& t) {
  return run_op_now("SerializeTensor", {t}, {{"T", t.dtype()}})[0].item<std::string>();
}

const std::string& text_input(const KernelContext& ctx, int i, const char* what) {
  ctx.require(ctx.input(i).rank() == 0, what, " must be scalar, got shape ", ctx.input(i).shape());
  return *ctx.input(i).data<std::string>();
}

void tensor_summary(KernelContext& ctx) {
  std::string bytes;
  proto::Writer summary(bytes);
  summary.message(1, [&](proto::Writer& value) {
    value.bytes(7, ctx.node_name());
    value.bytes(8, serialized(ctx.input(0)));
  });
  *ctx.output(0, Shape{}).data<std::string>() = std::move(bytes);
}

void tensor_summary_v2(KernelContext& ctx) {
  std::string bytes;
  proto::Writer summary(bytes);
  summary.message(1, [&](proto::Writer& value) {
    value.bytes_or_skip(1, text_input(ctx, 0, "tag"));
    value.bytes(8, serialized(ctx.input(1)));
    value.bytes(9, text_input(ctx, 2, "serialized_summary_metadata"));
  });
  *ctx.output(0, Shape{}).data<std::string>() = std::move(bytes);
}

// tensor: [batch, frames] or [batch, frames, channels].
void audio_summary(KernelContext& ctx) {
  const std::string& tag = text_input(ctx, 0, "tag");
  const Tensor& tensor = ctx.input(1);
  ctx.require(tensor.rank() == 2 || tensor.rank() == 3,
              "Tensor must be 3-D or 2-D, got: ", tensor.shape());
  float rate = 0;
  if (ctx.num_inputs() > 2) {
    ctx.require(ctx.input(2).rank() == 0, "sample_rate must be scalar, got shape ",
                ctx.input(2).shape());
    rate = ctx.input(2).item<float>();
  } else {
    rate = ctx.attr<float>("sample_rate");
  }
  ctx.require(rate > 0 && rate < 2147483648.0F, "sample_rate must be > 0 and an int32, not ", rate);
  const auto most = ctx.attr<int64_t>("max_outputs");
  const int64_t frames = tensor.dim(1), channels = tensor.rank() == 3 ? tensor.dim(2) : 1;
  const Tensor whole_rate = Tensor::scalar(static_cast<int32_t>(rate));
  std::string bytes;
  proto::Writer summary(bytes);
  for (int64_t i = 0; i < std::min(most, tensor.dim(0)); ++i) {
    const Tensor sound = tensor.rows(i, i + 1).reshaped(Shape{frames, channels});
    summary.message(1, [&](proto::Writer& value) {
      value.bytes(1, str(tag, "/audio", most > 1 ? str("/", i) : ""));
      value.message(6, [&](proto::Writer& audio) {
        audio.float32(1, rate);
        audio.int64_or_skip(2, channels);
        audio.int64_or_skip(3, frames);
        audio.bytes(4, run_op_now("EncodeWav", {sound, whole_rate}, {})[0].item<std::string>());
        audio.bytes(5, "audio/wav");
      });
    });
  }
  *ctx.output(0, Shape{}).data<std::string>() = std::move(bytes);
}

}  // namespace

void register_tensor_audio_summary(OpRegistry& registry) {
  const auto add = [&](const char* signature, std::vector<AttrDef> attrs, KernelFn kernel) {
    registry.add({.signature = signature,
                  .attrs = std::move(attrs),
                  .shape = shapes::scalar,
                  .kernel = kernel,
                  .not_differentiable = true});
  };
  const AttrDef outputs = int_attr("max_outputs", 3, 1);
  add("TensorSummary(tensor: T) -> (summary: string)",
      {type_attr("T"), string_attr("description", ""), string_list_attr("labels", {}),
       string_attr("display_name", "")},
      tensor_summary);
  add("TensorSummaryV2(tag: string, tensor: T, serialized_summary_metadata: string) -> "
      "(summary: string)",
      {type_attr("T")}, tensor_summary_v2);
  add("AudioSummary(tag: string, tensor: float32) -> (summary: string)",
      {float_attr("sample_rate"), outputs}, audio_summary);
  add("AudioSummaryV2(tag: string, tensor: float32, sample_rate: float32) -> (summary: string)",
      {outputs}, audio_summary);
}

}  // namespace rill
