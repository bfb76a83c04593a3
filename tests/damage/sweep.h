// The damage that is done to a file: cut at every place, bytes inverted, single bits flipped, and
// after each the file is opened again. RILL_DAMAGE_CASES says how many cases a file (default 240);
// 0 is every byte.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "base/str.h"
#include "rill/error.hpp"
#include "sandbox.h"

namespace rill::test {

// Opens what lies at a path and gives numbers.
using Open = std::vector<float> (*)(const std::filesystem::path& path);

// Bits that must always give the same result: every byte is covered by a checksum.
enum class Covered { no, yes };
// Whether a file that was cut may still open with less in it, as files of lines do.
enum class Shortened { never, allowed };

struct Sweep {
  std::string name;  // in findings
  std::filesystem::path sample, victim;
  Open open;
  Covered covered = Covered::no;
  Shortened shortened = Shortened::never;
};

namespace detail {

inline bool alike(const std::vector<float>& a, const std::vector<float>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && !(std::isnan(a[i]) && std::isnan(b[i]))) return false;
  }
  return true;
}

inline int64_t cases_per_file() {
  const char* text = std::getenv("RILL_DAMAGE_CASES");
  return text ? std::atoll(text) : 240;
}

}  // namespace detail

inline void expect_no_fault(const SandboxReport& report, const std::string& name) {
  std::printf("%s: %lld the same or right, %lld refused, %lld faults\n", name.c_str(),
              static_cast<long long>(report.fine), static_cast<long long>(report.refused),
              static_cast<long long>(report.num_faults));
  std::string faults;
  for (const auto& fault : report.faults) faults += fault + "\n";
  EXPECT_EQ(report.num_faults, 0) << faults;
  EXPECT_GT(report.fine + report.refused, 0);
}

// An error or the same result, never a crash, a hang or a flood of memory.
inline void sweep(const Sweep& s) {
  std::ifstream in(s.victim, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  ASSERT_FALSE(whole.empty());
  const auto size = static_cast<int64_t>(whole.size());
  const auto write = [&](const std::string& bytes) {
    std::ofstream(s.victim, std::ios::binary | std::ios::trunc) << bytes;
  };
  // Of each byte: cut before it, all of its bits, one of its bits.
  const int64_t all = 3 * size, wanted = detail::cases_per_file();
  int64_t stride = wanted == 0 ? 1 : std::max<int64_t>(1, all / wanted);
  if (stride % 3 == 0) ++stride;
  const auto place = [&](int64_t i) { return i * stride; };
  const auto describe = [&](int64_t i) {
    static const char* const kHow[] = {"cut at", "inverted byte", "flipped a bit of byte"};
    return str(s.name, ", ", kHow[place(i) % 3], " ", place(i) / 3, " of ", size);
  };
  // Opened within the child: the parent must not start threads.
  std::optional<std::vector<float>> expected;
  const auto run = [&](int64_t i) {
    if (!expected) {
      write(whole);
      try {
        expected = s.open(s.sample);
      } catch (const Error& e) {
        throw InternalError(str("does not open undamaged: ", e.what()));
      }
    }
    const int64_t kind = place(i) % 3;
    const auto at = static_cast<size_t>(place(i) / 3);
    std::string bytes = whole;
    if (kind == 0) bytes.resize(at);
    if (kind == 1) bytes[at] = static_cast<char>(~bytes[at]);
    if (kind == 2) bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
    write(bytes);
    const std::vector<float> got = s.open(s.sample);
    const bool same = kind == 0 ? s.shortened == Shortened::never : s.covered == Covered::yes;
    if (same && !detail::alike(got, *expected)) throw InternalError("another result");
  };
  expect_no_fault(run_sandboxed((all + stride - 1) / stride, run, describe), s.name);
}

}  // namespace rill::test
