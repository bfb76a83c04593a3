#include <atomic>
#include <cmath>
#include <thread>

#include "base/fail.h"
#include "base/thread_pool.h"
#include "cli/commands.h"
#include "cli/description.h"
#include "cli/output.h"
#include "kernels/dispatch.h"
#include "op/emit.h"
#include "op/registry.h"

namespace rill::cli {
namespace {

struct Check {
  std::string name;
  bool passed = false;
};

// x of ones times a matrix of halves, by the kernels that this machine gets.
bool product_is_right() {
  constexpr int64_t kRows = 33;
  constexpr int64_t kInner = 70;
  constexpr int64_t kColumns = 45;
  const GraphScope eager(nullptr);
  Tensor a(DType::float32, {kRows, kInner});
  Tensor b(DType::float32, {kInner, kColumns});
  for (int64_t i = 0; i < a.size(); ++i) a.data<float>()[i] = static_cast<float>(i % 7);
  for (int64_t i = 0; i < b.size(); ++i) b.data<float>()[i] = static_cast<float>(i % 5) - 2;
  const Tensor c = emit("MatMul", {a, b});
  for (int64_t r = 0; r < kRows; ++r) {
    for (int64_t j = 0; j < kColumns; ++j) {
      float sum = 0;
      for (int64_t k = 0; k < kInner; ++k) {
        sum += a.data<float>()[r * kInner + k] * b.data<float>()[k * kColumns + j];
      }
      if (c.data<float>()[r * kColumns + j] != sum) return false;  // small integers: exact
    }
  }
  return true;
}

bool functions_are_right() {
  const GraphScope eager(nullptr);
  Tensor x(DType::float32, {100});
  for (int64_t i = 0; i < x.size(); ++i) x.data<float>()[i] = 0.1F * static_cast<float>(i) - 5.0F;
  const Tensor y = emit("Tanh", {x});
  const Tensor z = emit("Exp", {x});
  for (int64_t i = 0; i < x.size(); ++i) {
    const double v = x.data<float>()[i];
    if (std::abs(y.data<float>()[i] - std::tanh(v)) > 1e-6) return false;
    if (std::abs(z.data<float>()[i] / std::exp(v) - 1) > 1e-6) return false;
  }
  return true;
}

bool threads_work() {
  std::atomic<int64_t> sum{0};
  parallel_for(1000, 10, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) sum += i;
  });
  return sum == 499500;
}

template <typename Test>
Check check(const char* name, Test test) {
  try {
    return {name, test()};
  } catch (const std::exception& e) {
    return {str(name, ": ", e.what()), false};
  }
}

std::string cpu_features() {
#if defined(__x86_64__)
  std::string out;
  const auto add = [&](const char* name, bool has) {
    if (has) out += str(out.empty() ? "" : " ", name);
  };
  add("sse4.2", __builtin_cpu_supports("sse4.2") != 0);
  add("avx", __builtin_cpu_supports("avx") != 0);
  add("avx2", __builtin_cpu_supports("avx2") != 0);
  add("fma", __builtin_cpu_supports("fma") != 0);
  add("avx512f", __builtin_cpu_supports("avx512f") != 0);
  add("avx512bw", __builtin_cpu_supports("avx512bw") != 0);
  add("avx512vnni", __builtin_cpu_supports("avx512vnni") != 0);
  add("avx512bf16", __builtin_cpu_supports("avx512bf16") != 0);
  return out;
#else
  return "";
#endif
}

int examine_machine(const Arguments& arguments) {
  const std::vector<Check> checks = {check("matrix product", product_is_right),
                                     check("functions", functions_are_right),
                                     check("threads", threads_work)};
  bool healthy = true;
  for (const Check& c : checks) healthy &= c.passed;
  const size_t ops = op_registry().names().size();
  const int code = healthy ? 0 : 1;
  if (arguments.json) {
    Json json = Json::object();
    json.set("rill", 1);
    json.set("version", version_text());
    json.set("cpu", cpu_features());
    json.set("kernels", std::string(kernels::simd().name));
    json.set("cores", static_cast<int64_t>(std::thread::hardware_concurrency()));
    json.set("threads", static_cast<int64_t>(max_threads()));
    json.set("ops", static_cast<int64_t>(ops));
    Json results = Json::object();
    for (const Check& c : checks) results.set(c.name, c.passed);
    json.set("checks", std::move(results));
    print_json(json);
    return code;
  }
  std::vector<std::vector<std::string>> rows = {
      {"version", version_text()},
      {"cpu", cpu_features()},
      {"kernels", str(kernels::simd().name)},
      {"threads", str(max_threads(), " of ", std::thread::hardware_concurrency(), " cores")},
      {"ops", str(ops)},
  };
  for (const Check& c : checks)
    rows.push_back({"check", str(c.name, c.passed ? ": ok" : ": WRONG")});
  print(align(rows, ""));
  return code;
}

