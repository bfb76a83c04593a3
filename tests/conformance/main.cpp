#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "case.h"
#include "codec/npy.h"
#include "judge.h"
#include "rill/error.hpp"

namespace rill::conformance {
namespace {

namespace fs = std::filesystem;

struct KindRow {
  const char* name;
  Kind run;
};

constexpr KindRow kKinds[] = {
    {"graph", run_graph},
    {"graph_error", run_graph},
    {"graph_file", run_graph},
    {"grad", run_grad},
    {"graph_restore", run_graph_restore},
    {"metagraph", run_meta_graph},
    {"saved_model_session", run_saved_model_session},
    {"signature", run_signature},
    {"function", run_function},
    {"object_graph", run_object_graph},
    {"checkpoint", run_checkpoint},
    {"load_error", run_load_error},
    {"keras_predict", run_keras_predict},
    {"keras_fit", run_keras_fit},
    {"custom_loop", run_custom_loop},
    {"keras_summary", run_keras_summary},
    {"keras_loss", run_keras_loss},
    {"keras_metric", run_keras_metric},
    {"keras_schedule", run_keras_schedule},
    {"keras_regularizer", run_keras_regularizer},
    {"keras_constraint", run_keras_constraint},
    {"keras_initializer", run_keras_initializer},
    {"h5_weights", run_h5_weights},
};

void set_error(Answer& answer, const char* code, const std::string& message) {
  answer.arrays.clear();
  answer.result = Json::object();
  answer.result.set("status", "error");
  answer.result.set("code", code);
  answer.result.set("message", message);
}

Answer run_case(const Pack& pack, const Json& test) {
  Answer answer;
  answer.result.set("status", "ok");
  const bool error_expected = test.value<std::string>("expect", "ok") == "error";
  const auto unsupported = [&](const std::string& what) {
    answer.arrays.clear();
    answer.result = Json::object();
    answer.result.set("status", "unsupported");
    answer.result.set("message", what);
  };
  try {
    const std::string& kind = test.at("kind").as_string();
    const Kind run = find_kind(kind);
    if (run == nullptr) throw Unsupported{"kind " + kind};
    run(pack, test, answer);
  } catch (const Unsupported& e) {
    unsupported(e.what);
  } catch (const UnimplementedError& e) {
    if (error_expected) {
      set_error(answer, code_name(e.code()), e.what());
    } else {
      unsupported(e.what());
    }
  } catch (const Error& e) {
    set_error(answer, code_name(e.code()), e.what());
  } catch (const std::exception& e) {
    set_error(answer, "UNKNOWN", e.what());
  }
  return answer;
}

struct Options {
  fs::path root;
  fs::path out;  // empty: write no answers
  std::string only;
  bool judge = false;  // compare with expected.npz, print what did not pass
  fs::path coverage;   // Markdown tables go here
};

void run_pack(const fs::path& folder, const fs::path& out, const Options& options,
              std::vector<Judgement>& judgements) {
  const Pack pack = read_pack(folder);
  std::map<std::string, Tensor> expected;
  if (options.judge) expected = read_arrays(folder / "expected.npz");
  Json results = Json::object();
  NamedTensors arrays;
  for (const Json& test : pack.cases.as_array()) {
    const std::string& name = test.at("name").as_string();
    if (name.find(options.only) == std::string::npos) continue;
    if (std::getenv("RILL_CONFORMANCE_TRACE") != nullptr)
      std::fprintf(stderr, "%s\n", name.c_str());
    Answer answer = run_case(pack, test);
    if (options.judge) judgements.push_back(judge(test, answer, expected));
    results.set(name, std::move(answer.result));
    std::move(answer.arrays.begin(), answer.arrays.end(), std::back_inserter(arrays));
  }
  if (results.size() == 0 || out.empty()) return;
  fs::create_directories(out);
  Json file = Json::object();
  file.set("format", 1);
  file.set("results", std::move(results));
  std::ofstream(out / "actual.json", std::ios::binary) << file.dump();
  write_npz(out / "actual.npz", arrays);
}

// Prints what did not pass and the counts; 1 unless all passed.
int report(const Options& options, const std::vector<Judgement>& judgements) {
  int passed = 0;
  int failed = 0;
  int skipped = 0;
  for (const Judgement& j : judgements) {
    if (j.verdict == Verdict::pass) {
      ++passed;
      continue;
    }
    ++(j.verdict == Verdict::unsupported ? skipped : failed);
    std::printf("%s %s: %.300s\n", j.verdict == Verdict::unsupported ? "unsupported" : "FAILED",
                j.name.c_str(), j.message.c_str());
  }
  if (!options.coverage.empty()) {
    std::ofstream(options.coverage, std::ios::binary) << coverage(judgements);
  }
  std::printf("%d passed, %d failed, %d unsupported\n", passed, failed, skipped);
  return passed > 0 && failed + skipped == 0 ? 0 : 1;
}

int run_all(const Options& options) {
  std::vector<fs::path> packs;
  if (fs::exists(options.root / "cases.json")) packs.push_back(options.root);
  for (const auto& entry : fs::recursive_directory_iterator(options.root)) {
    if (entry.path().filename() == "cases.json" && entry.path().parent_path() != options.root) {
      packs.push_back(entry.path().parent_path());
    }
  }
  std::sort(packs.begin(), packs.end());
  std::vector<Judgement> judgements;
  for (const fs::path& folder : packs) {
    const fs::path relative = fs::relative(folder, options.root);
    const fs::path out = options.out.empty() ? fs::path()
                         : relative == "."   ? options.out
                                             : options.out / relative;
    run_pack(folder, out, options, judgements);
  }
  if (options.judge) return report(options, judgements);
  return packs.empty() ? 1 : 0;
}

}  // namespace

Kind find_kind(const std::string& name) {
  for (const KindRow& row : kKinds) {
    if (name == row.name) return row.run;
  }
  return nullptr;
}

}  // namespace rill::conformance

int main(int argc, char** argv) {
  rill::conformance::Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--judge") {
      options.judge = true;
    } else if (arg == "--out" && i + 1 < argc) {
      options.out = argv[++i];
    } else if (arg == "--only" && i + 1 < argc) {
      options.only = argv[++i];
    } else if (arg == "--coverage" && i + 1 < argc) {
      options.judge = true;
      options.coverage = argv[++i];
    } else if (options.root.empty() && arg[0] != '-') {
      options.root = arg;
    } else {
      options.root.clear();
      break;
    }
  }
  if (options.root.empty() || (options.out.empty() && !options.judge)) {
    std::fprintf(stderr,
                 "usage: rill-conformance ROOT --out DIR [--only SUBSTR]\n"
                 "       rill-conformance ROOT --judge [--coverage FILE] [--only SUBSTR]\n");
    return 2;
  }
  try {
    return rill::conformance::run_all(options);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "rill-conformance: %s\n", e.what());
    return 1;
  }
}
