// Boxes of four numbers: y1, x1, y2, x2; any two opposite corners.
#pragma once

#include <algorithm>

namespace rill {

inline float intersection_over_union(const float* a, const float* b) {
  struct Span {
    float low, high;
    Span(float x, float y) : low(std::min(x, y)), high(std::max(x, y)) {}
    float size() const { return high - low; }
  };
  const Span ay(a[0], a[2]), ax(a[1], a[3]), by(b[0], b[2]), bx(b[1], b[3]);
  const float area_a = ay.size() * ax.size(), area_b = by.size() * bx.size();
  if (area_a <= 0 || area_b <= 0) return 0;
  const auto shared = [](const Span& p, const Span& q) {
    return std::max(std::min(p.high, q.high) - std::max(p.low, q.low), 0.0f);
  };
  const float both = shared(ay, by) * shared(ax, bx);
  return both / (area_a + area_b - both);
}

}  // namespace rill
