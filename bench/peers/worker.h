// The protocol of the workers that compare.py starts: one line that says what can run, then "RUN
// variant batch seconds most" and "QUIT" on standard input, each answered with a line of JSON.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <utility>

namespace rill_bench {

inline std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 32 ? ' ' : c;
  }
  return out + "\"";
}

class Server {
 public:
  using Run = std::function<void()>;

  // `make` gives what is timed; what it throws is reported. A run stands for `steps` of them.
  template <typename Make>
  void attempt(const std::string& variant, int batch, Make&& make, int steps = 1) {
    try {
      Run run = make();
      for (int i = 0; i < 3; ++i) run();
      runs_[{variant, batch}] = {std::move(run), steps};
    } catch (const std::exception& e) {
      errors_ += (errors_.empty() ? "" : ",") + quoted(variant + "|" + std::to_string(batch)) +
                 ":" + quoted(e.what());
    }
  }

  void serve() {
    std::string ready;
    for (const auto& [key, run] : runs_) {
      ready +=
          (ready.empty() ? "[" : ",[") + quoted(key.first) + "," + std::to_string(key.second) + "]";
    }
    std::cout << "{\"ready\":[" << ready << "],\"errors\":{" << errors_ << "}}" << std::endl;
    std::string line;
    while (std::getline(std::cin, line)) {
      std::istringstream words(line);
      std::string command, variant;
      int batch = 0;
      double seconds = 0;
      size_t most = 0;
      words >> command >> variant >> batch >> seconds >> most;
      if (command != "RUN") break;
      const auto found = runs_.find({variant, batch});
      if (found == runs_.end()) {
        std::cout << "{\"err\":\"not loaded\"}" << std::endl;
        continue;
      }
      std::cout << "{\"ns\":[" << measure(found->second, seconds, most) << "]}" << std::endl;
    }
    std::cout << "{\"peak_rss_mb\":" << peak_memory() << "}" << std::endl;
  }

 private:
  struct Timed {
    Run run;
    int steps;
  };

  static std::string measure(Timed& timed, double seconds, size_t most) {
    using Clock = std::chrono::steady_clock;
    std::ostringstream out;
    const auto begin = Clock::now();
    for (size_t n = 0; n < most; ++n) {
      const auto before = Clock::now();
      timed.run();
      const auto after = Clock::now();
      out << (n ? "," : "") << std::chrono::nanoseconds(after - before).count() / timed.steps;
      if (std::chrono::duration<double>(after - begin).count() > seconds && n >= 1) break;
    }
    return out.str();
  }

  static double peak_memory() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
      if (line.rfind("VmHWM:", 0) == 0) return std::atof(line.c_str() + 6) / 1024;
    }
    return 0;
  }

  std::map<std::pair<std::string, int>, Timed> runs_;
  std::string errors_;
};

}  // namespace rill_bench
