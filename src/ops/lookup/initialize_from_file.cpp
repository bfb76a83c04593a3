#include <charconv>
#include <fstream>
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/files.h"
#include "ops/lookup_table.h"

namespace rill {
namespace {

constexpr int64_t kWholeLine = -2;
constexpr int64_t kLineNumber = -1;

// What column `index` of a line says, appended to a tensor in the making.
class Column {
 public:
  Column(const NodeAccess& node, DType dtype, int64_t index)
      : node_(node), dtype_(dtype), index_(index), offset_(node.attr_or<int64_t>("offset", 0)) {
    node.require(index >= kWholeLine, "column index ", index, " is not valid");
    node.require(index != kLineNumber || dtype == DType::int64,
                 "a line number needs dtype int64, not ", dtype);
    node.require(index != kWholeLine || dtype == DType::string || dtype == DType::int64,
                 "a whole line needs dtype string or int64, not ", dtype);
  }
  void add(const std::string& line, char delimiter, int64_t number) {
    if (index_ == kLineNumber) {
      ints_.push_back(number + offset_);
      return;
    }
    std::string text = line;
    if (index_ >= 0) {
      size_t begin = 0;
      for (int64_t i = 0; i < index_; ++i) {
        begin = line.find(delimiter, begin);
        node_.require(begin != std::string::npos, "Invalid number of columns in line ", number,
                      " (", quoted(line), "): expected at least ", index_ + 1);
        ++begin;
      }
      text = line.substr(begin, line.find(delimiter, begin) - begin);
    }
    if (dtype_ == DType::string) {
      strings_.push_back(std::move(text));
      return;
    }
    double value = 0;
    int64_t integer = 0;
    const char* end = text.data() + text.size();
    const bool ok = is_floating(dtype_)
                        ? std::from_chars(text.data(), end, value).ptr == end && !text.empty()
                        : std::from_chars(text.data(), end, integer).ptr == end && !text.empty();
    node_.require(ok, "Field ", quoted(text), " in line ", number, " is not a valid ", dtype_, ".");
    floats_.push_back(value);
    ints_.push_back(integer);
  }
  Tensor finish() const {
    switch (dtype_) {
      case DType::string:
        return Tensor::vector(strings_);
      case DType::int64:
        return Tensor::vector(ints_);
      case DType::int32:
        return Tensor::vector(std::vector<int32_t>(ints_.begin(), ints_.end()));
      case DType::float32:
        return Tensor::vector(std::vector<float>(floats_.begin(), floats_.end()));
      case DType::float64:
        return Tensor::vector(floats_);
      default:
        node_.fail(Code::unimplemented, "a table file of ", dtype_, " is not supported");
    }
  }

 private:
  const NodeAccess& node_;
  DType dtype_;
  int64_t index_;
  int64_t offset_;  // what is added to the numbers of lines
  std::vector<std::string> strings_;
  std::vector<int64_t> ints_;
  std::vector<double> floats_;
};

void run_initialize_from_file(KernelContext& ctx) {
  const auto table = ctx.resource<LookupTable>(0);
  ctx.require(ctx.input(1).size() == 1, "filename should be a single string, but got ",
              ctx.input(1).shape());
  const std::string& path = *ctx.input(1).data<std::string>();
  const std::string& delimiter = ctx.attr<std::string>("delimiter");
  ctx.require(delimiter.size() == 1, "delimiter should be only 1 char");
  std::ifstream file = open_to_read(ctx, path);
  Column keys(ctx, table->options().key, ctx.attr<int64_t>("key_index"));
  Column values(ctx, table->options().value, ctx.attr<int64_t>("value_index"));
  const int64_t most = ctx.attr<int64_t>("vocab_size");
  int64_t number = 0;
  for (std::string line; (most < 0 || number < most) && std::getline(file, line); ++number) {
    std::erase(line, '\r');  // wherever it is
    ctx.require(!line.empty(), "Invalid content in ", quoted(path), ": line ", number, " is empty");
    keys.add(line, delimiter[0], number);
    values.add(line, delimiter[0], number);
  }
  ctx.require(most < 0 || number == most, "Invalid vocab_size in ", quoted(path), ": expected ",
              most, " but got ", number);
  if (number == 0) ctx.fail(Code::out_of_range, quoted(path), " is empty");
  // Whoever comes second, be it with another file, is not heard.
  if (!table->initialized()) table->initialize(ctx, keys.finish(), values.finish());
}

}  // namespace

void register_initialize_from_file(OpRegistry& registry) {
  registry.add(
      {.signature =
           "InitializeTableFromTextFile(table_handle: Ref(string), filename: string) -> ()",
       .attrs = {at_least(-2, int_attr("key_index")), at_least(-2, int_attr("value_index")),
                 int_attr("vocab_size", -1, -1), string_attr("delimiter", "\t"),
                 int_attr("offset", 0)},
       .shape = shapes::none,
       .kernel = run_initialize_from_file,
       .stateful = true,
       .not_differentiable = true});
  registry.add(
      {.signature = "InitializeTableFromTextFileV2(table_handle: resource, filename: string) -> ()",
       .attrs = {at_least(-2, int_attr("key_index")), at_least(-2, int_attr("value_index")),
                 int_attr("vocab_size", -1, -1), string_attr("delimiter", "\t"),
                 int_attr("offset", 0)},
       .shape = shapes::none,
       .kernel = run_initialize_from_file,
       .stateful = true,
       .not_differentiable = true});
}

}  // namespace rill
