// Configs with one odd value each, in any place.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "contract/odd_values.h"
#include "sandbox.h"

namespace rill::test {

// Cases by number. A stride that divides neither the values nor the places of most configs leaves
// no key and no value out of all.
class OddConfigs {
 public:
  explicit OddConfigs(int64_t stride) : stride_(stride) {}

  void add(std::string name, Json config) {
    int64_t places = 0;
    each_place(config, [&](Json&) { ++places; });
    subjects_.push_back({std::move(name), std::move(config), total_});
    total_ += places * std::ssize(odd_);
  }
  int64_t count() const { return (total_ + stride_ - 1) / stride_; }

  struct Case {
    std::string name;
    Json config;
  };
  Case make(int64_t number) const {
    const int64_t i = number * stride_;
    const Subject& subject =
        *std::prev(std::upper_bound(subjects_.begin(), subjects_.end(), i,
                                    [](int64_t at, const Subject& s) { return at < s.first; }));
    const int64_t n = std::ssize(odd_), wanted = (i - subject.first) / n;
    Json config = subject.config;
    int64_t place = 0;
    Json* target = nullptr;
    each_place(config, [&](Json& value) {
      if (place++ == wanted) target = &value;
    });
    *target = odd_[static_cast<size_t>((i - subject.first) % n)];
    return {subject.name, std::move(config)};
  }

  // run(name, config) returns or throws Errors, for all of them.
  template <typename Run>
  void expect_no_faults(const Run& run) const {
    const SandboxReport report = run_sandboxed(
        count(),
        [&](int64_t i) {
          const Case c = make(i);
          run(c.name, c.config);
        },
        [&](int64_t i) {
          const Case c = make(i);
          return c.name + " of " + c.config.dump();
        });
    std::printf("%lld fine, %lld refused, %lld faults\n", static_cast<long long>(report.fine),
                static_cast<long long>(report.refused), static_cast<long long>(report.num_faults));
    EXPECT_GT(report.fine, 0);
    for (const std::string& fault : report.faults) ADD_FAILURE() << fault;
  }

 private:
  struct Subject {
    std::string name;
    Json config;
    int64_t first;
  };
  int64_t stride_;
  std::vector<Json> odd_ = odd_values();
  std::vector<Subject> subjects_;
  int64_t total_ = 0;
};

}  // namespace rill::test
