#include "cli/runnable.h"

#include "base/fail.h"
#include "cli/input_value.h"

namespace rill::cli {

std::unique_ptr<Runnable> open_runnable(const Arguments& arguments) {
  using formats::FileKind;
  const FileKind kind = formats::detect(arguments.file);
  switch (kind) {
    case FileKind::hdf5:
    case FileKind::keras_archive:
    case FileKind::keras_folder:
    case FileKind::keras_json:
      return open_keras(arguments, kind);
    case FileKind::unknown:
      formats::fail_wrong_kind(arguments.file, kind, "a model of TensorFlow or Keras");
    default:
      return open_graph(arguments, kind);
  }
}

std::map<std::string, Tensor> read_inputs(const Arguments& arguments, const Runnable& model,
                                          int64_t batch) {
  std::map<std::string, Tensor> feeds;
  const std::vector<Port> inputs = model.inputs();
  const auto feed = [&](const Port& port, const std::string& value) {
    if (!feeds.emplace(port.key, input_value(value, port, batch)).second) {
      fail(Code::invalid_argument, "input ", quoted(port.key), " is given twice");
    }
  };
  for (const std::string& text : arguments.inputs) {
    const auto [name, value] = parse_assignment(text);
    if (!name.empty()) {
      feed(model.find_input(name), value);
      continue;
    }
    const bool for_all = value == "random" || value == "ones" || value == "zeros";
    if (inputs.size() != 1 && !for_all) {
      std::string list;
      for (const Port& port : inputs) list += (list.empty() ? "" : ", ") + quoted(port.key);
      fail(Code::invalid_argument, "--in ", text, ": say which input; ",
           list.empty() ? "the model has none" : "there are " + list);
    }
    for (const Port& port : inputs) feed(port, value);
  }
  return feeds;
}

}  // namespace rill::cli
