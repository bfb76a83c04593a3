// MelSpectrogram and STFTSpectrogram (keras/src/layers/preprocessing).
#include <algorithm>
#include <cmath>

#include "base/fail.h"
#include "keras/core/object_config.h"
#include "keras/core/ops.h"
#include "keras/core/registry.h"
#include "keras/core/told_shapes.h"
#include "keras/layers/conv_util.h"
#include "keras/layers/framing.h"

namespace rill::keras {
namespace {

double mel(double hertz) { return 1127.0 * std::log(1.0 + hertz / 700.0); }

class MelSpectrogramLayer final : public Layer, public TellsShapes {
 public:
  void tell(Generation, const std::vector<Shape>& inputs,
            std::vector<Shape>& outputs) const override {
    if (inputs.empty() || outputs.empty() || inputs[0].rank() < 1 || outputs[0].rank() < 1) return;
    const int64_t samples = inputs[0].back();
    outputs[0][outputs[0].rank() - 1] = samples < 0 ? samples : (samples + stride_ + 1) / stride_;
  }
  void visit_config(ConfigVisitor& v) override {
    v("fft_length", fft_length_);
    v("sequence_stride", stride_);
    v("sequence_length", length_);
    v("window", window_);
    v("sampling_rate", rate_);
    v("num_mel_bins", bins_);
    v("min_freq", min_freq_);
    v("max_freq", max_freq_);
    v("power_to_db", power_to_db_);
    v("top_db", top_db_);
    v("mag_exp", mag_exp_);
    v("min_power", min_power_);
    v("ref_power", ref_power_);
    if (v.reading()) check();
  }

  Value call(const Value& input, const CallContext&) override {
    if (input.rank() != 1 && input.rank() != 2) {
      fail(Code::invalid_argument, "the input must have shape [time] or [batch, time], not ",
           input.shape());
    }
    const DType policy = dtype_policy().variable;
    const DType dtype = policy == DType::float64 ? policy : DType::float32;
    Value y = op::cast(spectrum(op::cast(input, dtype)), dtype);
    y = op::dense(y, op::cast(mel_matrix(), dtype));
    if (power_to_db_) y = decibels(y);
    y = y.rank() == 2 ? op::transpose(y, {1, 0}) : op::transpose(y, {0, 2, 1});
    return op::cast(y, policy);
  }

 private:
  int64_t window_length() const { return length_ ? *length_ : fft_length_; }

  void check() const {
    static constexpr int64_t kMost = int64_t{1} << 24;
    const auto sensible = [](const char* key, int64_t value) {
      if (value < 1 || value > kMost) {
        fail(Code::invalid_argument, key, " must be from 1 to ", kMost, ", is ", value);
      }
    };
    sensible("fft_length", fft_length_);
    sensible("sequence_stride", stride_);
    sensible("sequence_length", window_length());
    sensible("num_mel_bins", bins_);
    if (window_length() > fft_length_) {
      fail(Code::invalid_argument, "sequence_length ", window_length(),
           " is greater than fft_length ", fft_length_);
    }
    if (bins_ > kMost * 16 / (fft_length_ / 2 + 1)) {
      fail(Code::resource_exhausted, bins_, " mel bins of ", fft_length_ / 2 + 1, " frequencies");
    }
  }

  Tensor window() const {
    std::vector<float> out(static_cast<size_t>(fft_length_), 0.0f);
    const int64_t n = window_length();
    const std::vector<float> inner =
        window_ ? periodic_window(*window_, n) : std::vector<float>(static_cast<size_t>(n), 1.0f);
    std::copy(inner.begin(), inner.end(), out.begin() + (fft_length_ - n) / 2);
    return Tensor::vector(std::move(out));
  }

