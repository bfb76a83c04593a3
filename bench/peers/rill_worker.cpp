// rill as one of the peers: loads one workload, says what it can run, then obeys lines on standard
// input ("RUN variant batch seconds most", "QUIT"), answering each with a line of JSON. compare.py
// starts it beside the workers of other libraries.
//
//   rill_worker MODELS NAME BATCHES THREADS INPUT OUTPUT
//
// MODELS/NAME_frozen.pb and NAME.keras are run where they are; MODELS/NAME_in_bBATCH.bin holds the
// input: the number of dimensions without the batch, these, then floats.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>

#include "rill/error.hpp"
#include "rill/keras/saving.hpp"
#include "rill/session.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using rill::Tensor;

struct Arguments {
  std::filesystem::path models;
  std::string name;
  std::vector<int> batches;
  int threads = 1;
  std::string input, output;
};

Tensor read_input(const Arguments& arguments, int batch, rill::DType dtype) {
  const std::string file = arguments.name + "_in_b" + std::to_string(batch) + ".bin";
  std::ifstream in(arguments.models / file, std::ios::binary);
  int32_t rank = -1;
  in.read(reinterpret_cast<char*>(&rank), sizeof(rank));
  if (!in || rank < 0 || rank > 8) throw std::runtime_error("cannot read " + file);
  std::vector<int64_t> dims;
  if (arguments.name != "scalar200") dims.push_back(batch);
  for (int i = 0; i < rank; ++i) {
    int32_t d = 0;
    in.read(reinterpret_cast<char*>(&d), sizeof(d));
    dims.push_back(d);
  }
  Tensor x(rill::DType::float32, rill::Shape(dims));
  in.read(reinterpret_cast<char*>(x.raw()), static_cast<std::streamsize>(x.bytes()));
  if (!in) throw std::runtime_error(file + " is too short");
  if (dtype != rill::DType::int32) return x;
  Tensor ids(rill::DType::int32, x.shape());
  for (int64_t i = 0; i < x.size(); ++i) {
    ids.data<int32_t>()[i] = static_cast<int32_t>(x.data<float>()[i]);
  }
  return ids;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 32 ? ' ' : c;
  }
  return out + "\"";
}

class Worker {
 public:
  explicit Worker(Arguments arguments) : arguments_(std::move(arguments)) {}

  void load() {
    attempt("rill_frozen", [&](int batch) { return frozen(batch); });
    attempt("rill_keras", [&](int batch) { return keras(batch); });
    std::string ready;
    for (const auto& [key, run] : runs_) {
      ready +=
          (ready.empty() ? "[" : ",[") + quoted(key.first) + "," + std::to_string(key.second) + "]";
    }
    std::cout << "{\"ready\":[" << ready << "],\"errors\":{" << errors_ << "}}" << std::endl;
  }

  void serve() {
    std::string line;
    while (std::getline(std::cin, line)) {
      std::istringstream words(line);
      std::string command, variant;
      int batch = 0;
      double seconds = 0;
      size_t most = 0;
      words >> command >> variant >> batch >> seconds >> most;
      if (command != "RUN") break;
      const auto found = runs_.find({variant, batch});
      if (found == runs_.end()) {
        std::cout << "{\"err\":\"not loaded\"}" << std::endl;
        continue;
      }
      std::cout << "{\"ns\":[" << measure(found->second, seconds, most) << "]}" << std::endl;
    }
    std::cout << "{\"peak_rss_mb\":" << peak_memory() << "}" << std::endl;
  }

 private:
  using Run = std::function<void()>;

  template <typename Make>
  void attempt(const std::string& variant, Make&& make) {
    for (const int batch : arguments_.batches) {
      try {
        Run run = make(batch);
        for (int i = 0; i < 3; ++i) run();
        runs_[{variant, batch}] = std::move(run);
      } catch (const std::exception& e) {
        errors_ += (errors_.empty() ? "" : ",") + quoted(variant + "|" + std::to_string(batch)) +
                   ":" + quoted(e.what());
      }
    }
  }

  Run frozen(int batch) {
    if (!session_) {
      rill::SessionOptions options;
      options.threads = arguments_.threads;
      rill::Graph graph;
      graph.import(rill::GraphDef::load(arguments_.models / (arguments_.name + "_frozen.pb")));
      session_ = std::make_unique<rill::Session>(graph, options);
    }
    const rill::DType dtype = session_->graph().get_tensor_by_name(arguments_.input).dtype();
    auto run = session_->make_callable({arguments_.input}, {arguments_.output});
    std::vector<Tensor> feeds{read_input(arguments_, batch, dtype)};
    return
        [run, feeds, outputs = std::vector<Tensor>()]() mutable { run.run_into(feeds, outputs); };
  }

  Run keras(int batch) {
    if (!model_) {
      model_ = std::make_unique<rill::keras::Model>(
          rill::keras::load_model(arguments_.models / (arguments_.name + ".keras")));
    }
    const bool ids = arguments_.name == "text";
    Tensor x = read_input(arguments_, batch, ids ? rill::DType::int32 : rill::DType::float32);
    return [this, x, out = Tensor()]() mutable {
      if (!model_->predict_into(x, out)) out = model_->predict(x);
    };
  }

  static std::string measure(Run& run, double seconds, size_t most) {
    std::ostringstream out;
    const auto begin = Clock::now();
    for (size_t n = 0; n < most; ++n) {
      const auto before = Clock::now();
      run();
      const auto after = Clock::now();
      out << (n ? "," : "") << std::chrono::nanoseconds(after - before).count();
      if (std::chrono::duration<double>(after - begin).count() > seconds && n >= 1) break;
    }
    return out.str();
  }

  static double peak_memory() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      if (line.rfind("VmHWM:", 0) == 0) return std::atof(line.c_str() + 6) / 1024;
    }
    return 0;
  }

  Arguments arguments_;
  std::unique_ptr<rill::Session> session_;
  std::unique_ptr<rill::keras::Model> model_;
  std::map<std::pair<std::string, int>, Run> runs_;
  std::string errors_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::cerr << "usage: rill_worker MODELS NAME BATCHES THREADS INPUT OUTPUT\n";
    return 2;
  }
  Arguments arguments{argv[1], argv[2], {}, std::atoi(argv[4]), argv[5], argv[6]};
  std::istringstream batches(argv[3]);
  for (std::string batch; std::getline(batches, batch, ',');) {
    arguments.batches.push_back(std::atoi(batch.c_str()));
  }
  // Keras models take the threads of the process.
  ::setenv("RILL_THREADS", argv[4], 0);
  Worker worker(std::move(arguments));
  worker.load();
  worker.serve();
  return 0;
}
