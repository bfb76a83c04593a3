#pragma once

#include <string>

namespace rill::keras {

// As Python's str() shows a float: "0.1", "1e-05", "nan".
std::string python_float(double value);

}  // namespace rill::keras