  // |STFT| of frames centred by mirrored ends, to the power mag_exp.
  Value spectrum(const Value& input) const {
    std::vector<int32_t> pads(static_cast<size_t>(input.rank()) * 2, 0);
    pads[pads.size() - 1] = pads[pads.size() - 2] = static_cast<int32_t>(fft_length_ / 2);
    const Value x =
        emit("MirrorPad", {input, Tensor::of(pads, Shape{input.rank(), 2})}, {{"mode", "REFLECT"}});
    const Value cut = op::mul(framed(x, fft_length_, stride_), op::cast(window(), x.dtype()));
    const bool wide = x.dtype() == DType::float64;
    const Value complex =
        emit("RFFT", {cut, Tensor::vector(std::vector<int32_t>{static_cast<int32_t>(fft_length_)})},
             {{"Tcomplex", wide ? DType::complex128 : DType::complex64}});
    const Value size_of = emit("ComplexAbs", {complex}, {{"Tout", x.dtype()}});
    return mag_exp_ == 1 ? size_of
                         : op::binary("Pow", size_of, op::constant_like(mag_exp_, size_of));
  }

  // Triangles that are linear in mel; the first frequency is left out.
  Tensor mel_matrix() const {
    const int64_t rows = fft_length_ / 2 + 1;
    std::vector<float> out(static_cast<size_t>(rows * bins_), 0.0f);
    const double top = max_freq_ && *max_freq_ != 0 ? *max_freq_ : std::floor(rate_ / 2);
    const double low = mel(min_freq_), step = (mel(top) - low) / static_cast<double>(bins_ + 1);
    for (int64_t r = 1; r < rows; ++r) {
      const double at = mel(rate_ / 2 * static_cast<double>(r) / static_cast<double>(rows - 1));
      for (int64_t b = 0; b < bins_; ++b) {
        const double up = (at - (low + static_cast<double>(b) * step)) / step;
        const double down = (low + static_cast<double>(b + 2) * step - at) / step;
        out[static_cast<size_t>(r * bins_ + b)] =
            static_cast<float>(std::max(0.0, std::min(up, down)));
      }
    }
    return Tensor::of(out, Shape{rows, bins_});
  }

  Value decibels(const Value& x) const {
    const auto number = [&](double v) { return op::constant_like(v, x); };
    const Value logs = op::unary("Log", op::binary("Maximum", x, number(min_power_)));
    const double reference = 10 * std::log10(std::max(std::abs(ref_power_), min_power_));
    const Value y = op::sub(op::mul(logs, number(10 / std::log(10.0))), number(reference));
    std::vector<int> axes;
    for (int i = 0; i < y.rank(); ++i) axes.push_back(i);
    return op::binary("Maximum", y, op::sub(op::reduce("Max", y, axes), number(top_db_)));
  }

  int64_t fft_length_ = 2048;
  int64_t stride_ = 512;
  std::optional<int64_t> length_;
  std::optional<std::string> window_ = "hann";
  double rate_ = 16000;
  int64_t bins_ = 128;
  double min_freq_ = 20;
  std::optional<double> max_freq_;
  bool power_to_db_ = true;
  double top_db_ = 80;
  double mag_exp_ = 2;
  double min_power_ = 1e-10;
  double ref_power_ = 1;
};

class StftSpectrogramLayer final : public Layer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("mode", mode_);
    v("frame_length", length_);
    v("frame_step", step_);
    v("fft_length", fft_length_);
    v("window", window_);
    v("periodic", periodic_);
    v("scaling", scaling_);
    v("padding", padding_);
    v("expand_dims", expand_dims_);
    v("data_format", data_format_);
  }

  void build(const Shape&) override {
    int64_t fft = 1;
    while (fft < length_ && fft < (int64_t{1} << 40)) fft *= 2;
    if (fft_length_) fft = *fft_length_;
    if (length_ < 1 || fft < length_ || fft > (int64_t{1} << 24)) {
      fail(Code::invalid_argument, "frame_length ", length_, " with fft_length ", fft);
    }
    const Shape shape{length_, 1, fft / 2 + 1};
    if (mode_ != "imag") real_ = add_weight("real_kernel", shape, kernel("real"));
    if (mode_ != "real") imag_ = add_weight("imag_kernel", shape, kernel("imag"));
  }

