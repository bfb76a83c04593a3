// TensorBoard's event files: records (tensorflow/core/lib/io/record_writer.h) that hold Event
// messages (tensorflow/core/util/event.proto). Tags are those of
// keras/src/callbacks/tensorboard.py.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/fail.h"
#include "codec/crc32c.h"
#include "codec/proto_wire.h"
#include "keras/callbacks/layer_graph.h"
#include "keras/core/weights.h"
#include "keras/training/trainer.h"
#include "rill/keras/callbacks.hpp"
#include "rill/keras/optimizers.hpp"

namespace rill::keras {
namespace {

namespace fs = std::filesystem;
constexpr int kBuckets = 30;

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

class EventFile {
 public:
  explicit EventFile(const std::string& folder) {
    std::error_code ignored;
    fs::create_directories(folder, ignored);
    char host[128] = "localhost";
    gethostname(host, sizeof host - 1);
    static std::atomic<int> number{0};
    const std::string path = str(folder, "/events.out.tfevents.", static_cast<int64_t>(now()), ".",
                                 host, ".", getpid(), ".", number++, ".v2");
    file_.open(path, std::ios::binary | std::ios::trunc);
    if (!file_) fail(Code::not_found, "cannot write ", quoted(path));
    event(0, [](proto::Writer& w) { w.bytes(3, "brain.Event:2"); });
  }

  void scalar(const std::string& tag, int64_t step, double value) {
    summary(tag, step, [&](proto::Writer& w) { w.float32(2, static_cast<float>(value)); });
  }

  // HistogramProto: min 1, max 2, num 3, sum 4, sum of squares 5, bucket limits 6, counts 7.
  void histogram(const std::string& tag, int64_t step, const std::vector<double>& values) {
    double low = INFINITY, high = -INFINITY, sum = 0, squares = 0;
    for (const double x : values) {
      if (!std::isfinite(x)) continue;
      low = std::min(low, x);
      high = std::max(high, x);
      sum += x;
      squares += x * x;
    }
    if (!(low <= high)) return;
    const double width = high > low ? (high - low) / kBuckets : 1;
    std::vector<double> limits(kBuckets), counts(kBuckets, 0.0);
    for (int i = 0; i < kBuckets; ++i) limits[static_cast<size_t>(i)] = low + width * (i + 1);
    double count = 0;
    for (const double x : values) {
      if (!std::isfinite(x)) continue;
      const int at = std::min(kBuckets - 1, static_cast<int>((x - low) / width));
      counts[static_cast<size_t>(at)] += 1;
      count += 1;
    }
    summary(tag, step, [&](proto::Writer& w) {
      w.message(5, [&](proto::Writer& h) {
        h.float64(1, low);
        h.float64(2, high);
        h.float64(3, count);
        h.float64(4, sum);
        h.float64(5, squares);
        h.packed_fixed(6, std::as_bytes(std::span(limits)));
        h.packed_fixed(7, std::as_bytes(std::span(counts)));
      });
    });
  }

  // A GraphDef.
  void graph(const std::string& bytes) {
    event(0, [&](proto::Writer& w) { w.bytes(4, bytes); });
  }

  // The settings of a Keras model, for TensorBoard's conceptual graph:
  // tensorflow/python/ops/summary_ops_v2.py, keras_model().
  void model(const std::string& json) {
    constexpr int kStringType = 7;
    summary("keras", 0, [&](proto::Writer& value) {
      value.message(8, [&](proto::Writer& tensor) {
        tensor.int32(1, kStringType);
        tensor.bytes(2, "");
        tensor.bytes(8, json);
      });
      value.message(9, [&](proto::Writer& metadata) {
        metadata.message(1, [&](proto::Writer& plugin) {
          plugin.bytes(1, "graph_keras_model");
          plugin.bytes(2, "1");
        });
      });
    });
  }

  void flush() { file_.flush(); }

 private:
  template <typename Fill>
  void summary(const std::string& tag, int64_t step, Fill&& fill) {
    event(step, [&](proto::Writer& w) {
      w.message(5, [&](proto::Writer& s) {
        s.message(1, [&](proto::Writer& value) {
          value.bytes(1, tag);
          fill(value);
        });
      });
    });
  }

