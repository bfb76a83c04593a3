// Feature columns, as DenseFeatures layers hold them
// (tensorflow/python/feature_column/feature_column_v2.py).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "codec/json.h"
#include "keras/core/ops.h"

namespace rill::keras {

// Tensors of [batch, ...] by the names of the features.
using Features = std::map<std::string, Value, std::less<>>;

// A column that gives numbers.
class DenseColumn {
 public:
  virtual ~DenseColumn() = default;
  virtual std::string name() const = 0;
  // Of one row, all its dimensions multiplied.
  virtual int64_t width() const = 0;
  // float32 of [batch, ...], `width` numbers a row. Throws INVALID_ARGUMENT naming a feature that
  // lacks.
  virtual Value dense(const Features& features) const = 0;

  // The weights that it looks its rows up in, if it does.
  struct Table {
    int64_t rows = 0, columns = 0;
    Json initializer;
    bool trainable = true;
  };
  virtual std::optional<Table> table() const { return std::nullopt; }
  virtual void set_table(Value) {}
};

// From {"class_name", "config"}. Throws INVALID_ARGUMENT, and UNIMPLEMENTED naming a class that is
// not known or a setting that the file does not hold whole.
std::shared_ptr<DenseColumn> make_dense_column(const Json& json);

}  // namespace rill::keras
