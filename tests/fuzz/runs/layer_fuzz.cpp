// Layers whose config has odd values in places that the bytes choose: built, run, written, or
// refused.
#include "codec/json.h"
#include "contract/layer_subject.h"
#include "contract/odd_values.h"
#include "contract/op_samples.h"
#include "fuzz.h"

namespace rill::fuzz {
namespace {

struct Sample {
  std::string name;
  Json config;
};

std::vector<Sample> samples() {
  std::vector<Sample> out;
  for (const std::string& name : keras::layer_registry().names()) {
    if (name == "InputLayer") continue;
    const keras::LayerPtr layer = keras::layer_from_config(name, test::layer_sample(name).config);
    out.push_back({name, Json::parse(keras::get_config(layer))});
  }
  return out;
}

void change_one(Json& config, const std::vector<Json>& values, test::Stream& odd) {
  size_t places = 0;
  test::each_place(config, [&](Json&) { ++places; });
  if (places == 0) return;
  size_t left = odd.below(places);
  Json* target = nullptr;
  test::each_place(config, [&](Json& value) {
    if (left-- == 0) target = &value;
  });
  *target = odd.below(2) == 0 ? values[odd.below(values.size())]
                              : Json(static_cast<int64_t>(odd.below(9)));
}

}  // namespace

void read(const std::string& bytes) {
  static const std::vector<Sample> all = samples();
  static const std::vector<Json> values = test::odd_values();
  test::Stream odd{std::string_view(bytes)};
  const Sample& sample = all[odd.below(all.size())];
  Json config = sample.config;
  for (size_t i = 1 + odd.below(4); i > 0; --i) change_one(config, values, odd);
  const test::Subject subject = test::make_subject(sample.name, config.dump());
  if (!subject.inputs.empty()) subject.model.predict_on_batch(subject.inputs);
  keras::layer_from_config(sample.name, keras::get_config(subject.layer));
}

}  // namespace rill::fuzz
