#include "ops/regex.h"

#include <algorithm>

#include "base/fail.h"

namespace rill {
namespace {

struct Rune {
  uint32_t value;
  size_t bytes;
};

// Bytes that are not UTF-8 count as the replacement character, as in RE2.
Rune rune_at(std::string_view text, size_t at) {
  const auto lead = static_cast<uint8_t>(text[at]);
  if (lead < 0x80) return {lead, 1};
  const size_t n = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (n == 1 || at + n > text.size()) return {0xFFFD, 1};
  uint32_t c = lead & (0xFFU >> (n + 1));
  for (size_t k = 1; k < n; ++k) {
    const auto byte = static_cast<uint8_t>(text[at + k]);
    if ((byte & 0xC0U) != 0x80U) return {0xFFFD, 1};
    c = (c << 6) | (byte & 0x3FU);
  }
  return {c, n};
}

bool is_word(std::string_view text, int64_t at) {
  if (at < 0 || at >= static_cast<int64_t>(text.size())) return false;
  const char c = text[static_cast<size_t>(at)];
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

bool contains(const std::vector<Regex::Range>& ranges, uint32_t c) {
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), c,
                       [](uint32_t v, const Regex::Range& r) { return v < r.first; });
  return after != ranges.begin() && c <= (after - 1)->last;
}

bool holds(Regex::Op op, std::string_view text, size_t at) {
  const auto i = static_cast<int64_t>(at);
  const bool edge = is_word(text, i - 1) != is_word(text, i);
  switch (op) {
    case Regex::Op::begin_text:
      return at == 0;
    case Regex::Op::end_text:
      return at == text.size();
    case Regex::Op::begin_line:
      return at == 0 || text[at - 1] == '\n';
    case Regex::Op::end_line:
      return at == text.size() || text[at] == '\n';
    case Regex::Op::word_edge:
      return edge;
    default:
      return !edge;
  }
}

}  // namespace

Regex::Regex(std::string_view pattern) : program_(compile_regex(pattern, groups_)) {}

// All ways through the program at once, one step a character; the order of the threads is their
// priority (Pike; Russ Cox, "Regular Expression Matching: the Virtual Machine Approach").
struct Regex::Machine {
  struct Thread {
    int pc;
    std::vector<int64_t> slots;
  };
  const std::vector<Instruction>& program;
  std::string_view text;
  std::vector<size_t> seen;  // the step at which an instruction was last reached, plus one
  std::vector<Thread> stack;

  // Follows everything that consumes nothing, in order of priority.
  void add(std::vector<Thread>& list, Thread first, size_t at) {
    stack.push_back(std::move(first));
    while (!stack.empty()) {
      Thread t = std::move(stack.back());
      stack.pop_back();
      if (seen[static_cast<size_t>(t.pc)] == at + 1) continue;
      seen[static_cast<size_t>(t.pc)] = at + 1;
      const Instruction& i = program[static_cast<size_t>(t.pc)];
      switch (i.op) {
        case Op::jump:
          t.pc = i.x;
          stack.push_back(std::move(t));
          break;
        case Op::split:
          stack.push_back({i.y, t.slots});
          t.pc = i.x;
          stack.push_back(std::move(t));
          break;
        case Op::save:
          t.slots[static_cast<size_t>(i.x)] = static_cast<int64_t>(at);
          ++t.pc;
          stack.push_back(std::move(t));
          break;
        case Op::set:
        case Op::match:
          list.push_back(std::move(t));
          break;
        default:
          if (!holds(i.op, text, at)) break;
          ++t.pc;
          stack.push_back(std::move(t));
      }
    }
  }
};

bool Regex::run(std::string_view text, size_t from, bool whole,
                std::vector<int64_t>& groups) const {
  Machine machine{program_, text, std::vector<size_t>(program_.size(), 0), {}};
  std::vector<Machine::Thread> now, next;
  const std::vector<int64_t> blank(static_cast<size_t>(2 * groups_ + 2), -1);
  bool found = false;
  for (size_t at = from;;) {
    if (!found && (!whole || at == from)) machine.add(now, {0, blank}, at);
    if (now.empty() && (found || whole)) break;
    const bool end = at >= text.size();
    const Rune rune = end ? Rune{0, 1} : rune_at(text, at);
    for (Machine::Thread& t : now) {
      const Instruction& i = program_[static_cast<size_t>(t.pc)];
      if (i.op == Op::match) {
        if (whole && !end) continue;
        groups = t.slots;
        found = true;
        break;  // the rest has lower priority
      }
      if (!end && contains(i.ranges, rune.value)) {
        machine.add(next, {t.pc + 1, std::move(t.slots)}, at + rune.bytes);
      }
    }
    now.swap(next);
    next.clear();
    if (end) break;
    at += rune.bytes;
  }
  return found;
}

bool Regex::full_match(std::string_view text) const {
  std::vector<int64_t> groups;
  return run(text, 0, true, groups);
}

bool Regex::search(std::string_view text, size_t from, std::vector<int64_t>& groups) const {
  return run(text, from, false, groups);
}

std::string Regex::replace(std::string_view text, std::string_view rewrite, bool all) const {
  std::string out;
  std::vector<int64_t> groups;
  size_t at = 0;
  int64_t last_end = -1;
  const auto add_rewrite = [&] {
    for (size_t i = 0; i < rewrite.size(); ++i) {
      if (rewrite[i] != '\\') {
        out += rewrite[i];
        continue;
      }
      const char c = ++i < rewrite.size() ? rewrite[i] : '\0';
      if (c == '\\') {
        out += c;
        continue;
      }
      const int group = c - '0';
      if (group < 0 || group > 9 || group > groups_) {
        fail(Code::invalid_argument, "Invalid rewrite pattern: ", std::string(rewrite));
      }
      const int64_t begin = groups[static_cast<size_t>(2 * group)];
      const int64_t end = groups[static_cast<size_t>(2 * group + 1)];
      if (begin >= 0 && end >= begin) {
        out.append(text.substr(static_cast<size_t>(begin), static_cast<size_t>(end - begin)));
      }
    }
  };
  while (at <= text.size() && search(text, at, groups)) {
    out.append(text.substr(at, static_cast<size_t>(groups[0]) - at));
    at = static_cast<size_t>(groups[0]);
    if (groups[0] == groups[1] && groups[0] == last_end) {
      // No empty match right after a match: one character goes by.
      if (at >= text.size()) return out;
      const size_t n = rune_at(text, at).bytes;
      out.append(text.substr(at, n));
      at += n;
      continue;
    }
    add_rewrite();
    at = static_cast<size_t>(groups[1]);
    last_end = groups[1];
    if (!all) break;
  }
  if (at < text.size()) out.append(text.substr(at));
  return out;
}

}  // namespace rill
