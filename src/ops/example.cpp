#include "ops/example.h"

#include <algorithm>

#include "codec/proto_wire.h"
#include "rill/error.hpp"

namespace rill {
namespace {

Feature read_feature(proto::Reader message) {
  Feature feature;
  while (message.next()) {
    if (message.number() < 1 || message.number() > 3) continue;
    proto::Reader list = message.message("list of a Feature");
    feature = {};  // of several lists the last counts
    feature.dtype = message.number() == 1   ? DType::string
                    : message.number() == 2 ? DType::float32
                                            : DType::int64;
    while (list.next()) {
      if (list.number() != 1) continue;
      switch (feature.dtype) {
        case DType::string:
          feature.texts.push_back(list.text());
          break;
        case DType::float32:
          list.append_fixed(feature.floats);
          break;
        default:
          list.append_varints(feature.ints);
      }
    }
  }
  return feature;
}

Features read_features(proto::Reader message) {
  Features features;
  while (message.next()) {
    if (message.number() != 1) continue;
    proto::Reader entry = message.message("Features entry");
    std::string_view key;
    Feature feature;
    while (entry.next()) {
      if (entry.number() == 1) key = entry.text();
      if (entry.number() == 2) feature = read_feature(entry.message("Feature"));
    }
    features[key] = std::move(feature);
  }
  return features;
}

void merge(Features& into, Features&& more) {
  for (auto& [key, feature] : more) into[key] = std::move(feature);
}

void read_lists(proto::Reader message, Sequence& sequence) {
  while (message.next()) {
    if (message.number() != 1) continue;
    proto::Reader entry = message.message("FeatureLists entry");
    std::string_view key;
    std::vector<Feature> list;
    while (entry.next()) {
      if (entry.number() == 1) key = entry.text();
      if (entry.number() != 2) continue;
      proto::Reader features = entry.message("FeatureList");
      while (features.next()) {
        if (features.number() == 1) list.push_back(read_feature(features.message("Feature")));
      }
    }
    sequence.lists[key] = std::move(list);
  }
}

template <typename Read>
auto guarded(const NodeAccess& node, const char* what, Read read) {
  try {
    return read();
  } catch (const Error& error) {
    node.fail(Code::invalid_argument, "Could not parse ", what, ": ", error.what());
  }
}

}  // namespace

void Feature::copy_to(Tensor& out, int64_t at) const {
  switch (dtype) {
    case DType::string: {
      auto* to = out.data<std::string>() + at;
      for (const std::string_view text : texts) *to++ = std::string(text);
      break;
    }
    case DType::float32:
      std::copy(floats.begin(), floats.end(), out.data<float>() + at);
      break;
    case DType::int64:
      std::copy(ints.begin(), ints.end(), out.data<int64_t>() + at);
      break;
    default:
      break;
  }
}

Features parse_example(const NodeAccess& node, std::string_view bytes) {
  return guarded(node, "example input", [&] {
    Features features;
    proto::Reader example(bytes_of(bytes), "Example");
    while (example.next()) {
      if (example.number() == 1) merge(features, read_features(example.message("Features")));
    }
    return features;
  });
}

Sequence parse_sequence_example(const NodeAccess& node, std::string_view bytes) {
  return guarded(node, "sequence example input", [&] {
    Sequence sequence;
    proto::Reader example(bytes_of(bytes), "SequenceExample");
    while (example.next()) {
      if (example.number() == 1) {
        merge(sequence.context, read_features(example.message("Features")));
      } else if (example.number() == 2) {
        read_lists(example.message("FeatureLists"), sequence);
      }
    }
    return sequence;
  });
}

}  // namespace rill
