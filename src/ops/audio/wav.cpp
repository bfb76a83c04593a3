// DecodeWav and EncodeWav: 16-bit PCM in RIFF files.
// Source of the layout and the rules: tensorflow/core/lib/wav/wav_io.cc, kernels/decode_wav_op.cc.
#include <algorithm>
#include <cmath>
#include <string_view>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"

namespace rill {
namespace {

constexpr int64_t kSampleBytes = 2;

class Reader {
 public:
  Reader(const NodeAccess& node, std::string_view bytes) : node_(node), rest_(bytes) {}
  bool done() const { return rest_.empty(); }
  std::string_view take(uint64_t n) {
    node_.require(n <= rest_.size(), "Data too short when trying to read ", n, " bytes of a WAV");
    const std::string_view taken = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return taken;
  }
  void expect(std::string_view text) {
    const std::string_view found = take(text.size());
    node_.require(found == text, "Header mismatch: Expected ", text, " but found ",
                  quoted(std::string(found)));
  }
  uint32_t number(size_t bytes) {
    uint32_t value = 0;
    const std::string_view taken = take(bytes);
    for (size_t i = 0; i < bytes; ++i) {
      value |= uint32_t{static_cast<unsigned char>(taken[i])} << (8 * i);
    }
    return value;
  }

 private:
  const NodeAccess& node_;
  std::string_view rest_;
};

struct Sound {
  uint32_t channels = 0, rate = 0;
  std::string_view samples;
};

void skip_to_format(const NodeAccess& node, Reader& in) {
  static constexpr std::string_view kSkipped[] = {"JUNK", "bext", "iXML", "qlty",
                                                  "mext", "levl", "link", "axml"};
  for (;;) {
    const std::string_view id = in.take(4);
    if (id == "fmt ") return;
    node.require(std::find(std::begin(kSkipped), std::end(kSkipped), id) != std::end(kSkipped),
                 "Unexpected field ", quoted(std::string(id)), " in a WAV");
    in.take(in.number(4));
  }
}

Sound parse(const NodeAccess& node, std::string_view bytes) {
  Reader in(node, bytes);
  in.expect("RIFF");
  in.number(4);
  in.expect("WAVE");
  skip_to_format(node, in);
  const uint32_t format_size = in.number(4);
  node.require(format_size == 16 || format_size == 18,
               "Bad format chunk size for WAV: Expected 16 or 18, but got ", format_size);
  const uint32_t format = in.number(2);
  node.require(format == 1, "Bad audio format for WAV: Expected 1 (PCM), but got ", format);
  Sound sound;
  sound.channels = in.number(2);
  node.require(sound.channels >= 1, "Bad number of channels for WAV: Expected at least 1, but got ",
               sound.channels);
  sound.rate = in.number(4);
  const uint32_t per_second = in.number(4), per_frame = in.number(2), bits = in.number(2);
  node.require(bits == 16, "Can only read 16-bit WAV files, but received ", bits);
  node.require(per_frame == 2 * sound.channels, "Bad bytes per sample in WAV header: Expected ",
               2 * sound.channels, " but got ", per_frame);
  node.require(per_second == per_frame * sound.rate,
               "Bad bytes per second in WAV header: Expected ", per_frame * sound.rate, " but got ",
               per_second);
  if (format_size == 18) in.take(2);
  bool found = false;
  while (!in.done()) {
    const std::string_view id = in.take(4);
    const uint32_t size = in.number(4);
    node.require(size <= INT32_MAX, "WAV data chunk is too large: ", size, " bytes");
    if (id == "data") {
      node.require(!found, "More than one data chunk found in WAV");
      found = true;
      sound.samples = in.take(size / per_frame * per_frame);
      in.take(size % per_frame);
    } else {
      in.take(size);
    }
  }
  node.require(found, "No data chunk found in WAV");
  return sound;
}

void decode_shape(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 0);
  const auto channels = ctx.attr<int64_t>("desired_channels");
  const auto samples = ctx.attr<int64_t>("desired_samples");
  ctx.require(channels == -1 || channels >= 0, "channels must be non-negative, got ", channels);
  ctx.require(samples == -1 || samples >= 0, "samples must be non-negative, got ", samples);
  ctx.set_output(0, Shape{samples, channels});
  ctx.set_output(1, Shape{});
}

void decode(KernelContext& ctx) {
  ctx.require(ctx.input(0).rank() == 0, "contents must be scalar, got shape ",
              ctx.input(0).shape());
  const Sound sound = parse(ctx, *ctx.input(0).data<std::string>());
  const int64_t own_channels = sound.channels;
  const int64_t own = static_cast<int64_t>(sound.samples.size()) / (kSampleBytes * own_channels);
  const auto wanted = [&](const char* name, int64_t found) {
    const auto n = ctx.attr<int64_t>(name);
    ctx.require(n >= -1 && n <= INT32_MAX, name, " must be -1 or an int32, got ", n);
    return n < 0 ? found : n;
  };
  const int64_t samples = wanted("desired_samples", own);
  const int64_t channels = wanted("desired_channels", own_channels);
  Tensor& out = ctx.output(0, Shape{samples, channels});
  float* to = out.data<float>();
  const auto* bytes = reinterpret_cast<const unsigned char*>(sound.samples.data());
  for (int64_t i = 0; i < out.size(); ++i) {
    const int64_t frame = i / channels;
    const int64_t at = frame * own_channels + std::min(i % channels, own_channels - 1);
    to[i] = 0;
    if (frame >= own) continue;
    const auto sample = static_cast<int16_t>(bytes[2 * at] | (bytes[2 * at + 1] << 8));
    to[i] = static_cast<float>(sample) / 32768.0F;
  }
  *ctx.output(1, Shape{}).data<int32_t>() = static_cast<int32_t>(sound.rate);
}

void encode_shape(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 2);
  ctx.require_rank_exactly(1, 0);
  ctx.set_output(0, Shape{});
}

