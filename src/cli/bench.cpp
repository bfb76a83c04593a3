// rill bench M: how long a model takes to open, to answer first, and to answer once it is warm.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "base/c_format.h"
#include "base/fail.h"
#include "base/thread_pool.h"
#include "cli/commands.h"
#include "cli/input_value.h"
#include "cli/output.h"
#include "cli/runnable.h"

namespace rill::cli {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Row {
  int threads = 0;
  int64_t batch = 0;
  double first = 0;           // seconds: planning for these shapes, and one run
  std::vector<double> times;  // seconds, ascending
  double mean = 0;
  int64_t peak_bytes = 0;  // of the process so far

  double at(double part) const {
    const auto i = static_cast<size_t>(std::ceil(part * static_cast<double>(times.size())));
    return times[std::clamp<size_t>(i, 1, times.size()) - 1];
  }
};

int64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return int64_t{usage.ru_maxrss} << 10;
}

// "6.8 us", as one reads a stopwatch: two or three digits.
std::string time_text(double seconds) {
  const auto [scale, unit] = seconds < 1e-3  ? std::pair(1e6, "us")
                             : seconds < 1.0 ? std::pair(1e3, "ms")
                                             : std::pair(1.0, "s");
  const double value = seconds * scale;
  return c_format(value < 10 ? "%.2f %s" : value < 100 ? "%.1f %s" : "%.0f %s", value, unit);
}

std::string rate_text(double rate) {
  const auto [scale, unit] = rate >= 1e6   ? std::pair(1e-6, " M")
                             : rate >= 1e3 ? std::pair(1e-3, " k")
                                           : std::pair(1.0, "");
  return c_format("%.3g%s", rate * scale, unit);
}

Row measure_run(Runnable& model, const Arguments& arguments, int threads, int64_t batch) {
  const ScopedThreads cap(threads);
  std::map<std::string, Tensor> feeds = read_inputs(arguments, model, batch);
  for (const Port& port : model.inputs()) {
    if (!feeds.contains(port.key)) feeds[port.key] = input_value("random", port, batch);
  }
  Row row;
  row.threads = threads;
  row.batch = batch;
  Clock::time_point start = Clock::now();
  model.run(feeds, arguments.fetches);
  row.first = seconds_since(start);
  start = Clock::now();
  while (seconds_since(start) < arguments.warmup) model.run(feeds, arguments.fetches);
  constexpr size_t kMostTimes = 1 << 20;
  start = Clock::now();
  do {
    const Clock::time_point begin = Clock::now();
    model.run(feeds, arguments.fetches);
    row.times.push_back(seconds_since(begin));
  } while (row.times.size() < kMostTimes && seconds_since(start) < arguments.time);
  for (const double t : row.times) row.mean += t / static_cast<double>(row.times.size());
  std::sort(row.times.begin(), row.times.end());
  row.peak_bytes = peak_memory();
  return row;
}

Json to_json(const Row& row) {
  Json json = Json::object();
  json.set("threads", row.threads);
  json.set("batch", row.batch);
  json.set("first_s", row.first);
  json.set("runs", static_cast<int64_t>(row.times.size()));
  json.set("min_s", row.times.front());
  json.set("p50_s", row.at(0.5));
  json.set("p90_s", row.at(0.9));
  json.set("p99_s", row.at(0.99));
  json.set("mean_s", row.mean);
  json.set("items_per_s", static_cast<double>(row.batch) / row.mean);
  json.set("peak_rss_bytes", row.peak_bytes);
  return json;
}

// The medians of an earlier --json: {threads, batch} -> seconds.
std::map<std::pair<int64_t, int64_t>, double> read_base(const std::string& path) {
  std::ifstream in(path);
  if (!in) fail(Code::not_found, "--compare ", quoted(path), ": no such file");
  std::stringstream text;
  text << in.rdbuf();
  std::map<std::pair<int64_t, int64_t>, double> out;
  const Json json = Json::parse(text.str());
  const Json* rows = json.find("rows");
  if (rows == nullptr || !rows->is_array()) {
    fail(Code::invalid_argument, "--compare ", quoted(path),
         ": this is not what rill bench --json writes");
  }
  for (const Json& row : rows->as_array()) {
    out[{row.at("threads").as_int(), row.at("batch").as_int()}] = row.at("p50_s").as_double();
  }
  return out;
}

}  // namespace

int bench(const Arguments& arguments) {
  const std::vector<int64_t> batches =
      arguments.batches.empty() ? std::vector<int64_t>{1} : arguments.batches;
  const std::vector<int> threads =
      arguments.thread_counts.empty() ? std::vector<int>{max_threads()} : arguments.thread_counts;
  std::map<std::pair<int64_t, int64_t>, double> base;
  if (!arguments.compare.empty()) base = read_base(arguments.compare);
  Arguments opening = arguments;
  // Keras models predict a whole batch at once.
  opening.batch = std::max<int64_t>(32, *std::max_element(batches.begin(), batches.end()));
  const Clock::time_point start = Clock::now();
  const std::unique_ptr<Runnable> model = open_runnable(opening);
  const double read = seconds_since(start);
  std::vector<Row> rows;
  for (const int t : threads) {
    for (const int64_t b : batches) rows.push_back(measure_run(*model, arguments, t, b));
  }

  bool slower = false;
  std::vector<std::vector<std::string>> lines = {
      {"threads", "batch", "first", "p50", "p90", "p99", "mean", "items/s", "peak RSS"}};
  if (!base.empty()) lines[0].emplace_back("p50 before");
  Json list = Json::array();
  for (const Row& row : rows) {
    lines.push_back({str(row.threads), str(row.batch), time_text(row.first), time_text(row.at(0.5)),
                     time_text(row.at(0.9)), time_text(row.at(0.99)), time_text(row.mean),
                     rate_text(static_cast<double>(row.batch) / row.mean),
                     human_bytes(static_cast<uint64_t>(row.peak_bytes))});
    list.push_back(to_json(row));
    if (base.empty()) continue;
    const auto before = base.find({row.threads, row.batch});
    if (before == base.end()) {
      lines.back().emplace_back("-");
      continue;
    }
    const bool lost = row.at(0.5) > before->second * (1 + arguments.slack);
    slower = slower || lost;
    lines.back().push_back(time_text(before->second) + (lost ? "  slower" : ""));
  }
  if (arguments.json) {
    Json json = Json::object();
    json.set("rill", 1);
    json.set("path", arguments.file);
    json.set("read_s", read);
    json.set("rows", std::move(list));
    print_json(json);
  } else {
    print(str("model  ", arguments.file, "  read ", time_text(read), "\n", align(lines, "")));
  }
  return slower ? 1 : 0;
}

}  // namespace rill::cli
