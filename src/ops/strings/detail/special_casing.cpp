#include "ops/strings/special_casing.h"

#include <algorithm>
#include <iterator>

namespace rill {
namespace {

struct Row {
  uint16_t from;
  const char8_t* to;
};

// The unconditional mappings of the Unicode Character Database, SpecialCasing.txt, in order.
constexpr Row kRows[] = {{0x00df, u8"SS"},
                         {0x0149, u8"\u02bcN"},
                         {0x01f0, u8"J\u030c"},
                         {0x0390, u8"\u0399\u0308\u0301"},
                         {0x03b0, u8"\u03a5\u0308\u0301"},
                         {0x0587, u8"\u0535\u0552"},
                         {0x1e96, u8"H\u0331"},
                         {0x1e97, u8"T\u0308"},
                         {0x1e98, u8"W\u030a"},
                         {0x1e99, u8"Y\u030a"},
                         {0x1e9a, u8"A\u02be"},
                         {0x1f50, u8"\u03a5\u0313"},
                         {0x1f52, u8"\u03a5\u0313\u0300"},
                         {0x1f54, u8"\u03a5\u0313\u0301"},
                         {0x1f56, u8"\u03a5\u0313\u0342"},
                         {0x1f80, u8"\u1f08\u0399"},
                         {0x1f81, u8"\u1f09\u0399"},
                         {0x1f82, u8"\u1f0a\u0399"},
                         {0x1f83, u8"\u1f0b\u0399"},
                         {0x1f84, u8"\u1f0c\u0399"},
                         {0x1f85, u8"\u1f0d\u0399"},
                         {0x1f86, u8"\u1f0e\u0399"},
                         {0x1f87, u8"\u1f0f\u0399"},
                         {0x1f88, u8"\u1f08\u0399"},
                         {0x1f89, u8"\u1f09\u0399"},
                         {0x1f8a, u8"\u1f0a\u0399"},
                         {0x1f8b, u8"\u1f0b\u0399"},
                         {0x1f8c, u8"\u1f0c\u0399"},
                         {0x1f8d, u8"\u1f0d\u0399"},
                         {0x1f8e, u8"\u1f0e\u0399"},
                         {0x1f8f, u8"\u1f0f\u0399"},
                         {0x1f90, u8"\u1f28\u0399"},
                         {0x1f91, u8"\u1f29\u0399"},
                         {0x1f92, u8"\u1f2a\u0399"},
                         {0x1f93, u8"\u1f2b\u0399"},
                         {0x1f94, u8"\u1f2c\u0399"},
                         {0x1f95, u8"\u1f2d\u0399"},
                         {0x1f96, u8"\u1f2e\u0399"},
                         {0x1f97, u8"\u1f2f\u0399"},
                         {0x1f98, u8"\u1f28\u0399"},
                         {0x1f99, u8"\u1f29\u0399"},
                         {0x1f9a, u8"\u1f2a\u0399"},
                         {0x1f9b, u8"\u1f2b\u0399"},
                         {0x1f9c, u8"\u1f2c\u0399"},
                         {0x1f9d, u8"\u1f2d\u0399"},
                         {0x1f9e, u8"\u1f2e\u0399"},
                         {0x1f9f, u8"\u1f2f\u0399"},
                         {0x1fa0, u8"\u1f68\u0399"},
                         {0x1fa1, u8"\u1f69\u0399"},
                         {0x1fa2, u8"\u1f6a\u0399"},
                         {0x1fa3, u8"\u1f6b\u0399"},
                         {0x1fa4, u8"\u1f6c\u0399"},
                         {0x1fa5, u8"\u1f6d\u0399"},
                         {0x1fa6, u8"\u1f6e\u0399"},
                         {0x1fa7, u8"\u1f6f\u0399"},
                         {0x1fa8, u8"\u1f68\u0399"},
                         {0x1fa9, u8"\u1f69\u0399"},
                         {0x1faa, u8"\u1f6a\u0399"},
                         {0x1fab, u8"\u1f6b\u0399"},
                         {0x1fac, u8"\u1f6c\u0399"},
                         {0x1fad, u8"\u1f6d\u0399"},
                         {0x1fae, u8"\u1f6e\u0399"},
                         {0x1faf, u8"\u1f6f\u0399"},
                         {0x1fb2, u8"\u1fba\u0399"},
                         {0x1fb3, u8"\u0391\u0399"},
                         {0x1fb4, u8"\u0386\u0399"},
                         {0x1fb6, u8"\u0391\u0342"},
                         {0x1fb7, u8"\u0391\u0342\u0399"},
                         {0x1fbc, u8"\u0391\u0399"},
                         {0x1fc2, u8"\u1fca\u0399"},
                         {0x1fc3, u8"\u0397\u0399"},
                         {0x1fc4, u8"\u0389\u0399"},
                         {0x1fc6, u8"\u0397\u0342"},
                         {0x1fc7, u8"\u0397\u0342\u0399"},
                         {0x1fcc, u8"\u0397\u0399"},
                         {0x1fd2, u8"\u0399\u0308\u0300"},
                         {0x1fd3, u8"\u0399\u0308\u0301"},
                         {0x1fd6, u8"\u0399\u0342"},
                         {0x1fd7, u8"\u0399\u0308\u0342"},
                         {0x1fe2, u8"\u03a5\u0308\u0300"},
                         {0x1fe3, u8"\u03a5\u0308\u0301"},
                         {0x1fe4, u8"\u03a1\u0313"},
                         {0x1fe6, u8"\u03a5\u0342"},
                         {0x1fe7, u8"\u03a5\u0308\u0342"},
                         {0x1ff2, u8"\u1ffa\u0399"},
                         {0x1ff3, u8"\u03a9\u0399"},
                         {0x1ff4, u8"\u038f\u0399"},
                         {0x1ff6, u8"\u03a9\u0342"},
                         {0x1ff7, u8"\u03a9\u0342\u0399"},
                         {0x1ffc, u8"\u03a9\u0399"},
                         {0xfb00, u8"FF"},
                         {0xfb01, u8"FI"},
                         {0xfb02, u8"FL"},
                         {0xfb03, u8"FFI"},
                         {0xfb04, u8"FFL"},
                         {0xfb05, u8"ST"},
                         {0xfb06, u8"ST"},
                         {0xfb13, u8"\u0544\u0546"},
                         {0xfb14, u8"\u0544\u0535"},
                         {0xfb15, u8"\u0544\u053b"},
                         {0xfb16, u8"\u054e\u0546"},
                         {0xfb17, u8"\u0544\u053d"}};

}  // namespace

std::string_view special_upper(uint32_t c) {
  const auto* row = std::lower_bound(std::begin(kRows), std::end(kRows), c,
                                     [](const Row& r, uint32_t wanted) { return r.from < wanted; });
  if (row == std::end(kRows) || row->from != c) return {};
  return reinterpret_cast<const char*>(row->to);
}

}  // namespace rill
