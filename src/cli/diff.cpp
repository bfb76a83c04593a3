// rill diff A B: weights and outputs of two models, or the values of two checkpoints.
#include "base/str.h"
#include "cli/commands.h"
#include "cli/compare.h"
#include "cli/conversion.h"
#include "cli/description.h"
#include "cli/output.h"
#include "formats/checkpoint/checkpoint_source.h"
#include "rill/keras.hpp"

namespace rill::cli {
namespace {

struct ValuesResult {
  size_t equal = 0;
  size_t count = 0;
  std::string text;
};

std::string kind_of(const Tensor& t) { return str(t.dtype(), t.shape().to_string()); }

// Variables of a graph come in no order: each stands beside an equal one that no other has.
void pair_up(const std::vector<Tensor>& x, std::vector<Tensor>& y, const Arguments& arguments) {
  for (size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    for (size_t j = i; j < y.size(); ++j) {
      if (!same_values(x[i], y[j], arguments)) continue;
      std::swap(y[i], y[j]);
      break;
    }
  }
}

ValuesResult compare_in_order(const std::vector<Tensor>& x, const std::vector<Tensor>& y,
                              const Arguments& arguments) {
  ValuesResult out;
  out.count = std::max(x.size(), y.size());
  for (size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    if (same_values(x[i], y[i], arguments)) {
      ++out.equal;
    } else {
      out.text += str("  differs: weight ", i, " ", kind_of(x[i]), " and ", kind_of(y[i]), "\n");
    }
  }
  return out;
}

ValuesResult compare_by_name(const formats::CheckpointSource& a, const formats::CheckpointSource& b,
                             const Arguments& arguments) {
  ValuesResult out;
  const auto only = [&](const std::string& file, const std::string& name) {
    out.text += str("  only in ", file, ": ", name, "\n");
    ++out.count;
  };
  for (const formats::CheckpointEntry& entry : a.entries()) {
    if (b.find(entry.name) == nullptr) {
      only(arguments.file, entry.name);
      continue;
    }
    const Tensor x = a.read(entry.name), y = b.read(entry.name);
    ++out.count;
    if (same_values(x, y, arguments)) {
      ++out.equal;
    } else {
      out.text += str("  differs: ", entry.name, " ", kind_of(x), " and ", kind_of(y), "\n");
    }
  }
  for (const formats::CheckpointEntry& entry : b.entries()) {
    if (a.find(entry.name) == nullptr) only(arguments.target, entry.name);
  }
  return out;
}

// Of two checkpoints by name, of two Keras models in the order of Keras.
std::optional<ValuesResult> compare_weights(const Arguments& arguments, bool checkpoints) {
  if (checkpoints) {
    const auto open = [](const std::string& file) {
      return formats::open_checkpoint(checkpoint_prefix(file, formats::detect(file)));
    };
    return compare_by_name(*open(arguments.file), *open(arguments.target), arguments);
  }
  rill::keras::Model a, b;
  try {
    a = rill::keras::load_model(arguments.file);
    b = rill::keras::load_model(arguments.target);
  } catch (const Error&) {
    if (arguments.weights) throw;
    return std::nullopt;  // graphs are compared by what they give
  }
  const std::vector<Tensor> x = a.get_weights();
  std::vector<Tensor> y = b.get_weights();
  for (const std::string& file : {arguments.file, arguments.target}) {
    if (formats::detect(file) == formats::FileKind::saved_model) pair_up(x, y, arguments);
  }
  return compare_in_order(x, y, arguments);
}

}  // namespace

int diff(const Arguments& arguments) {
  const bool checkpoints = is_checkpoint(formats::detect(arguments.file)) &&
                           is_checkpoint(formats::detect(arguments.target));
  bool same = true;
  if (const auto values = compare_weights(arguments, checkpoints)) {
    same = values->equal == values->count;
    print(str("weights  ", values->equal, "/", values->count, " tensors equal\n", values->text));
  }
  if (!arguments.weights && !checkpoints) {
    const Comparison outputs = compare_outputs(arguments.file, arguments.target, arguments);
    same = same && outputs.equal;
    print(outputs.text);
  }
  print(same ? "same\n" : "different\n");
  return same ? 0 : 1;
}

}  // namespace rill::cli
