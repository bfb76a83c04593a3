// CSVDataset, CSVDatasetV2: the records of CSV files, a tensor a chosen column.
// Source of the rules: tensorflow/core/kernels/data/experimental/csv_dataset_op.cc.
#include <algorithm>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/csv.h"
#include "ops/dataset.h"
#include "ops/files.h"

namespace rill {
namespace {

// All that its iterators share.
struct CsvFiles {
  std::vector<std::string> paths;
  std::string packing;
  CsvForm form;
  bool header = false;
  bool excludes = false;         // `columns` are those left out; else, unless empty, those taken
  std::vector<int64_t> columns;  // ascending
  Element standards;
  std::vector<DType> types;

  Element row(std::string_view record) const;
};

Element CsvFiles::row(std::string_view record) const {
  const std::vector<std::string> fields = csv_fields(form, record);
  std::vector<const std::string*> chosen;
  for (size_t k = 0; k < fields.size(); ++k) {
    const bool named = std::binary_search(columns.begin(), columns.end(), static_cast<int64_t>(k));
    if ((!excludes && columns.empty()) || named != excludes) chosen.push_back(&fields[k]);
  }
  if (chosen.size() != types.size()) {
    fail(Code::invalid_argument, form.who, "Expect ", types.size(), " fields but have ",
         chosen.size() < types.size() ? std::to_string(chosen.size()) : "more", " in record");
  }
  Element out;
  for (size_t k = 0; k < types.size(); ++k) {
    out.emplace_back(types[k], Shape{});
    put_csv_field(form, *chosen[k], standards[k], k, -1, out.back(), 0);
  }
  return out;
}

std::vector<int64_t> ascending(const KernelContext& ctx, int input, const char* what) {
  ctx.require(ctx.input(input).rank() == 1, "`", what, "` must be a vector.");
  std::vector<int64_t> columns = ctx.input(input).to_vector<int64_t>();
  for (size_t k = 0; k < columns.size(); ++k) {
    ctx.require(columns[k] >= 0 && (k == 0 || columns[k] > columns[k - 1]), what,
                " should be strictly increasing indices >= 0");
  }
  return columns;
}

void csv_dataset(KernelContext& ctx) {
  const bool v2 = ctx.op() == "CSVDatasetV2";
  CsvFiles files;
  const auto names = ctx.input(0).flat<std::string>();
  ctx.require(ctx.input(0).rank() <= 1, "`filenames` must be a scalar or a vector.");
  files.paths.assign(names.begin(), names.end());
  files.packing = scalar_input<std::string>(ctx, 1, "compression_type");
  ctx.require(files.packing.empty() || is_packed(files.packing),
              "Unsupported compression_type: ", quoted(files.packing));
  ctx.require(scalar_input<int64_t>(ctx, 2, "buffer_size") > 0, "buffer_size should be positive");
  files.header = scalar_input<bool>(ctx, 3, "header");
  const auto delimiter = scalar_input<std::string>(ctx, 4, "field_delim");
  ctx.require(delimiter.size() == 1, "field_delim should be only 1 char");
  files.form = {who(ctx), delimiter[0], scalar_input<bool>(ctx, 5, "use_quote_delim"),
                scalar_input<std::string>(ctx, 6, "na_value")};
  files.columns = ascending(ctx, 7, "select_cols");
  files.types = ctx.attr<std::vector<DType>>("output_types");
  const int end = ctx.num_inputs() - (v2 ? 1 : 0);
  if (v2) {
    std::vector<int64_t> left_out = ascending(ctx, end, "exclude_cols");
    ctx.require(left_out.empty() || files.columns.empty(),
                "Either select_cols or exclude_cols should be empty");
    files.excludes = !left_out.empty();
    if (files.excludes) files.columns = std::move(left_out);
  }
  ctx.require(files.excludes || files.columns.empty() || files.columns.size() == files.types.size(),
              "select_cols should match output size");
  for (int i = 8; i < end; ++i) {
    const Tensor& standard = ctx.input(i);
    ctx.require(standard.rank() <= 1 && standard.size() <= 1,
                "Each record default should be at most rank 1 and have at most one element, but ",
                "has shape ", standard.shape());
    files.standards.push_back(standard.owned());
  }
  output_dataset(ctx, {}, [all = std::make_shared<const CsvFiles>(std::move(files))] {
    return iterator_of([all, content = SharedBytes(), rest = std::string_view(), next = size_t{0}](
                           Runtime& runtime, Element& out) mutable {
      size_t length = 0;
      while (rest.empty()) {
        runtime.check_cancelled();
        if (next == all->paths.size()) return false;
        content = unpacked_file(runtime, all->form.who, all->paths[next++], all->packing);
        rest = text_of(content.bytes);
        if (all->header && !rest.empty()) {
          csv_record(all->form, rest, length);
          rest.remove_prefix(length);
        }
      }
      const std::string_view record = csv_record(all->form, rest, length);
      rest.remove_prefix(length);
      out = all->row(record);
      return true;
    });
  });
}

}  // namespace

void register_csv_dataset(OpRegistry& registry) {
  const auto add = [&](const std::string& name, const char* more) {
    AttrDef types = type_list_attr("output_types", 1);
    types.types = kCsvTypes;
    registry.add({.signature = str(name,
                                   "(filenames: string, compression_type: string, "
                                   "buffer_size: int64, header: bool, field_delim: string, "
                                   "use_quote_delim: bool, na_value: string, select_cols: int64, "
                                   "record_defaults: list(output_types)",
                                   more, ") -> (handle: variant)"),
                  .attrs = {types, shape_list_attr("output_shapes")},
                  .shape = shapes::scalar,
                  .kernel = csv_dataset,
                  .stateful = true,
                  .not_differentiable = true});
  };
  add("CSVDataset", "");
  add("ExperimentalCSVDataset", "");
  add("CSVDatasetV2", ", exclude_cols: int64");
}

}  // namespace rill
