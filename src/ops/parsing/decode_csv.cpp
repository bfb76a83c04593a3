// DecodeCSV: RFC 4180 records. Rules: tensorflow/core/kernels/decode_csv_op.cc.
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/number_text.h"

namespace rill {
namespace {

std::vector<std::string> fields_of(const NodeAccess& node, std::string_view record, char delimiter,
                                   bool quotes) {
  std::vector<std::string> fields;
  if (record.empty()) return fields;
  size_t i = 0;
  while (true) {
    std::string field;
    if (quotes && i < record.size() && record[i] == '"') {
      ++i;
      while (true) {
        node.require(i < record.size(),
                     "Quoted field has to end with quote followed by delim or "
                     "end");
        if (record[i] != '"') {
          field += record[i++];
        } else if (i + 1 < record.size() && record[i + 1] == '"') {
          field += '"';
          i += 2;
        } else {
          break;
        }
      }
      ++i;
      node.require(i >= record.size() || record[i] == delimiter,
                   "Quote inside a string has to be "
                   "escaped by another quote");
    } else {
      for (; i < record.size() && record[i] != delimiter; ++i) {
        node.require(!(quotes && record[i] == '"') && record[i] != '\n' && record[i] != '\r',
                     "Unquoted fields cannot have quotes/CRLFs inside");
        field += record[i];
      }
    }
    fields.push_back(std::move(field));
    if (i >= record.size()) return fields;
    ++i;  // the delimiter; another field follows, perhaps an empty one
  }
}

template <typename T>
T number_of(const NodeAccess& node, std::string_view text, size_t column, int64_t record,
            DType dtype) {
  T value{};
  node.require(parse_number(text, value), "Field ", column, " in record ", record,
               " is not a valid ", dtype, ": ", text);
  return value;
}

void run(KernelContext& ctx) {
  const Tensor& records = ctx.input(0);
  const auto& types = ctx.attr<std::vector<DType>>("OUT_TYPE");
  const auto& delimiter = ctx.attr<std::string>("field_delim");
  const auto& missing = ctx.attr<std::string>("na_value");
  const auto& columns = ctx.attr<std::vector<int64_t>>("select_cols");
  ctx.require(delimiter.size() == 1, "field_delim should be only 1 char");
  ctx.require(columns.empty() || columns.size() == types.size(),
              "select_cols should match output size");
  for (size_t k = 0; k < columns.size(); ++k) {
    ctx.require(columns[k] >= 0 && (k == 0 || columns[k] > columns[k - 1]),
                "select_cols should be strictly increasing indices >= 0");
  }
  std::vector<Tensor*> outputs;
  for (size_t k = 0; k < types.size(); ++k) {
    const Tensor& standard = ctx.input(1 + static_cast<int>(k));
    ctx.require(standard.rank() <= 1 && standard.size() <= 1,
                "Shape of a default must be a "
                "length-0 or length-1 vector, or a scalar, but record_defaults[",
                k, "] has shape ", standard.shape());
    outputs.push_back(&ctx.output(static_cast<int>(k), records.shape()));
  }
  const bool quotes = ctx.attr<bool>("use_quote_delim");
  for (int64_t r = 0; r < records.size(); ++r) {
    const auto fields = fields_of(ctx, records.data<std::string>()[r], delimiter[0], quotes);
    ctx.require(columns.empty() ? fields.size() == types.size()
                                : static_cast<int64_t>(fields.size()) > columns.back(),
                "Expect ",
                columns.empty() ? static_cast<int64_t>(types.size()) : columns.back() + 1,
                " fields but have ", fields.size(), " in record ", r);
    for (size_t k = 0; k < types.size(); ++k) {
      const std::string& field = fields[columns.empty() ? k : static_cast<size_t>(columns[k])];
      const Tensor& standard = ctx.input(1 + static_cast<int>(k));
      const bool absent = field.empty() || field == missing;
      ctx.require(!absent || standard.size() == 1, "Field ", k,
                  " is required but missing in record ", r, "!");
      Tensor& out = *outputs[k];
      const auto put = [&]<typename T>() {
        if (absent) {
          out.data<T>()[r] = *standard.data<T>();
        } else if constexpr (std::is_same_v<T, std::string>) {
          out.data<T>()[r] = field;
        } else {
          out.data<T>()[r] = number_of<T>(ctx, field, k, r, types[k]);
        }
      };
      switch (types[k]) {
        case DType::int32:
          put.operator()<int32_t>();
          break;
        case DType::int64:
          put.operator()<int64_t>();
          break;
        case DType::float32:
          put.operator()<float>();
          break;
        case DType::float64:
          put.operator()<double>();
          break;
        case DType::string:
          put.operator()<std::string>();
          break;
        default:
          ctx.fail(Code::unimplemented, "csv: data type ", types[k], " not supported");
      }
    }
  }
}

void infer_decode_csv(ShapeContext& ctx) {
  for (int i = 1; i < ctx.num_inputs(); ++i) {
    ctx.require_rank_at_most(i, 1);
    ctx.require(ctx.input(i).rank() != 1 || ctx.input(i)[0] <= 1,
                "Shape of a default must be a "
                "length-0 or length-1 vector, or a scalar");
  }
  for (int o = 0; o < ctx.num_outputs(); ++o) ctx.set_output(o, ctx.input(0));
}

}  // namespace

void register_decode_csv(OpRegistry& registry) {
  AttrDef types = type_list_attr("OUT_TYPE", 1);
  types.types = type_set<DType::float32, DType::float64, DType::int32, DType::int64, DType::string>;
  registry.add(
      {.signature = "DecodeCSV(records: string, record_defaults: list(OUT_TYPE)) -> "
                    "(output: list(OUT_TYPE))",
       .attrs = {types, string_attr("field_delim", ","), bool_attr("use_quote_delim", true),
                 string_attr("na_value", ""), int_list_attr("select_cols", {})},
       .shape = infer_decode_csv,
       .kernel = run});
}

}  // namespace rill
