#include "keras/core/python_float.h"

#include <cmath>

#include "codec/json.h"

namespace rill::keras {

std::string python_float(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  return Json(value).dump();
}

}  // namespace rill::keras