bool tags_match(const GraphPart& part, const std::vector<std::string>& asked) {
  return asked.empty() || std::set<std::string>(part.tags.begin(), part.tags.end()) ==
                              std::set<std::string>(asked.begin(), asked.end());
}

int examine_file(const Arguments& arguments) {
  const Description d = describe(arguments.file);
  std::map<std::string, std::set<std::string>> missing;
  std::set<std::string> elsewhere;
  for (const GraphPart& part : d.graphs) {
    if (!tags_match(part, arguments.tags)) continue;
    elsewhere.insert(part.missing_elsewhere.begin(), part.missing_elsewhere.end());
    for (const auto& [op, users] : part.missing) {
      const bool counts = arguments.signature.empty() || users.contains(arguments.signature) ||
                          users.contains("initialiser");
      if (counts) {
        missing[op].insert(users.begin(), users.end());
      } else {
        elsewhere.insert(op);
      }
    }
  }
  for (const auto& [op, users] : missing) elsewhere.erase(op);
  const bool lacks_code = !missing.empty() || (d.keras && !d.keras->missing.empty());
  const bool runs = !lacks_code && d.missing_files.empty();
  const int code = runs ? 0 : static_cast<int>(lacks_code ? Code::unimplemented : Code::not_found);
  if (arguments.json) {
    Json json = Json::object();
    json.set("rill", 1);
    json.set("path", d.path);
    json.set("format", d.format);
    json.set("runs", runs);
    Json ops = Json::object();
    for (const auto& [op, users] : missing) ops.set(op, names_json(users));
    json.set("missing_ops", std::move(ops));
    json.set("missing_ops_elsewhere", names_json(elsewhere));
    Json classes = Json::object();
    if (d.keras) {
      for (const auto& [class_name, layers] : d.keras->missing) {
        Json list = Json::array();
        for (const std::string& layer : layers) list.push_back(layer);
        classes.set(class_name, std::move(list));
      }
    }
    json.set("missing_classes", std::move(classes));
    json.set("missing_files", names_json(d.missing_files));
    print_json(json);
    return code;
  }
  print(str(d.path, "  ", d.format, d.notes.empty() ? "" : str(" (", d.notes, ")"), "\n"));
  for (const auto& [op, users] : missing) {
    std::string names;
    for (const std::string& user : users) names += (names.empty() ? "" : ", ") + user;
    print(str("  missing op ", op, names.empty() ? "" : " (" + names + ")", "\n"));
  }
  if (d.keras) {
    for (const auto& [class_name, layers] : d.keras->missing) {
      std::string names;
      for (const std::string& layer : layers) names += (names.empty() ? "" : ", ") + layer;
      print(str("  missing class ", class_name, names.empty() ? "" : " (" + names + ")",
                class_name == "Lambda" ? ": its Python code is never run" : "", "\n"));
    }
    if (!d.keras->missing.empty()) {
      print("  custom classes can be given in C++: keras::CustomObjects\n");
    }
  }
  for (const std::string& op : elsewhere) {
    print(str("  missing op ", op, ", but predictions do not need it\n"));
  }
  for (const std::string& file : d.missing_files) print(str("  missing file ", file, "\n"));
  if (runs) print("  nothing is missing\n");
  return code;
}

}  // namespace

std::string version_text() { return "rill " RILL_VERSION; }

int doctor(const Arguments& arguments) {
  return arguments.file.empty() ? examine_machine(arguments) : examine_file(arguments);
}

}  // namespace rill::cli
