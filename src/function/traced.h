// A callable traced into a graph once for each signature of its inputs, and run as a Program.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "exec/program.h"
#include "rill/tensor.hpp"

namespace rill {

struct TracedOptions {
  // The first dimension of every input stays open: one trace serves every batch size.
  bool open_batch = true;
  ExecOptions exec = {};
};

class Traced {
 public:
  // Called with symbolic tensors inside a graph scope; gives the outputs.
  using Body = std::function<Values(const Values& inputs)>;
  explicit Traced(Body body, TracedOptions options = {});

  // Thread-safe. Inputs are dense. Throws what the body or the run throws.
  std::vector<Tensor> operator()(std::span<const Tensor> inputs);
  // Writes into `outputs` where dtype and shape fit.
  void run_into(std::span<const Tensor> inputs, std::span<Tensor> outputs);
  size_t num_traces() const;
  // Forgets the traces: what was traced has changed (layers were added, weights replaced).
  void reset();

 private:
  std::shared_ptr<Program> program_for(std::span<const Tensor> inputs);

  Body body_;
  TracedOptions options_;
  mutable std::mutex mutex_;
  std::map<std::vector<int64_t>, std::shared_ptr<Program>> programs_;
};

}  // namespace rill
