// The subcommands, one file each. Each gives the exit code; errors are thrown.
#pragma once

#include <string>

#include "cli/arguments.h"

namespace rill::cli {

int inspect(const Arguments& arguments);
int summary(const Arguments& arguments);
int plot(const Arguments& arguments);
int run(const Arguments& arguments);
int train(const Arguments& arguments);
int convert(const Arguments& arguments);
int diff(const Arguments& arguments);
int bench(const Arguments& arguments);
int ops(const Arguments& arguments);
int doctor(const Arguments& arguments);

// "rill 0.1.0"
std::string version_text();

}  // namespace rill::cli
