#include "judge.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>

#include "base/str.h"

namespace rill::conformance {
namespace {

using Numbers = std::vector<std::complex<double>>;

Numbers values_of(const Tensor& t, bool as_bfloat16) {
  const auto n = static_cast<size_t>(t.size());
  Numbers out(n);
  for (size_t i = 0; i < n; ++i) {
    if (as_bfloat16) {
      bfloat16 b;
      b.bits = t.data<uint16_t>()[i];
      out[i] = static_cast<double>(static_cast<float>(b));
    } else if (t.dtype() == DType::complex64) {
      out[i] = t.data<std::complex<float>>()[i];
    } else if (t.dtype() == DType::complex128) {
      out[i] = t.data<std::complex<double>>()[i];
    } else {
      out[i] = detail::item_as_double(t, static_cast<int64_t>(i));
    }
  }
  return out;
}

bool whole(DType d) { return is_integer(d) || d == DType::bool_; }

std::string count_differences(const Numbers& e, const Numbers& a, double rtol, double atol,
                              bool exact) {
  size_t bad = 0;
  size_t first = 0;
  for (size_t i = 0; i < e.size(); ++i) {
    const bool both_nan = e[i] != e[i] && a[i] != a[i];  // also beside an infinite part
    const double d = std::abs(e[i] - a[i]);
    const bool near = !exact && std::isfinite(d) && d <= atol + rtol * std::abs(e[i]);
    if (e[i] == a[i] || both_nan || near) continue;
    if (bad++ == 0) first = i;
  }
  if (bad == 0) return "";
  return str(bad, " of ", e.size(), " values differ; first at ", first, ": expected ",
             e[first].real(), ", got ", a[first].real());
}

std::string compare(const Json& test, const Json& fetch, const Tensor& expected,
                    const Tensor& actual) {
  const std::string how = test.value<std::string>("compare", "close");
  if (how != "stat" && !(expected.shape() == actual.shape())) {
    return str("shape ", actual.shape(), ", expected ", expected.shape());
  }
  if (how == "shape_dtype") {
    return expected.dtype() == actual.dtype()
               ? ""
               : str("dtype ", actual.dtype(), ", expected ", expected.dtype());
  }
  const std::string dtype = fetch.value<std::string>("dtype", "");
  if (dtype.starts_with("float8")) {
    return expected.bytes() == actual.bytes() &&
                   std::memcmp(expected.raw(), actual.raw(), expected.bytes()) == 0
               ? ""
               : "raw bytes differ";
  }
  const bool bf16 = dtype == "bfloat16" && expected.dtype() == DType::uint16;
  if (bf16 && actual.dtype() != DType::uint16) return str("dtype ", actual.dtype());
  Numbers e = values_of(expected, bf16);
  Numbers a = values_of(actual, bf16);
  const double rtol = test.value("rtol", 1e-5);
  const double atol = test.value("atol", 1e-6);
  if (how == "stat") {
    const Json& stats = test.at("stats");
    double mean = 0;
    double square = 0;
    for (const auto& v : a) mean += v.real() / static_cast<double>(a.size());
    for (const auto& v : a) {
      square += (v.real() - mean) * (v.real() - mean) / static_cast<double>(a.size());
    }
    const double std = stats.at("std").as_double();
    const double n = std::max(1.0, stats.at("n").as_double());
    if (std::abs(mean - stats.at("mean").as_double()) > 12 * std / std::sqrt(n) + 1e-6) {
      return str("mean ", mean);
    }
    return std::abs(std::sqrt(square) - std) > 0.05 * std + 1e-6
               ? str("standard deviation ", std::sqrt(square))
               : "";
  }
  if (how == "close_abs") {
    for (auto& v : e) v = std::abs(v);
    for (auto& v : a) v = std::abs(v);
  }
  if (how == "permutation") {
    const auto less = [](const auto& x, const auto& y) { return x.real() < y.real(); };
    std::sort(e.begin(), e.end(), less);
    std::sort(a.begin(), a.end(), less);
  }
  const bool exact = whole(expected.dtype()) && whole(actual.dtype()) && !bf16 && atol < 1;
  return count_differences(e, a, rtol, atol, exact);
}

std::string compare_strings(const Json& fetch, const Json& result) {
  const Json* all = result.find("strings");
  const Json* got = all ? all->find(fetch.at("key").as_string()) : nullptr;
  if (got == nullptr) return "missing";
  return *got == fetch.at("strings") ? "" : "strings differ";
}

std::string trimmed(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.pop_back();
  return text;
}

void compare_numbers(const Json& test, const Json& result, const char* key, std::string& out) {
  const Json* wanted = test.find(key);
  if (wanted == nullptr) return;
  const Json* got = result.find(key);
  for (const auto& [name, value] : wanted->as_object()) {
    const Json* mine = got ? got->find(name) : nullptr;
    if (mine == nullptr) {
      out += str(key, ".", name, " is missing; ");
      continue;
    }
    const auto list = [](const Json& v) {
      Numbers numbers;
      if (v.is_number()) numbers.emplace_back(v.as_double());
      if (v.is_array()) {
        for (const Json& x : v.as_array()) numbers.emplace_back(x.as_double());
      }
      return numbers;
    };
    const Numbers e = list(value);
    const Numbers a = list(*mine);
    const std::string d = e.size() != a.size() ? "another length"
                                               : count_differences(e, a, test.value("rtol", 1e-5),
                                                                   test.value("atol", 1e-6), false);
    if (!d.empty()) out += str(key, ".", name, ": ", d, "; ");
  }
}

std::string differences(const Json& test, const Answer& answer,
                        const std::map<std::string, Tensor>& expected) {
  std::string out;
  compare_numbers(test, answer.result, "history", out);
  compare_numbers(test, answer.result, "evaluate", out);
  if (const Json* summary = test.find("summary")) {
    if (trimmed(answer.result.value<std::string>("summary", "")) != trimmed(summary->as_string())) {
      out += "the summary differs; ";
    }
  }
  if (const Json* children = test.find("children")) {
    const Json* got = answer.result.find("children");
    if (got == nullptr || !(*got == *children)) out += "object paths differ; ";
  }
  for (const Json& step : test.at("steps").as_array()) {
    for (const Json& fetch : step.at("fetches").as_array()) {
      if (fetch.value("none", false)) continue;
      const std::string& name = fetch.at("tensor").as_string();
      std::string d;
      if (fetch.value<std::string>("dtype", "") == "string") {
        d = compare_strings(fetch, answer.result);
      } else {
        const std::string& key = fetch.at("key").as_string();
        const auto got = std::find_if(answer.arrays.begin(), answer.arrays.end(),
                                      [&](const auto& a) { return a.first == key; });
        const auto wanted = expected.find(key);
        d = got == answer.arrays.end() || wanted == expected.end()
                ? "missing"
                : compare(test, fetch, wanted->second, got->second);
      }
      if (!d.empty()) out += str(name, ": ", d, "; ");
    }
  }
  return out;
}

struct Counts {
  int n[4] = {0, 0, 0, 0};
  void add(Verdict v) { ++n[static_cast<size_t>(v)]; }
  int all() const { return n[0] + n[1] + n[2] + n[3]; }
};

std::string table(const std::map<std::string, Counts>& rows, const char* title) {
  std::string out =
      str("| ", title, " | passed | failed | unsupported |\n| --- | --- | --- | --- |\n");
  for (const auto& [name, c] : rows) {
    append_to(out, str("| ", name, " | ", c.n[0], " | ", c.n[1] + c.n[2], " | ", c.n[3], " |\n"));
  }
  return out;
}

}  // namespace

Judgement judge(const Json& test, const Answer& answer,
                const std::map<std::string, Tensor>& expected) {
  Judgement out;
  out.name = test.at("name").as_string();
  out.pack = out.name.substr(0, out.name.rfind('/'));
  out.op = test.value<std::string>("op", "?");
  const std::string status = answer.result.at("status").as_string();
  const std::string message = answer.result.value<std::string>("message", "");
  const bool error_wanted = test.value<std::string>("expect", "ok") == "error";
  if (status == "unsupported") {
    out.verdict = Verdict::unsupported;
    out.message = message;
  } else if (error_wanted) {
    out.verdict = status == "error" ? Verdict::pass : Verdict::fail;
    if (status != "error") out.message = "an error was expected";
  } else if (status == "error") {
    out.verdict = Verdict::error;
    out.message = message;
  } else {
    out.message = differences(test, answer, expected);
    out.verdict = out.message.empty() ? Verdict::pass : Verdict::fail;
  }
  return out;
}

std::string coverage(const std::vector<Judgement>& judgements) {
  std::map<std::string, Counts> packs;
  std::map<std::string, Counts> ops;
  Counts total;
  for (const Judgement& j : judgements) {
    packs[j.pack].add(j.verdict);
    ops[j.op].add(j.verdict);
    total.add(j.verdict);
  }
  return str("Passed ", total.n[0], " of ", total.all(), " cases; ", total.n[1] + total.n[2],
             " failed, ", total.n[3], " unsupported.\n\n## By pack\n\n", table(packs, "pack"),
             "\n## By op, layer or format\n\n", table(ops, "what"));
}

}  // namespace rill::conformance
