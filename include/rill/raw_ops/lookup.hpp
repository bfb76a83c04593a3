// The operations of src/ops/lookup as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Value AnonymousHashTable(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AnonymousHashTable", {}, std::move(attrs), node)[0];
}
inline Value AnonymousMutableDenseHashTable(const Value& empty_key, const Value& deleted_key, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AnonymousMutableDenseHashTable", {empty_key, deleted_key}, std::move(attrs), node)[0];
}
inline Value AnonymousMutableHashTable(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AnonymousMutableHashTable", {}, std::move(attrs), node)[0];
}
inline Value AnonymousMutableHashTableOfTensors(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("AnonymousMutableHashTableOfTensors", {}, std::move(attrs), node)[0];
}
inline Value HashTable(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("HashTable", {}, std::move(attrs), node)[0];
}
inline Value HashTableV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("HashTableV2", {}, std::move(attrs), node)[0];
}
inline void InitializeTable(const Value& table_handle, const Value& keys, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("InitializeTable", {table_handle, keys, values}, std::move(attrs), node);
}
inline void InitializeTableFromTextFile(const Value& table_handle, const Value& filename, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("InitializeTableFromTextFile", {table_handle, filename}, std::move(attrs), node);
}
inline void InitializeTableFromTextFileV2(const Value& table_handle, const Value& filename, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("InitializeTableFromTextFileV2", {table_handle, filename}, std::move(attrs), node);
}
inline void InitializeTableV2(const Value& table_handle, const Value& keys, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("InitializeTableV2", {table_handle, keys, values}, std::move(attrs), node);
}
inline Values LookupTableExport(const Value& table_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LookupTableExport", {table_handle}, std::move(attrs), node);
}
inline Values LookupTableExportV2(const Value& table_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LookupTableExportV2", {table_handle}, std::move(attrs), node);
}
inline Value LookupTableFind(const Value& table_handle, const Value& keys, const Value& default_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LookupTableFind", {table_handle, keys, default_value}, std::move(attrs), node)[0];
}
inline Value LookupTableFindV2(const Value& table_handle, const Value& keys, const Value& default_value, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LookupTableFindV2", {table_handle, keys, default_value}, std::move(attrs), node)[0];
}
inline void LookupTableImport(const Value& table_handle, const Value& keys, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("LookupTableImport", {table_handle, keys, values}, std::move(attrs), node);
}
inline void LookupTableImportV2(const Value& table_handle, const Value& keys, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("LookupTableImportV2", {table_handle, keys, values}, std::move(attrs), node);
}
inline void LookupTableInsert(const Value& table_handle, const Value& keys, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("LookupTableInsert", {table_handle, keys, values}, std::move(attrs), node);
}
inline void LookupTableInsertV2(const Value& table_handle, const Value& keys, const Value& values, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("LookupTableInsertV2", {table_handle, keys, values}, std::move(attrs), node);
}
inline void LookupTableRemoveV2(const Value& table_handle, const Value& keys, AttrMap attrs = {}, std::string_view node = {}) {
  ops::call("LookupTableRemoveV2", {table_handle, keys}, std::move(attrs), node);
}
inline Value LookupTableSize(const Value& table_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LookupTableSize", {table_handle}, std::move(attrs), node)[0];
}
inline Value LookupTableSizeV2(const Value& table_handle, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LookupTableSizeV2", {table_handle}, std::move(attrs), node)[0];
}
inline Value MutableDenseHashTable(const Value& empty_key, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MutableDenseHashTable", {empty_key}, std::move(attrs), node)[0];
}
inline Value MutableDenseHashTableV2(const Value& empty_key, const Value& deleted_key, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MutableDenseHashTableV2", {empty_key, deleted_key}, std::move(attrs), node)[0];
}
inline Value MutableHashTable(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MutableHashTable", {}, std::move(attrs), node)[0];
}
inline Value MutableHashTableOfTensors(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MutableHashTableOfTensors", {}, std::move(attrs), node)[0];
}
inline Value MutableHashTableOfTensorsV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MutableHashTableOfTensorsV2", {}, std::move(attrs), node)[0];
}
inline Value MutableHashTableV2(AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("MutableHashTableV2", {}, std::move(attrs), node)[0];
}

}  // namespace rill::raw_ops
// clang-format on
