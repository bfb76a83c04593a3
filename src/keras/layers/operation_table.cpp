#include "keras/layers/operation_table.h"

#include <array>

#include "base/fail.h"
#include "keras/core/registry.h"

namespace rill::keras {
namespace {

// Numbers, or nested lists of numbers, as a tensor.
void flatten(const Json& json, int depth, Shape& shape, std::vector<double>& out, bool& integers) {
  if (json.is_array() && depth < 16) {
    if (shape.rank() == depth) shape.push_back(static_cast<int64_t>(json.size()));
    for (const Json& item : json.as_array()) flatten(item, depth + 1, shape, out, integers);
    return;
  }
  if (json.is_bool()) {
    out.push_back(json.as_bool() ? 1 : 0);
    return;
  }
  integers = integers && json.is_int();
  out.push_back(json.as_double());
}

Value tensor_of(const Json& json) {
  if (json.is_bool()) return Tensor::scalar(json.as_bool());
  if (json.is_int()) return Tensor(json.as_int());  // weak
  if (json.is_double()) return Tensor(json.as_double());
  if (json.is_string()) return Tensor(json.as_string());
  if (const Json* config = json.find("config")) {
    if (const Json* inner = config->find("value")) {
      const Value made = tensor_of(*inner);
      const Json* dtype = config->find("dtype");
      const DType wanted =
          dtype && dtype->is_string() ? dtype_from_name(dtype->as_string()) : DType::invalid;
      return wanted == DType::invalid ? made : op::cast(made.without_weakness(), wanted);
    }
  }
  Shape shape;
  std::vector<double> numbers;
  bool integers = true;
  flatten(json, 0, shape, numbers, integers);
  return op::cast(Tensor::of(numbers, shape), integers ? DType::int32 : DType::float32);
}

using Family = std::span<const Operation> (*)();
constexpr std::array<Family, 19> kFamilies = {elementwise_operations,   reduction_operations,
                                              shape_operations,         indexing_operations,
                                              linear_operations,        image_operations,
                                              network_operations,       number_operations,
                                              decomposition_operations, signal_operations,
                                              picture_operations,       warp_operations,
                                              draw_operations,          order_operations,
                                              quantile_operations,      special_network_operations,
                                              ragged_operations,        ragged_text_operations,
                                              rare_operations};

}  // namespace

const Argument* OperationCall::argument(size_t position, Names names) const {
  for (const char* name : names) {
    if (const Argument* found = spec.find(position, name)) return found;
  }
  return nullptr;
}

const Json* OperationCall::setting(const char* name) const {
  const Json* found = tensorflow ? nullptr : config.find(name);
  return found && !found->is_null() ? found : nullptr;
}

const Json* OperationCall::constant(size_t position, Names names) const {
  const Argument* a = argument(position, names);
  if (a && a->kind == Argument::Kind::constant) return &a->constant;
  for (const char* name : names) {
    const Argument* keyword = spec.keyword(name);
    if (keyword && keyword->kind == Argument::Kind::constant) return &keyword->constant;
    if (const Json* found = setting(name)) return found;
  }
  return nullptr;
}

Value OperationCall::value(size_t position, Names names) const {
  const Argument* a = argument(position, names);
  if (a && a->kind == Argument::Kind::tensor) return inputs[static_cast<size_t>(a->tensor)];
  if (a && a->kind == Argument::Kind::constant) return tensor_of(a->constant);
  if (a && a->kind == Argument::Kind::list) return op::stack(values(position, names), 0);
  for (const char* name : names) {
    if (const Json* found = setting(name)) return tensor_of(*found);
  }
  return {};
}

Value OperationCall::required(size_t position, Names names) const {
  Value found = value(position, names);
  if (!found) {
    fail(Code::invalid_argument, "layer ", quoted(layer), ": the argument ", quoted(*names.begin()),
         " is missing");
  }
  return found;
}

Values OperationCall::values(size_t position, Names names) const {
  const Argument* a = argument(position, names);
  Values out;
  if (!a) return out;
  if (a->is_tensor()) return inputs;
  for (const Argument& item : a->items) {
    if (item.is_tensor()) out.push_back(inputs[static_cast<size_t>(item.tensor)]);
    if (item.kind == Argument::Kind::constant) out.push_back(tensor_of(item.constant));
  }
  return out;
}

void OperationCall::refuse_tensor(size_t position, Names names) const {
  const Argument* a = argument(position, names);
  if (a && a->is_tensor()) {
    fail(Code::unimplemented, "layer ", quoted(layer), ": the argument ", quoted(*names.begin()),
         " is a tensor; known is a plain number");
  }
}

double OperationCall::number(size_t position, Names names, double otherwise) const {
  refuse_tensor(position, names);
  const Json* found = constant(position, names);
  return found && found->is_number() ? found->as_double() : otherwise;
}
int64_t OperationCall::integer(size_t position, Names names, int64_t otherwise) const {
  refuse_tensor(position, names);
  const Json* found = constant(position, names);
  return found && found->is_int() ? found->as_int() : otherwise;
}
bool OperationCall::flag(size_t position, Names names, bool otherwise) const {
  const Json* found = constant(position, names);
  return found && found->is_bool() ? found->as_bool() : otherwise;
}
std::string OperationCall::word(size_t position, Names names, const char* otherwise) const {
  const Json* found = constant(position, names);
  return found && found->is_string() ? found->as_string() : otherwise;
}
DType OperationCall::dtype(size_t position, Names names, DType otherwise) const {
  const std::string name = word(position, names, "");
  return name.empty() ? otherwise : dtype_from_name(name);
}

std::optional<std::vector<int64_t>> OperationCall::ints(size_t position, Names names) const {
  const Json* found = constant(position, names);
  if (!found) return std::nullopt;
  if (found->is_int()) return std::vector<int64_t>{found->as_int()};
  if (!found->is_array()) return std::nullopt;
  std::vector<int64_t> out;
  for (const Json& item : found->as_array()) {
    if (!item.is_null() && !item.is_int()) return std::nullopt;
    out.push_back(item.is_null() ? -1 : item.as_int());
  }
  return out;
}

std::optional<std::vector<double>> OperationCall::numbers(size_t position, Names names) const {
  const Json* found = constant(position, names);
  // Arrays of numpy come wrapped.
  if (found && found->is_object()) found = found->at("config").find("value");
  if (!found || !(found->is_number() || found->is_array())) return std::nullopt;
  Shape shape;
  std::vector<double> out;
  bool integers = true;
  flatten(*found, 0, shape, out, integers);
  return out;
}

std::optional<std::vector<op::Dim>> OperationCall::dims(size_t position, Names names) const {
  const Argument* a = argument(position, names);
  std::vector<op::Dim> out;
  if (a && a->kind == Argument::Kind::list) {
    for (const Value& item : values(position, names)) {
      if (item.is_dense() && item.size() == 1) {
        out.emplace_back(op::cast(item.without_weakness(), DType::int64).item<int64_t>());
      } else {
        out.emplace_back(op::cast(item, DType::int32));
      }
    }
    return out;
  }
  const auto numbers = ints(position, names);
  if (!numbers) return std::nullopt;
  return std::vector<op::Dim>(numbers->begin(), numbers->end());
}

Value OperationCall::shape(size_t position, Names names) const {
  if (const auto list = dims(position, names)) return op::shape_vector(*list);
  return op::cast(required(position, names), DType::int32);
}

std::vector<int> OperationCall::axes(size_t position, Names names, int rank) const {
  if (const auto given = ints(position, names)) return op::axes_of(layer, *given, rank);
  std::vector<int> all;
  for (int i = 0; i < rank; ++i) all.push_back(i);
  return all;
}

int OperationCall::axis(size_t position, Names names, int64_t otherwise, int rank) const {
  return op::axis_of(layer, integer(position, names, otherwise), rank);
}

OperationFn find_operation(const std::string& name) {
  for (const Family family : kFamilies) {
    for (const Operation& operation : family()) {
      if (name == operation.name) return operation.fn;
    }
  }
  return nullptr;
}

std::vector<std::string> operation_names() {
  std::vector<std::string> out;
  for (const Family family : kFamilies) {
    for (const Operation& operation : family()) out.emplace_back(operation.name);
  }
  return out;
}

void register_operation_table(LayerRegistry&) {}  // see operation.cpp

}  // namespace rill::keras
