// keras/src/utils/{numerical_utils,sequence_utils}.py.
#include "rill/keras/utils.hpp"

#include <algorithm>

#include "base/fail.h"
#include "op/emit.h"

namespace rill::keras::utils {
namespace {

bool is_post(const std::string& word, const char* option) {
  if (word != "pre" && word != "post") {
    fail(Code::invalid_argument, option, " is ", quoted(word), R"(; expected "pre" or "post")");
  }
  return word == "post";
}

Tensor as(const Tensor& x, DType dtype) { return emit("Cast", {x}, {{"DstT", dtype}}); }

}  // namespace

Tensor to_categorical(const Tensor& x, int64_t num_classes) {
  const Tensor classes = as(x, DType::int64);
  Shape shape = classes.shape();
  if (shape.rank() > 1 && shape.back() == 1) shape.erase(shape.rank() - 1);
  const std::span<const int64_t> values = classes.flat<int64_t>();
  if (num_classes <= 0) {
    if (values.empty()) {
      fail(Code::invalid_argument, "to_categorical: ", x.shape(),
           " holds no class; say num_classes");
    }
    const int64_t greatest = *std::max_element(values.begin(), values.end());
    num_classes = greatest < INT64_MAX ? greatest + 1 : greatest;
  }
  shape.push_back(num_classes);
  Tensor out = Tensor::zeros(DType::float32, shape);
  float* row = out.data<float>();
  for (const int64_t value : values) {
    if (value < -num_classes || value >= num_classes) {
      fail(Code::invalid_argument, "to_categorical: class ", value, " is not in [", -num_classes,
           ", ", num_classes, ")");
    }
    row[value < 0 ? value + num_classes : value] = 1;
    row += num_classes;
  }
  return out;
}

Tensor pad_sequences(const std::vector<Tensor>& sequences, const PadOptions& options) {
  const bool pad_post = is_post(options.padding, "padding");
  const bool cut_post = is_post(options.truncating, "truncating");
  int64_t longest = 0;
  Shape element;
  for (const Tensor& sequence : sequences) {
    if (sequence.rank() < 1) {
      fail(Code::invalid_argument, "pad_sequences: a sequence is a number; expected a list");
    }
    if (longest == 0 && sequence.dim(0) > 0) {
      element = sequence.shape();
      element.erase(0);
    }
    longest = std::max(longest, sequence.dim(0));
  }
  if (sequences.empty() && !options.maxlen) {
    fail(Code::invalid_argument, "pad_sequences: no sequence and no maxlen");
  }
  const int64_t length = options.maxlen.value_or(longest);
  if (length < (options.maxlen ? 1 : 0)) {
    fail(Code::invalid_argument, "pad_sequences: maxlen is ", length, "; expected 1 or more");
  }
  Shape row = element;
  row.insert(0, length);
  const Tensor value = as(Tensor::scalar(options.value), options.dtype);
  std::vector<Value> rows;
  for (size_t i = 0; i < sequences.size(); ++i) {
    const Tensor& sequence = sequences[i];
    const int64_t have = sequence.dim(0), kept = std::min(have, length);
    Shape own = sequence.shape();
    own.erase(0);
    if (have > 0 && own != element) {
      fail(Code::invalid_argument, "pad_sequences: the elements of sequence ", i, " have shape ",
           own, "; expected ", element);
    }
    const int64_t first = cut_post ? 0 : have - kept;
    const Tensor part = have > 0 ? as(sequence.rows(first, first + kept), options.dtype) : Tensor();
    Shape gap = element;
    gap.insert(0, length - kept);
    std::vector<int64_t> dims(gap.begin(), gap.end());
    const Value fill = emit("Fill", {Tensor::vector(dims), value});
    if (!part) {
      rows.push_back(fill);
    } else {
      rows.push_back(emit("ConcatV2", pad_post ? Values{part, fill, Tensor::scalar<int32_t>(0)}
                                               : Values{fill, part, Tensor::scalar<int32_t>(0)}));
    }
  }
  if (rows.empty()) {
    row.insert(0, 0);
    return Tensor::zeros(options.dtype, row);
  }
  return emit("Pack", rows);
}

}  // namespace rill::keras::utils
