// The operations of src/ops/data as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Value AnonymousIterator(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AnonymousIterator", {}, std::move(attrs), node)[0];
}
inline Values AnonymousIteratorV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AnonymousIteratorV2", {}, std::move(attrs), node);
}
inline Value AnonymousIteratorV3(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AnonymousIteratorV3", {}, std::move(attrs), node)[0];
}
inline Value BatchDataset(const Value& input_dataset, const Value& batch_size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchDataset", {input_dataset, batch_size}, std::move(attrs), node)[0];
}
inline Value BatchDatasetV2(const Value& input_dataset, const Value& batch_size, const Value& drop_remainder, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BatchDatasetV2", {input_dataset, batch_size, drop_remainder}, std::move(attrs), node)[0];
}
inline Value CacheDataset(const Value& input_dataset, const Value& filename, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CacheDataset", {input_dataset, filename}, std::move(attrs), node)[0];
}
inline Value CacheDatasetV2(const Value& input_dataset, const Value& filename, const Value& cache, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("CacheDatasetV2", {input_dataset, filename, cache}, std::move(attrs), node)[0];
}
inline Value ConcatenateDataset(const Value& input_dataset, const Value& another_dataset, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ConcatenateDataset", {input_dataset, another_dataset}, std::move(attrs), node)[0];
}
inline Values DatasetToSingleElement(const Value& dataset, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DatasetToSingleElement", {dataset}, std::move(attrs), node);
}
inline void DeleteIterator(const Value& handle, const Value& deleter, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("DeleteIterator", {handle, deleter}, std::move(attrs), node);
}
inline Value DummyMemoryCache(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DummyMemoryCache", {}, std::move(attrs), node)[0];
}
inline Value DummySeedGenerator(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("DummySeedGenerator", {}, std::move(attrs), node)[0];
}
inline Value FilterDataset(const Value& input_dataset, const Values& other_arguments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FilterDataset", ops::joined(input_dataset, other_arguments), std::move(attrs), node)[0];
}
inline Value FixedLengthRecordDataset(const Value& filenames, const Value& header_bytes, const Value& record_bytes, const Value& footer_bytes, const Value& buffer_size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FixedLengthRecordDataset", {filenames, header_bytes, record_bytes, footer_bytes, buffer_size}, std::move(attrs), node)[0];
}
inline Value FixedLengthRecordDatasetV2(const Value& filenames, const Value& header_bytes, const Value& record_bytes, const Value& footer_bytes, const Value& buffer_size, const Value& compression_type, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FixedLengthRecordDatasetV2", {filenames, header_bytes, record_bytes, footer_bytes, buffer_size, compression_type}, std::move(attrs), node)[0];
}
inline Value FlatMapDataset(const Value& input_dataset, const Values& other_arguments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("FlatMapDataset", ops::joined(input_dataset, other_arguments), std::move(attrs), node)[0];
}
inline Value InterleaveDataset(const Value& input_dataset, const Values& other_arguments, const Value& cycle_length, const Value& block_length, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("InterleaveDataset", ops::joined(input_dataset, other_arguments, cycle_length, block_length), std::move(attrs), node)[0];
}
inline Value Iterator(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("Iterator", {}, std::move(attrs), node)[0];
}
inline Value IteratorFromStringHandle(const Value& string_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IteratorFromStringHandle", {string_handle}, std::move(attrs), node)[0];
}
inline Value IteratorFromStringHandleV2(const Value& string_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IteratorFromStringHandleV2", {string_handle}, std::move(attrs), node)[0];
}
inline Values IteratorGetNext(const Value& iterator, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IteratorGetNext", {iterator}, std::move(attrs), node);
}
inline Value IteratorGetNextAsOptional(const Value& iterator, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IteratorGetNextAsOptional", {iterator}, std::move(attrs), node)[0];
}
inline Values IteratorGetNextSync(const Value& iterator, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IteratorGetNextSync", {iterator}, std::move(attrs), node);
}
inline Value IteratorToStringHandle(const Value& resource_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IteratorToStringHandle", {resource_handle}, std::move(attrs), node)[0];
}
inline Value IteratorV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("IteratorV2", {}, std::move(attrs), node)[0];
}
inline void MakeIterator(const Value& dataset, const Value& iterator, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("MakeIterator", {dataset, iterator}, std::move(attrs), node);
}
inline Value MapAndBatchDataset(const Value& input_dataset, const Values& other_arguments, const Value& batch_size, const Value& num_parallel_calls, const Value& drop_remainder, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MapAndBatchDataset", ops::joined(input_dataset, other_arguments, batch_size, num_parallel_calls, drop_remainder), std::move(attrs), node)[0];
}
inline Value MapDataset(const Value& input_dataset, const Values& other_arguments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MapDataset", ops::joined(input_dataset, other_arguments), std::move(attrs), node)[0];
}
inline Value ModelDataset(const Value& input_dataset, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ModelDataset", {input_dataset}, std::move(attrs), node)[0];
}
inline Value OneShotIterator(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("OneShotIterator", {}, std::move(attrs), node)[0];
}
inline Value OptimizeDataset(const Value& input_dataset, const Value& optimizations, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("OptimizeDataset", {input_dataset, optimizations}, std::move(attrs), node)[0];
}
inline Value OptionalFromValue(const Values& components, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("OptionalFromValue", ops::joined(components), std::move(attrs), node)[0];
}
inline Values OptionalGetValue(const Value& optional, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("OptionalGetValue", {optional}, std::move(attrs), node);
}
inline Value OptionalHasValue(const Value& optional, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("OptionalHasValue", {optional}, std::move(attrs), node)[0];
}
inline Value OptionalNone(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("OptionalNone", {}, std::move(attrs), node)[0];
}
inline Value OptionsDataset(const Value& input_dataset, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("OptionsDataset", {input_dataset}, std::move(attrs), node)[0];
}
inline Value PaddedBatchDataset(const Value& input_dataset, const Value& batch_size, const Values& padded_shapes, const Values& padding_values, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PaddedBatchDataset", ops::joined(input_dataset, batch_size, padded_shapes, padding_values), std::move(attrs), node)[0];
}
inline Value PaddedBatchDatasetV2(const Value& input_dataset, const Value& batch_size, const Values& padded_shapes, const Values& padding_values, const Value& drop_remainder, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PaddedBatchDatasetV2", ops::joined(input_dataset, batch_size, padded_shapes, padding_values, drop_remainder), std::move(attrs), node)[0];
}
inline Value ParallelBatchDataset(const Value& input_dataset, const Value& batch_size, const Value& num_parallel_calls, const Value& drop_remainder, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParallelBatchDataset", {input_dataset, batch_size, num_parallel_calls, drop_remainder}, std::move(attrs), node)[0];
}
inline Value ParallelInterleaveDatasetV2(const Value& input_dataset, const Values& other_arguments, const Value& cycle_length, const Value& block_length, const Value& num_parallel_calls, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParallelInterleaveDatasetV2", ops::joined(input_dataset, other_arguments, cycle_length, block_length, num_parallel_calls), std::move(attrs), node)[0];
}
inline Value ParallelInterleaveDatasetV3(const Value& input_dataset, const Values& other_arguments, const Value& cycle_length, const Value& block_length, const Value& num_parallel_calls, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParallelInterleaveDatasetV3", ops::joined(input_dataset, other_arguments, cycle_length, block_length, num_parallel_calls), std::move(attrs), node)[0];
}
inline Value ParallelInterleaveDatasetV4(const Value& input_dataset, const Values& other_arguments, const Value& cycle_length, const Value& block_length, const Value& buffer_output_elements, const Value& prefetch_input_elements, const Value& num_parallel_calls, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParallelInterleaveDatasetV4", ops::joined(input_dataset, other_arguments, cycle_length, block_length, buffer_output_elements, prefetch_input_elements, num_parallel_calls), std::move(attrs), node)[0];
}
inline Value ParallelMapDataset(const Value& input_dataset, const Values& other_arguments, const Value& num_parallel_calls, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParallelMapDataset", ops::joined(input_dataset, other_arguments, num_parallel_calls), std::move(attrs), node)[0];
}
inline Value ParallelMapDatasetV2(const Value& input_dataset, const Values& other_arguments, const Value& num_parallel_calls, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ParallelMapDatasetV2", ops::joined(input_dataset, other_arguments, num_parallel_calls), std::move(attrs), node)[0];
}
inline Value PrefetchDataset(const Value& input_dataset, const Value& buffer_size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("PrefetchDataset", {input_dataset, buffer_size}, std::move(attrs), node)[0];
}
inline Value RangeDataset(const Value& start, const Value& stop, const Value& step, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RangeDataset", {start, stop, step}, std::move(attrs), node)[0];
}
inline Value RepeatDataset(const Value& input_dataset, const Value& count, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RepeatDataset", {input_dataset, count}, std::move(attrs), node)[0];
}
inline Value RewriteDataset(const Value& input_dataset, const Value& rewrite_name, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("RewriteDataset", {input_dataset, rewrite_name}, std::move(attrs), node)[0];
}
inline Value ShardDataset(const Value& input_dataset, const Value& num_shards, const Value& index, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ShardDataset", {input_dataset, num_shards, index}, std::move(attrs), node)[0];
}
inline Value ShuffleDataset(const Value& input_dataset, const Value& buffer_size, const Value& seed, const Value& seed2, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ShuffleDataset", {input_dataset, buffer_size, seed, seed2}, std::move(attrs), node)[0];
}
inline Value ShuffleDatasetV3(const Value& input_dataset, const Value& buffer_size, const Value& seed, const Value& seed2, const Value& seed_generator, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ShuffleDatasetV3", {input_dataset, buffer_size, seed, seed2, seed_generator}, std::move(attrs), node)[0];
}
inline Value SkipDataset(const Value& input_dataset, const Value& count, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("SkipDataset", {input_dataset, count}, std::move(attrs), node)[0];
}
inline Value TFRecordDataset(const Value& filenames, const Value& compression_type, const Value& buffer_size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TFRecordDataset", {filenames, compression_type, buffer_size}, std::move(attrs), node)[0];
}
inline Value TakeDataset(const Value& input_dataset, const Value& count, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TakeDataset", {input_dataset, count}, std::move(attrs), node)[0];
}
inline Value TakeWhileDataset(const Value& input_dataset, const Values& other_arguments, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TakeWhileDataset", ops::joined(input_dataset, other_arguments), std::move(attrs), node)[0];
}
inline Value TensorDataset(const Values& components, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorDataset", ops::joined(components), std::move(attrs), node)[0];
}
inline Value TensorSliceDataset(const Values& components, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TensorSliceDataset", ops::joined(components), std::move(attrs), node)[0];
}
inline Value TextLineDataset(const Value& filenames, const Value& compression_type, const Value& buffer_size, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("TextLineDataset", {filenames, compression_type, buffer_size}, std::move(attrs), node)[0];
}
inline Value UnbatchDataset(const Value& input_dataset, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("UnbatchDataset", {input_dataset}, std::move(attrs), node)[0];
}
inline Value ZipDataset(const Values& input_datasets, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("ZipDataset", ops::joined(input_datasets), std::move(attrs), node)[0];
}

}  // namespace rill::raw_ops
// clang-format on
