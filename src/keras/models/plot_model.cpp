#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fail.h"
#include "codec/atomic_file.h"
#include "rill/keras/plot.hpp"

namespace rill::keras {
namespace {

// `dot` writes beside the target; the name changes when it is done.
void draw_png(const std::string& dot, const std::filesystem::path& path) {
  const std::string text = str(path.string(), ".", getpid(), ".dot");
  const std::string image = str(path.string(), ".", getpid(), ".png");
  write_file(text, dot);
  const std::string output = "-o" + image;
  std::string words[] = {"dot", "-Tpng", output, text};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(), nullptr};
  pid_t child = 0;
  int status = posix_spawnp(&child, "dot", nullptr, nullptr, arguments, environ);
  const bool missing = status != 0;
  if (!missing) waitpid(child, &status, 0);
  std::error_code ignored, error;
  std::filesystem::remove(text, ignored);
  if (missing || (WIFEXITED(status) && WEXITSTATUS(status) == 127)) {
    fail(Code::failed_precondition, quoted(path.string()),
         ": .png needs the program dot of Graphviz, which is not here; .svg and .dot need nothing");
  }
  if (status == 0) std::filesystem::rename(image, path, error);
  if (status != 0 || error) {
    std::filesystem::remove(image, ignored);
    fail(Code::internal, quoted(path.string()), ": dot could not draw it");
  }
}

}  // namespace

void plot_model(const Model& model, const std::filesystem::path& path, const PlotOptions& options) {
  const std::string ending = path.extension().string();
  if (ending == ".svg") return write_file(path, plot_svg(model, options));
  if (ending == ".dot" || ending == ".gv") return write_file(path, plot_dot(model, options));
  if (ending == ".png") return draw_png(plot_dot(model, options), path);
  fail(Code::invalid_argument, "a picture is .svg, .dot, .gv or .png, not ", quoted(ending));
}

}  // namespace rill::keras