  template <typename Fill>
  void event(int64_t step, Fill&& fill) {
    std::string data;
    proto::Writer writer(data);
    writer.float64(1, now());
    writer.int64_or_skip(2, step);
    fill(writer);
    // Length, its checksum, the data, its checksum; little endian.
    char head[12];
    const uint64_t length = data.size();
    std::memcpy(head, &length, 8);
    const uint32_t head_sum = crc32c::mask(crc32c::value(bytes_of(std::string_view(head, 8))));
    std::memcpy(head + 8, &head_sum, 4);
    const uint32_t sum = crc32c::mask(crc32c::value(bytes_of(data)));
    char tail[4];
    std::memcpy(tail, &sum, 4);
    file_.write(head, 12);
    file_.write(data.data(), static_cast<std::streamsize>(data.size()));
    file_.write(tail, 4);
  }

  std::ofstream file_;
};

class TensorBoardCallback final : public Callback {
 public:
  TensorBoardCallback(std::string folder, const callbacks::TensorBoardOptions& o)
      : folder_(std::move(folder)), o_(o) {
    if (o.update_freq == "epoch") return;
    if (o.update_freq == "batch") {
      every_ = 1;
    } else {
      every_ = std::strtoll(o.update_freq.c_str(), nullptr, 10);
      if (every_ < 1) {
        fail(Code::invalid_argument,
             "TensorBoard: update_freq must be epoch, batch or a number, "
             "not ",
             quoted(o.update_freq));
      }
    }
  }
  bool wants_batch_logs(int64_t) const override {
    return every_ > 0 && (batches_ + 1) % every_ == 0;
  }

  void on_train_batch_end(int64_t, Logs& logs) override {
    ++batches_;
    if (every_ == 0 || batches_ % every_ != 0) return;
    for (const auto& [name, value] : logs) file("train").scalar("batch_" + name, batches_, value);
  }

  void on_epoch_end(int64_t epoch, Logs& logs) override {
    if (!drawn_) draw();
    for (const auto& [name, value] : logs) {
      const bool validation = name.starts_with("val_");
      file(validation ? "validation" : "train")
          .scalar("epoch_" + (validation ? name.substr(4) : name), epoch, value);
    }
    const Optimizer& optimizer = model().optimizer();
    const TrainingHabits& habits = habits_of(model());
    const bool told = std::any_of(logs.begin(), logs.end(),
                                  [](const auto& item) { return item.first == "learning_rate"; });
    if (optimizer.class_name() != "MultiOptimizer" && !told &&
        (habits.charts_constant_rate || optimizer.has_schedule())) {
      file("train").scalar("epoch_learning_rate", epoch, optimizer.learning_rate());
    }
    if (o_.histogram_freq > 0 && epoch % o_.histogram_freq == 0) {
      for (const Value& weight : model().weights()) {
        const VariableState& state = variable_state(weight);
        file("train").histogram(state.name() + habits.weight_ending + "/histogram", epoch,
                                state.read().to_vector<double>());
      }
    }
    for (auto& [name, written] : files_) written->flush();
  }

  void on_test_end(Logs& logs) override {
    const int64_t step = model().optimizer().iteration_count();
    for (const auto& [name, value] : logs) {
      file("validation").scalar("evaluation_" + name + "_vs_iterations", step, value);
    }
  }

  void on_train_end(Logs&) override { files_.clear(); }

 private:
  void draw() {
    drawn_ = true;
    try {
      file("train").model(model().to_json());
      file("train").graph(layer_graph_def(model()));
    } catch (const Error&) {
      // Layers of one's own may have no settings to write: the rest is worth having.
    }
  }

  EventFile& file(const std::string& name) {
    auto& file = files_[name];
    if (!file) file = std::make_unique<EventFile>(folder_ + "/" + name);
    return *file;
  }

  std::string folder_;
  callbacks::TensorBoardOptions o_;
  int64_t every_ = 0;  // batches; 0: epochs only
  int64_t batches_ = 0;
  bool drawn_ = false;
  std::map<std::string, std::unique_ptr<EventFile>> files_;
};

}  // namespace

CallbackPtr callbacks::TensorBoard(const std::string& folder, const TensorBoardOptions& options) {
  return std::make_shared<TensorBoardCallback>(folder, options);
}

// The bar belongs to fit(): this only makes it sure that one may ask for it by name.
CallbackPtr callbacks::ProgbarLogger() { return LambdaCallback({}); }

}  // namespace rill::keras
