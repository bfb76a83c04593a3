#include "cli/input_value.h"

#include <charconv>
#include <cstdio>

#include "base/fail.h"
#include "codec/json.h"
#include "codec/npy.h"
#include "op/emit.h"

namespace rill::cli {
namespace {

Tensor cast(const Tensor& value, DType dtype) {
  const GraphScope eager(nullptr);
  return emit("Cast", {value}, {{"DstT", dtype}});
}

bool is_number(DType d) { return is_floating(d) || is_integer(d); }

// As a feed of TensorFlow: NumPy's float64 becomes the input's float32. What would lose the
// fraction of numbers is refused.
Tensor converted(const Tensor& value, const Port& port) {
  if (port.dtype == DType::invalid || value.dtype() == port.dtype) return value;
  const bool fits = (is_number(value.dtype()) || value.dtype() == DType::bool_) &&
                    (is_floating(port.dtype) || is_complex(port.dtype) ||
                     (is_integer(port.dtype) && !is_floating(value.dtype())));
  if (!fits) {
    fail(Code::invalid_argument, "input ", quoted(port.key), " is ", port.dtype,
         ", but the value is ", value.dtype());
  }
  return cast(value, port.dtype);
}

Tensor read_standard_input() {
  std::string bytes;
  char buffer[1 << 16];
  while (const size_t n = std::fread(buffer, 1, sizeof(buffer), stdin)) bytes.append(buffer, n);
  return parse_npy(SharedBytes::own(std::move(bytes)), "standard input");
}

// "2,3" or "2x3" after "random:".
Shape parse_shape(std::string_view text, const Port& port) {
  Shape shape;
  while (!text.empty()) {
    int64_t dim = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), dim);
    const bool more = end != text.data() + text.size();
    if (error != std::errc() || dim < 0 || (more && *end != ',' && *end != 'x')) {
      fail(Code::invalid_argument, "input ", quoted(port.key), ": ", quoted(text),
           " is no list of dimensions like 1,224,224,3");
    }
    shape.push_back(dim);
    text.remove_prefix(static_cast<size_t>(end - text.data()) + (more ? 1 : 0));
  }
  return shape;
}

Shape filled_shape(const Port& port, int64_t batch, const std::string& word) {
  Shape shape = port.shape;
  if (shape.has_rank() && shape.rank() > 0 && (shape[0] < 0 || batch > 0)) {
    shape[0] = batch > 0 ? batch : 1;
  }
  if (!shape.is_fully_defined()) {
    std::string example;
    for (const int64_t dim : shape) {
      append_to(example, str(example.empty() ? "" : ",", dim < 0 ? 1 : dim));
    }
    if (example.empty()) example = "1,8";
    fail(Code::invalid_argument, "input ", quoted(port.key), " has shape ", port.shape.to_string(),
         ": say which one you want, like ", port.key, "=", word, ":", example);
  }
  return shape;
}

Tensor made_up(const std::string& word, const Shape& shape, const Port& port) {
  const DType dtype = port.dtype == DType::invalid ? DType::float32 : port.dtype;
  if (!is_number(dtype) && dtype != DType::bool_ && !is_complex(dtype)) {
    fail(Code::invalid_argument, "input ", quoted(port.key), " is ", dtype, ": no value can be ",
         word, "; give a file or a literal");
  }
  Tensor value = word == "random" ? Tensor::random(shape) : Tensor::zeros(shape);
  if (word == "ones") std::fill_n(value.data<float>(), value.size(), 1.0F);
  if (!is_floating(dtype) && word == "random") {  // 0 or 1: inside every vocabulary
    for (int64_t i = 0; i < value.size(); ++i) {
      value.data<float>()[i] = value.data<float>()[i] < 0.5F ? 0.0F : 1.0F;
    }
  }
  return dtype == DType::float32 ? value : cast(value, dtype);
}

struct Literal {
  Shape shape;
  std::vector<const Json*> items;
};

// The first path down says the shape; every other one must agree.
void collect(const Json& json, int depth, Literal& out, const Port& port) {
  if (depth == out.shape.rank()) {
    if (json.is_array())
      fail(Code::invalid_argument, "input ", quoted(port.key), ": the literal is ragged");
    out.items.push_back(&json);
    return;
  }
  if (!json.is_array() || static_cast<int64_t>(json.size()) != out.shape[depth]) {
    fail(Code::invalid_argument, "input ", quoted(port.key), ": the literal is ragged");
  }
  for (const Json& item : json.as_array()) collect(item, depth + 1, out, port);
}

Tensor literal_value(const std::string& text, const Port& port) {
  Json json;
  try {
    json = Json::parse(text, "literal");
  } catch (const Error& e) {
    fail(Code::invalid_argument, "input ", quoted(port.key), ": ", quoted(text),
         " is neither @FILE, random, ones, zeros nor a literal like [[1,2]]: ", e.what());
  }
  Literal literal;
  for (const Json* at = &json; at->is_array(); at = &at->as_array()[0]) {
    literal.shape.push_back(static_cast<int64_t>(at->size()));
    if (at->size() == 0 || literal.shape.rank() == Shape::kMaxRank) break;
  }
  collect(json, 0, literal, port);
  bool all_text = !literal.items.empty();
  bool all_int = true;
  bool all_bool = !literal.items.empty();
  for (const Json* item : literal.items) {
    all_text &= item->is_string();
    all_int &= item->is_int();
    all_bool &= item->is_bool();
    if (!item->is_string() && !item->is_number() && !item->is_bool()) {
      fail(Code::invalid_argument, "input ", quoted(port.key), ": the literal holds ",
           item->kind());
    }
  }
  const auto n = literal.items.size();
  if (all_text) {
    Tensor value(DType::string, literal.shape);
    for (size_t i = 0; i < n; ++i) value.data<std::string>()[i] = literal.items[i]->as_string();
    return converted(value, port);
  }
  if (all_bool) {
    Tensor value(DType::bool_, literal.shape);
    for (size_t i = 0; i < n; ++i) value.data<bool>()[i] = literal.items[i]->as_bool();
    return converted(value, port);
  }
  if (all_int && !is_floating(port.dtype)) {
    Tensor value(DType::int64, literal.shape);
    for (size_t i = 0; i < n; ++i) value.data<int64_t>()[i] = literal.items[i]->as_int();
    return converted(value, port);
  }
  Tensor value(DType::float64, literal.shape);
  for (size_t i = 0; i < n; ++i) {
    const Json& item = *literal.items[i];
    if (!item.is_number()) {
      fail(Code::invalid_argument, "input ", quoted(port.key), ": the literal mixes numbers and ",
           item.kind());
    }
    value.data<double>()[i] = item.as_double();
  }
  return converted(value, port);
}

}  // namespace

Assignment parse_assignment(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || text[0] == '[' || text[0] == '@' || text[0] == '"') {
    return {"", text};
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

Tensor input_value(const std::string& value, const Port& port, int64_t batch) {
  if (value.starts_with('@')) return converted(read_npy(value.substr(1)), port);
  if (value == "-") return converted(read_standard_input(), port);
  for (const char* word : {"random", "ones", "zeros"}) {
    const std::string_view name(word);
    if (value == name) return made_up(word, filled_shape(port, batch, word), port);
    if (value.starts_with(name) && value.size() > name.size() && value[name.size()] == ':') {
      return made_up(word, parse_shape(std::string_view(value).substr(name.size() + 1), port),
                     port);
    }
  }
  return literal_value(value, port);
}

}  // namespace rill::cli
