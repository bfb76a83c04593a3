#include "keras/core/taken_masks.h"

#include <algorithm>

namespace rill::keras {
namespace {

Values*& values_taken() {
  thread_local Values* values = nullptr;
  return values;
}

}  // namespace

TakenMasks::TakenMasks() : outermost_(values_taken() == nullptr) {
  if (outermost_) values_taken() = &values_;
}
TakenMasks::~TakenMasks() {
  if (outermost_) values_taken() = nullptr;
}

void TakenMasks::take(const Value& x) {
  if (values_taken() != nullptr) values_taken()->push_back(x);
}

bool TakenMasks::taken(const Value& x) {
  const Values* values = values_taken();
  return values != nullptr && std::any_of(values->begin(), values->end(),
                                          [&](const Value& v) { return v.rep() == x.rep(); });
}

}  // namespace rill::keras
