// rill: one binary, one subcommand a file. Results go to standard output, everything else to
// standard error. Exit codes: 0; 1 "no"; 2 usage; else the number of the error's code.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "rill/error.hpp"

namespace rill::cli {
namespace {

int dispatch(const Arguments& arguments) {
  switch (arguments.command) {
    case Command::inspect:
      return inspect(arguments);
    case Command::summary:
      return summary(arguments);
    case Command::plot:
      return plot(arguments);
    case Command::run:
      return run(arguments);
    case Command::train:
      return train(arguments);
    case Command::convert:
      return convert(arguments);
    case Command::diff:
      return diff(arguments);
    case Command::bench:
      return bench(arguments);
    case Command::ops:
      return ops(arguments);
    case Command::doctor:
      return doctor(arguments);
  }
  return 2;
}

int guarded(int argc, char** argv) {
  Arguments arguments;
  try {
    if (const auto code = parse_arguments(argc, argv, arguments)) return *code;
    choose_color(arguments.color);
    const int code = dispatch(arguments);
    finish_output();
    return code;
  } catch (const Error& e) {
    print_error(e.code(), e.what(), arguments.file);
    return static_cast<int>(e.code());
  } catch (const std::bad_alloc&) {
    print_error(Code::resource_exhausted, "out of memory", arguments.file);
    return static_cast<int>(Code::resource_exhausted);
  } catch (const std::exception& e) {
    print_error(Code::internal, std::string("unexpected: ") + e.what() + "; please report this",
                arguments.file);
    return static_cast<int>(Code::internal);
  }
}

}  // namespace
}  // namespace rill::cli

int main(int argc, char** argv) {
  const int code = rill::cli::guarded(argc, argv);
  std::fflush(stdout);
  // Everything is written: what is left is memory, which the system takes back faster.
  std::_Exit(code);
}