  Value call(const Value& input, const CallContext&) override {
    require_rank(input.shape(), 3);
    const Value x = channels_first(data_format_) ? input : op::transpose(input, {0, 2, 1});
    Value real, imag;
    if (real_) real = filtered(x, real_);
    if (imag_) imag = filtered(x, imag_);
    if (mode_ == "real") return arranged(real);
    if (mode_ == "imag") return arranged(imag);
    if (mode_ == "angle") return arranged(op::binary("Atan2", imag, real));
    if (mode_ == "stft") return arranged(op::concat({real, imag}, 3));
    const Value power = op::add(op::unary("Square", real), op::unary("Square", imag));
    if (mode_ == "psd") {
      const Value inner = op::slice(power, {{}, {}, {}, {1, -1, 1}});
      return arranged(op::add(power, op::pad(inner, {{0, 0}, {0, 0}, {0, 0}, {1, 1}})));
    }
    const auto positive = [](const Value& v) {
      return op::binary("Maximum", v, op::constant_like(1e-7, v));
    };
    const Value magnitude = arranged(op::unary("Sqrt", positive(power)));
    if (mode_ == "magnitude") return magnitude;
    if (mode_ == "log") return op::unary("Log", positive(magnitude));
    fail(Code::invalid_argument, "unknown mode ", quoted(mode_));
  }

 private:
  Initializer kernel(const char* side) const {
    Json settings = Json::object(), object = Json::object();
    settings.set("side", side);
    settings.set("window", window_ ? Json(*window_) : Json());
    settings.set("scaling", scaling_ ? Json(*scaling_) : Json());
    settings.set("periodic", periodic_);
    object.set("class_name", "STFT");
    object.set("config", std::move(settings));
    return Initializer(object_from_json(object, "initializer"));
  }

  // [batch, channels, time] to [batch, channels, frames, bands].
  Value filtered(const Value& x, const Value& weight) const {
    const Value rows = op::reshape(x, {-1, 1, op::dim(x, 2), 1});
    const int64_t step = step_ ? *step_ : length_ / 2;
    const Value y = emit("Conv2D", {rows, op::expand_dims(weight, 0)},
                         {{"strides", std::vector<int64_t>{1, 1, step, 1}},
                          {"padding", padding_ == "same" ? "SAME" : "VALID"}});
    return op::reshape(y, {-1, op::dim(x, 1), op::dim(y, 2), op::dim(y, 3)});
  }

  Value arranged(const Value& x) const {
    const bool first = channels_first(data_format_);
    if (expand_dims_) return first ? x : op::transpose(x, {0, 2, 3, 1});
    const Value y =
        op::transpose(x, first ? std::vector<int>{0, 1, 3, 2} : std::vector<int>{0, 2, 1, 3});
    const op::Dim channels = op::dim(x, 1), bands = op::dim(x, 3);
    const bool known = !channels.value && !bands.value;
    const op::Dim both = known ? op::Dim(channels.size * bands.size) : op::Dim(-1);
    const op::Dim batch = op::dim(x, 0);
    return first ? op::reshape(y, {batch, both, op::dim(x, 2)})
                 : op::reshape(y, {batch, op::dim(x, 2), both});
  }

  std::string mode_ = "log";
  int64_t length_ = 256;
  std::optional<int64_t> step_;
  std::optional<int64_t> fft_length_;
  std::optional<std::string> window_ = "hann";
  bool periodic_ = false;
  std::optional<std::string> scaling_ = "density";
  std::string padding_ = "valid";
  bool expand_dims_ = false;
  std::string data_format_ = "channels_last";
  Value real_;
  Value imag_;
};

}  // namespace

void register_spectrograms(LayerRegistry& registry) {
  registry.add<MelSpectrogramLayer>("MelSpectrogram");
  registry.add<StftSpectrogramLayer>("STFTSpectrogram");
}

}  // namespace rill::keras
