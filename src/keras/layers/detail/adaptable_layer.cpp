// adapt(), and what vocabularies are asked for.
#include "base/fail.h"
#include "keras/core/learns.h"
#include "keras/layers/categorical.h"
#include "rill/dataset.hpp"
#include "rill/keras/layers/preprocessing.hpp"

namespace rill::keras::layers {
namespace {

constexpr int64_t kBatch = 128;  // of elements that are none

LearnsFromData& learner(const LayerPtr& layer) { return dynamic_cast<LearnsFromData&>(*layer); }
HasVocabulary& table(const LayerPtr& layer) { return dynamic_cast<HasVocabulary&>(*layer); }

template <typename T>
void require(const LayerPtr& layer, const char* what) {
  if (dynamic_cast<const T*>(layer.get().get()) != nullptr) return;
  fail(Code::invalid_argument, "layer ", quoted(layer->name()), " (", layer->class_name(),
       ") has no ", what);
}

}  // namespace

AdaptableLayer::AdaptableLayer(const LayerPtr& layer) : LayerPtr(layer) {
  require<LearnsFromData>(layer, "adapt()");
}

void AdaptableLayer::adapt(const Tensor& data) const {
  LearnsFromData& layer = learner(*this);
  layer.reset_state();
  layer.update_state(layer.as_batch(data));
  layer.finalize_state();
}

void AdaptableLayer::adapt(const Dataset& batches, std::optional<int64_t> steps) const {
  LearnsFromData& layer = learner(*this);
  layer.reset_state();
  Dataset all = steps ? batches.take(*steps) : batches;
  bool loose = false;
  for (const auto& first : all.take(1)) loose = first.at(0).rank() < layer.least_rank();
  if (loose) all = all.batch(kBatch);
  for (const auto& element : all) layer.update_state(element.at(0));
  layer.finalize_state();
}

VocabularyLayer::VocabularyLayer(const LayerPtr& layer) : AdaptableLayer(layer) {
  require<HasVocabulary>(layer, "vocabulary");
}

Tensor VocabularyLayer::get_vocabulary(bool include_special_tokens) const {
  return table(*this).vocabulary(include_special_tokens);
}
int64_t VocabularyLayer::vocabulary_size() const { return get_vocabulary().size(); }
void VocabularyLayer::set_vocabulary(const Tensor& vocabulary, const Tensor& idf_weights) const {
  table(*this).set_vocabulary(vocabulary, idf_weights);
}

}  // namespace rill::keras::layers
