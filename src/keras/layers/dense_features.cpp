// DenseFeatures of Keras 2: the columns of its config, one beside the other
// (tf_keras/src/feature_column/dense_features_v2.py).
#include <algorithm>

#include "base/ascii.h"
#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/node.h"
#include "keras/core/object_config.h"
#include "keras/core/registry.h"
#include "keras/layers/feature_columns.h"

namespace rill::keras {
namespace {

class DenseFeaturesLayer final : public Layer, public KeepsConfig {
 public:
  void visit_config(ConfigVisitor& v) override {
    if (!v.reading()) return;
    columns_.clear();
    if (const Json* columns = kept.find("feature_columns")) {
      for (const Json& json : columns->as_array()) columns_.push_back(make_dense_column(json));
    }
    std::sort(columns_.begin(), columns_.end(),
              [](const auto& a, const auto& b) { return a->name() < b->name(); });
  }

  bool autocast() const override { return false; }

  void build(const std::vector<Shape>&) override {
    if (columns_.empty()) fail(Code::invalid_argument, "feature_columns must name a column");
    for (const auto& column : columns_) {
      const std::optional<DenseColumn::Table> table = column->table();
      if (!table) continue;
      column->set_table(add_weight(
          scope_name(column->name()) + "/embedding_weights", {table->rows, table->columns},
          Initializer(object_from_json(table->initializer, "initializer")), table->trainable));
    }
  }

  Values call(const Values& inputs, const CallContext& context) override {
    const Features features = named(inputs, context);
    const op::Dim batch = op::dim(inputs.at(0), 0);
    Values parts;
    for (const auto& column : columns_) {
      parts.push_back(op::reshape(column->dense(features), {batch, column->width()}));
    }
    return {parts.size() == 1 ? parts[0] : op::concat(parts, 1)};
  }

 private:
  // The call gives a dictionary of features by their names.
  Features named(const Values& inputs, const CallContext& context) const {
    const Argument* given = context.spec ? context.spec->find(0, "features") : nullptr;
    if (!given || given->kind != Argument::Kind::map) {
      fail(Code::invalid_argument, "DenseFeatures takes a dictionary of features");
    }
    Features out;
    for (size_t i = 0; i < given->keys.size(); ++i) {
      const Argument& item = given->items[i];
      if (!item.is_tensor()) continue;
      Value x = inputs[static_cast<size_t>(item.tensor)];
      out.emplace(given->keys[i], x.rank() == 1 ? op::expand_dims(x, 1) : x);
    }
    return out;
  }

  // As names of variables have it.
  static std::string scope_name(std::string name) {
    for (char& c : name) {
      if (!ascii::is_alnum(c) && c != '.' && c != '-') c = '_';
    }
    return name;
  }

  std::vector<std::shared_ptr<DenseColumn>> columns_;
};

}  // namespace

void register_dense_features(LayerRegistry& registry) {
  registry.add<DenseFeaturesLayer>("DenseFeatures");
}

}  // namespace rill::keras
