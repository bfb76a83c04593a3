// printf() and strtod() as in the C locale: what is read and written must not change when a program
// sets a locale whose numbers have a comma. Only here they are called.
#pragma once

#include <string>

namespace rill {

[[gnu::format(printf, 1, 2)]] std::string c_format(const char* pattern, ...);

// `end`: where the number ends.
double c_strtod(const char* text, char** end = nullptr);
float c_strtof(const char* text, char** end = nullptr);

}  // namespace rill
