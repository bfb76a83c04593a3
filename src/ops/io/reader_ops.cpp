// What is done with the readers of record_readers.cpp.
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/attrs.h"
#include "ops/record_reader.h"

namespace rill {
namespace {

void reader_read(KernelContext& ctx) {
  Record record = ctx.resource<RecordReader>(0)->read(ctx, *ctx.resource<TensorQueue>(1));
  *ctx.output(0, Shape{}).data<std::string>() = std::move(record.key);
  *ctx.output(1, Shape{}).data<std::string>() = std::move(record.value);
}

void read_up_to(KernelContext& ctx) {
  ctx.require(ctx.input(2).rank() == 0, "num_records must be a scalar, got shape ",
              ctx.input(2).shape());
  const auto most = ctx.input(2).item<int64_t>();
  ctx.require(most >= 0, "num_records must not be negative, but is ", most);
  std::vector<Record> records =
      ctx.resource<RecordReader>(0)->read_up_to(ctx, *ctx.resource<TensorQueue>(1), most);
  const Shape shape{static_cast<int64_t>(records.size())};
  auto* keys = ctx.output(0, shape).data<std::string>();
  auto* values = ctx.output(1, shape).data<std::string>();
  for (Record& record : records) {
    *keys++ = std::move(record.key);
    *values++ = std::move(record.value);
  }
}

void up_to_shape(ShapeContext& ctx) {
  ctx.set_output(0, Shape{Shape::kUnknownDim});
  ctx.set_output(1, Shape{Shape::kUnknownDim});
}

void records_produced(KernelContext& ctx) {
  *ctx.output(0, Shape{}).data<int64_t>() = ctx.resource<RecordReader>(0)->records_produced();
}

void work_completed(KernelContext& ctx) {
  *ctx.output(0, Shape{}).data<int64_t>() = ctx.resource<RecordReader>(0)->work_finished();
}

void serialize(KernelContext& ctx) {
  *ctx.output(0, Shape{}).data<std::string>() = ctx.resource<RecordReader>(0)->serialize(ctx);
}

void reader_restore(KernelContext& ctx) {
  ctx.require(ctx.input(1).rank() == 0,
              "Reader state must be scalar, but had shape: ", ctx.input(1).shape());
  ctx.resource<RecordReader>(0)->restore(ctx, *ctx.input(1).data<std::string>());
}

void reset(KernelContext& ctx) { ctx.resource<RecordReader>(0)->reset(); }

}  // namespace

void register_reader_ops(OpRegistry& registry) {
  for (const bool v2 : {false, true}) {
    const std::string handle = v2 ? "resource" : "Ref(string)";
    const auto add = [&](std::string_view name, std::string_view inputs, std::string_view outputs,
                         ShapeFn shape, KernelFn kernel) {
      registry.add({.signature = str(name, v2 ? "V2" : "", "(reader_handle: ", handle, inputs,
                                     ") -> (", outputs, ")"),
                    .shape = shape,
                    .kernel = kernel,
                    .stateful = true,
                    .not_differentiable = true});
    };
    add("ReaderRead", str(", queue_handle: ", handle), "key: string, value: string", shapes::scalar,
        reader_read);
    add("ReaderReadUpTo", str(", queue_handle: ", handle, ", num_records: int64"),
        "keys: string, values: string", up_to_shape, read_up_to);
    add("ReaderNumRecordsProduced", "", "records_produced: int64", shapes::scalar,
        records_produced);
    add("ReaderNumWorkUnitsCompleted", "", "units_completed: int64", shapes::scalar,
        work_completed);
    add("ReaderSerializeState", "", "state: string", shapes::scalar, serialize);
    add("ReaderRestoreState", ", state: string", "", shapes::none, reader_restore);
    add("ReaderReset", "", "", shapes::none, reset);
  }
}

}  // namespace rill