void encode(KernelContext& ctx) {
  const Tensor& audio = ctx.input(0);
  ctx.require(audio.rank() == 2, "audio must be 2-dimensional, got shape ", audio.shape());
  ctx.require(ctx.input(1).rank() == 0, "sample_rate should be a scalar, got shape ",
              ctx.input(1).shape());
  const int32_t rate = *ctx.input(1).data<int32_t>();
  ctx.require(rate > 0, "sample_rate must be positive, got ", rate);
  const int64_t channels = audio.dim(1);
  ctx.require(channels >= 1 && channels <= UINT16_MAX, "num_channels must be in (0, 2^16), got ",
              channels);
  ctx.require(audio.size() <= (int64_t{UINT32_MAX} - 44) / kSampleBytes,
              "Provided channels and frames cannot be encoded as a WAV.");
  const auto data_bytes = static_cast<uint32_t>(audio.size() * kSampleBytes);
  const auto frame = static_cast<uint32_t>(channels * kSampleBytes);
  std::string out;
  const auto put = [&](uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i));
  };
  out += "RIFF";
  put(data_bytes + 36, 4);
  out += "WAVEfmt ";
  put(16, 4);
  put(1, 2);
  put(static_cast<uint32_t>(channels), 2);
  put(static_cast<uint32_t>(rate), 4);
  put(static_cast<uint32_t>(rate) * frame, 4);
  put(frame, 2);
  put(16, 2);
  out += "data";
  put(data_bytes, 4);
  for (const float x : audio.flat<float>()) {
    const float level = std::min(std::max(std::round(x * 32768.0F), -32768.0F), 32767.0F);
    put(static_cast<uint32_t>(std::isnan(level) ? 0 : static_cast<int32_t>(level)), 2);
  }
  *ctx.output(0, Shape{}).data<std::string>() = std::move(out);
}

}  // namespace

void register_wav(OpRegistry& registry) {
  registry.add({.signature = "DecodeWav(contents: string) -> (audio: float32, sample_rate: int32)",
                .attrs = {int_attr("desired_channels", -1), int_attr("desired_samples", -1)},
                .shape = decode_shape,
                .kernel = decode});
  registry.add({.signature = "EncodeWav(audio: float32, sample_rate: int32) -> (contents: string)",
                .shape = encode_shape,
                .kernel = encode});
}

}  // namespace rill
