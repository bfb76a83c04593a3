// rill as one of the peers in inference: loads one workload and runs it (worker.h). compare.py
// starts it beside the workers of other libraries.
//
//   rill_worker MODELS NAME BATCHES THREADS INPUT OUTPUT
//
// MODELS/NAME_frozen.pb and NAME.keras are run where they are; MODELS/NAME_in_bBATCH.bin holds the
// input: the number of dimensions without the batch, these, then floats.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "rill/error.hpp"
#include "rill/keras/saving.hpp"
#include "rill/session.hpp"
#include "worker.h"

namespace {

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

class Worker {
 public:
  explicit Worker(Arguments arguments) : arguments_(std::move(arguments)) {}

  void serve() {
    for (const int batch : arguments_.batches) {
      server_.attempt("rill_frozen", batch, [&] { return frozen(batch); });
    }
    for (const int batch : arguments_.batches) {
      server_.attempt("rill_keras", batch, [&] { return keras(batch); });
    }
    server_.serve();
  }

 private:
  using Run = rill_bench::Server::Run;

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

  Arguments arguments_;
  std::unique_ptr<rill::Session> session_;
  std::unique_ptr<rill::keras::Model> model_;
  rill_bench::Server server_;
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
  worker.serve();
  return 0;
}
