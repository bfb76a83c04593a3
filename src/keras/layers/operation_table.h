// The functions of keras.ops and TensorFlow that a model may call as layers.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "keras/core/node.h"
#include "keras/core/ops.h"

namespace rill::keras {

// The arguments of a call of a function: tensors and constants by position, keyword, or setting.
// One argument has several names: TensorFlow, keras.ops and keras.backend each have their own.
struct OperationCall {
  using Names = std::initializer_list<const char*>;

  const Values& inputs;
  const CallSpec& spec;
  const Json& config;
  const std::string& layer;
  bool tensorflow = false;  // a function of TensorFlow, not of keras.ops: other dtypes come out

  // A tensor, or a constant as one; an empty Value when it is absent. A plain number takes the
  // dtype of the tensor beside it.
  Value value(size_t position, Names names) const;
  Value required(size_t position, Names names) const;
  // All tensors of a list argument.
  Values values(size_t position, Names names) const;
  // A constant; null when absent or None.
  const Json* constant(size_t position, Names names) const;
  double number(size_t position, Names names, double otherwise) const;
  int64_t integer(size_t position, Names names, int64_t otherwise) const;
  bool flag(size_t position, Names names, bool otherwise) const;
  std::string word(size_t position, Names names, const char* otherwise) const;
  DType dtype(size_t position, Names names, DType otherwise) const;
  std::optional<std::vector<int64_t>> ints(size_t position, Names names) const;
  // All numbers of a constant, row by row; none when it is absent or a tensor.
  std::optional<std::vector<double>> numbers(size_t position, Names names) const;
  // A list of numbers and of scalars that are tensors; none when it is one tensor, or absent.
  std::optional<std::vector<op::Dim>> dims(size_t position, Names names) const;
  // The same as a tensor of int32, whatever it is. Throws INVALID_ARGUMENT when it is absent.
  Value shape(size_t position, Names names) const;

  // Axes of a value of this rank, not negative; all of them when none are given.
  std::vector<int> axes(size_t position, Names names, int rank) const;
  int axis(size_t position, Names names, int64_t otherwise, int rank) const;

 private:
  const Argument* argument(size_t position, Names names) const;
  // A tensor must not pass for an argument that was left out.
  void refuse_tensor(size_t position, Names names) const;
  // Of the config, where Keras 3 keeps what is no tensor; that of a TFOpLambda is about the layer.
  const Json* setting(const char* name) const;
};

using OperationFn = Values (*)(const OperationCall& call);

struct Operation {
  const char* name;
  OperationFn fn;
};

// A text as a template argument: the op or activation that a function is.
template <size_t kSize>
struct Text {
  constexpr Text(const char (&text)[kSize]) {  // NOLINT
    for (size_t i = 0; i < kSize; ++i) value[i] = text[i];
  }
  char value[kSize] = {};
};

std::span<const Operation> elementwise_operations();
std::span<const Operation> reduction_operations();
std::span<const Operation> shape_operations();
std::span<const Operation> indexing_operations();
std::span<const Operation> linear_operations();
std::span<const Operation> image_operations();
std::span<const Operation> network_operations();
std::span<const Operation> special_network_operations();
std::span<const Operation> number_operations();
std::span<const Operation> decomposition_operations();
std::span<const Operation> signal_operations();
std::span<const Operation> picture_operations();
std::span<const Operation> warp_operations();
std::span<const Operation> draw_operations();
std::span<const Operation> order_operations();
std::span<const Operation> quantile_operations();
std::span<const Operation> ragged_operations();
std::span<const Operation> ragged_text_operations();
std::span<const Operation> rare_operations();

// Null when there is none.
OperationFn find_operation(const std::string& name);
std::vector<std::string> operation_names();

}  // namespace rill::keras
