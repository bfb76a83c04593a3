// DecodeCSV: RFC 4180 records. Rules: tensorflow/core/kernels/decode_csv_op.cc.
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/csv.h"

namespace rill {
namespace {

void run(KernelContext& ctx) {
  const Tensor& records = ctx.input(0);
  const auto& types = ctx.attr<std::vector<DType>>("OUT_TYPE");
  const auto& delimiter = ctx.attr<std::string>("field_delim");
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
  const CsvForm form{who(ctx), delimiter[0], ctx.attr<bool>("use_quote_delim"),
                     ctx.attr<std::string>("na_value")};
  for (int64_t r = 0; r < records.size(); ++r) {
    const std::string& record = records.data<std::string>()[r];
    const auto fields = record.empty() ? std::vector<std::string>() : csv_fields(form, record);
    ctx.require(columns.empty() ? fields.size() == types.size()
                                : static_cast<int64_t>(fields.size()) > columns.back(),
                "Expect ",
                columns.empty() ? static_cast<int64_t>(types.size()) : columns.back() + 1,
                " fields but have ", fields.size(), " in record ", r);
    for (size_t k = 0; k < types.size(); ++k) {
      put_csv_field(form, fields[columns.empty() ? k : static_cast<size_t>(columns[k])],
                    ctx.input(1 + static_cast<int>(k)), k, r, *outputs[k], r);
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
  types.types = kCsvTypes;
  registry.add(
      {.signature = "DecodeCSV(records: string, record_defaults: list(OUT_TYPE)) -> "
                    "(output: list(OUT_TYPE))",
       .attrs = {types, string_attr("field_delim", ","), bool_attr("use_quote_delim", true),
                 string_attr("na_value", ""), int_list_attr("select_cols", {})},
       .shape = infer_decode_csv,
       .kernel = run});
}

}  // namespace rill
