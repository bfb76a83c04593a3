// Pattern -> syntax tree -> program.
#include <algorithm>
#include <memory>

#include "base/fail.h"
#include "ops/regex.h"

namespace rill {
namespace {

using Range = Regex::Range;
using Ranges = std::vector<Range>;
using Op = Regex::Op;

constexpr uint32_t kLastRune = 0x10FFFF;
constexpr int kMostDepth = 200;
constexpr int kMostRepeats = 1000;
constexpr size_t kMostInstructions = 100000;

struct Tree {
  enum class Kind : uint8_t { empty, set, assertion, cat, alt, repeat, group };
  Kind kind = Kind::empty;
  Ranges ranges;               // set
  Op assertion = Op::match;    // assertion
  std::vector<Tree> children;  // cat, alt; repeat and group have one
  int least = 0, most = -1;    // repeat; most -1: no limit
  bool greedy = true;
  int group = 0;  // 0: does not capture
};

struct Flags {
  bool fold = false;
  bool lines = false;
  bool dot_all = false;
  bool lazy = false;
};

void normalize(Ranges& r) {
  std::sort(r.begin(), r.end(), [](Range a, Range b) { return a.first < b.first; });
  Ranges out;
  for (const Range& x : r) {
    if (!out.empty() && x.first <= out.back().last + 1) {
      out.back().last = std::max(out.back().last, x.last);
    } else {
      out.push_back(x);
    }
  }
  r = std::move(out);
}

Ranges negated(Ranges r) {
  normalize(r);
  Ranges out;
  uint32_t next = 0;
  for (const Range& x : r) {
    if (x.first > next) out.push_back({next, x.first - 1});
    next = x.last + 1;
  }
  if (next <= kLastRune) out.push_back({next, kLastRune});
  return out;
}

void fold_case(Ranges& r) {
  const size_t n = r.size();
  for (size_t i = 0; i < n; ++i) {
    for (uint32_t c = 'a'; c <= 'z'; ++c) {
      const uint32_t upper = c - 32;
      if (r[i].first <= c && c <= r[i].last) r.push_back({upper, upper});
      if (r[i].first <= upper && upper <= r[i].last) r.push_back({c, c});
    }
  }
}

struct NamedClass {
  std::string_view name;
  std::string_view pairs;  // first and last, in turn
};
constexpr NamedClass kPosix[] = {{"alnum", "09AZaz"},
                                 {"alpha", "AZaz"},
                                 {"ascii", std::string_view("\0\x7f", 2)},
                                 {"blank", "\t\t  "},
                                 {"cntrl", std::string_view("\0\x1f\x7f\x7f", 4)},
                                 {"digit", "09"},
                                 {"graph", "!~"},
                                 {"lower", "az"},
                                 {"print", " ~"},
                                 {"punct", "!/:@[`{~"},
                                 {"space", "\t\r  "},
                                 {"upper", "AZ"},
                                 {"word", "09AZaz__"},
                                 {"xdigit", "09AFaf"}};

Ranges pairs(std::string_view text) {
  Ranges r;
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    r.push_back({static_cast<uint8_t>(text[i]), static_cast<uint8_t>(text[i + 1])});
  }
  return r;
}

class Parser {
 public:
  explicit Parser(std::string_view pattern) : text_(pattern) {}

  Tree parse() {
    Tree tree = alternatives(0);
    if (at_ < text_.size()) bad("unexpected )");
    return tree;
  }
  int groups() const { return groups_; }

 private:
  [[noreturn]] void bad(std::string_view what) const {
    fail(Code::invalid_argument, "Invalid pattern: ", std::string(text_), ", error: ", what);
  }
  bool more() const { return at_ < text_.size(); }
  char peek() const { return text_[at_]; }
  bool take(std::string_view what) {
    if (text_.substr(at_, what.size()) != what) return false;
    at_ += what.size();
    return true;
  }

  uint32_t rune() {
    const auto lead = static_cast<uint8_t>(text_[at_]);
    const size_t n = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (at_ + n > text_.size()) bad("invalid UTF-8");
    uint32_t c = n == 1 ? lead : lead & (0xFFU >> (n + 1));
    for (size_t k = 1; k < n; ++k) c = (c << 6) | (static_cast<uint8_t>(text_[at_ + k]) & 0x3FU);
    at_ += n;
    return c;
  }

  Tree set(Ranges r) const {
    Tree t;
    t.kind = Tree::Kind::set;
    if (flags_.fold) fold_case(r);
    normalize(r);
    t.ranges = std::move(r);
    return t;
  }
  static Tree assertion(Op op) {
    Tree t;
    t.kind = Tree::Kind::assertion;
    t.assertion = op;
    return t;
  }

  Tree alternatives(int depth) {
    if (depth > kMostDepth) bad("nested too deeply");
    const Flags before = flags_;
    Tree alt;
    alt.kind = Tree::Kind::alt;
    alt.children.push_back(sequence(depth));
    while (take("|")) alt.children.push_back(sequence(depth));
    flags_ = before;
    return alt.children.size() == 1 ? std::move(alt.children[0]) : alt;
  }

  Tree sequence(int depth) {
    Tree cat;
    cat.kind = Tree::Kind::cat;
    while (more() && peek() != '|' && peek() != ')') {
      if (take("\\Q")) {
        while (more() && !take("\\E")) {
          const uint32_t c = rune();
          cat.children.push_back(set({{c, c}}));
        }
        continue;
      }
      cat.children.push_back(repeated(atom(depth)));
    }
    return cat;
  }

  // {n}, {n,}, {n,m}; anything else is text.
  bool counts(int& least, int& most) {
    const size_t before = at_;
    const auto number = [&](int& n) {
      const size_t start = at_;
      n = 0;
      while (more() && peek() >= '0' && peek() <= '9' && n <= kMostRepeats) {
        n = n * 10 + (text_[at_++] - '0');
      }
      return at_ > start;
    };
    if (take("{") && number(least)) {
      most = least;
      if (take(",")) {
        if (!number(most)) most = -1;
      }
      if (take("}")) {
        if (least > kMostRepeats || most > kMostRepeats || (most >= 0 && most < least)) {
          bad("bad repetition operator");
        }
        return true;
      }
    }
    at_ = before;
    return false;
  }

  Tree repeated(Tree what) {
    bool again = false;
    while (more()) {
      int least = 0, most = -1;
      if (take("*")) {
      } else if (take("+")) {
        least = 1;
      } else if (take("?")) {
        most = 1;
      } else if (!counts(least, most)) {
        break;
      }
      if (again) bad("bad repetition operator");
      again = true;
      const bool lazy = take("?");
      Tree repeat;
      repeat.kind = Tree::Kind::repeat;
      repeat.least = least;
      repeat.most = most;
      repeat.greedy = lazy == flags_.lazy;
      repeat.children.push_back(std::move(what));
      what = std::move(repeat);
    }
    return what;
  }

  Tree atom(int depth) {
    if (take("(")) return parenthesis(depth);
    if (take("[")) return bracket();
    if (take(".")) return set(flags_.dot_all ? Ranges{{0, kLastRune}} : negated({{'\n', '\n'}}));
    if (take("^")) return assertion(flags_.lines ? Op::begin_line : Op::begin_text);
    if (take("$")) return assertion(flags_.lines ? Op::end_line : Op::end_text);
    if (take("\\A")) return assertion(Op::begin_text);
    if (take("\\z")) return assertion(Op::end_text);
    if (take("\\b")) return assertion(Op::word_edge);
    if (take("\\B")) return assertion(Op::no_word_edge);
    if (peek() == '*' || peek() == '+' || peek() == '?') {
      bad(str("no argument for repetition operator: ", peek()));
    }
    Ranges r;
    if (!(peek() == '\\' && class_escape(r))) {
      const uint32_t c = character();
      r = {{c, c}};
    }
    return set(std::move(r));
  }

  Tree parenthesis(int depth) {
    Tree group;
    group.kind = Tree::Kind::group;
    const Flags before = flags_;
    if (take("?P<") || take("?<")) {
      const size_t end = text_.find('>', at_);
      if (end == std::string_view::npos || end == at_) bad("invalid named capture group");
      at_ = end + 1;
      group.group = ++groups_;
    } else if (take("?")) {
      bool on = true;
      while (more() && peek() != ':' && peek() != ')') {
        switch (text_[at_++]) {
          case '-':
            on = false;
            break;
          case 'i':
            flags_.fold = on;
            break;
          case 'm':
            flags_.lines = on;
            break;
          case 's':
            flags_.dot_all = on;
            break;
          case 'U':
            flags_.lazy = on;
            break;
          default:
            bad("invalid perl operator");
        }
      }
      // Flags alone hold to the end of the group around.
      if (take(")")) return Tree{};
      if (!take(":")) bad("missing )");
    } else {
      group.group = ++groups_;
    }
    group.children.push_back(alternatives(depth + 1));
    if (!take(")")) bad(str("missing ): ", std::string(text_)));
    flags_ = before;
    return group;
  }

  // \d, \w, \s and their opposites, \pL and \pN.
  bool class_escape(Ranges& out) {
    if (at_ + 1 >= text_.size()) bad("trailing \\");
    Ranges r;
    bool invert = false;
    switch (text_[at_ + 1]) {
      case 'D':
        invert = true;
        [[fallthrough]];
      case 'd':
        r = pairs("09");
        break;
      case 'W':
        invert = true;
        [[fallthrough]];
      case 'w':
        r = pairs("09AZaz__");
        break;
      case 'S':
        invert = true;
        [[fallthrough]];
      case 's':
        r = pairs("\t\n\f\r  ");
        break;
      case 'p':
      case 'P':
        bad("character classes by Unicode property are not supported");
      default:
        return false;
    }
    at_ += 2;
    if (invert) r = negated(std::move(r));
    out.insert(out.end(), r.begin(), r.end());
    return true;
  }

  uint32_t hex() {
    uint32_t c = 0;
    const bool braces = take("{");
    int digits = 0;
    for (; more() && (braces || digits < 2); ++digits, ++at_) {
      const char d = peek();
      const int v = d >= '0' && d <= '9'   ? d - '0'
                    : d >= 'a' && d <= 'f' ? d - 'a' + 10
                    : d >= 'A' && d <= 'F' ? d - 'A' + 10
                                           : -1;
      if (v < 0) break;
      c = c * 16 + static_cast<uint32_t>(v);
      if (c > kLastRune) bad("invalid escape sequence");
    }
    if (digits == 0 || (!braces && digits != 2) || (braces && !take("}"))) {
      bad("invalid escape sequence: \\x");
    }
    return c;
  }

  // One character, escaped or not.
  uint32_t character() {
    if (!take("\\")) return rune();
    if (!more()) bad("trailing \\");
    const char c = peek();
    const auto byte = static_cast<uint8_t>(c);
    if (byte >= 0x80) return rune();
    ++at_;
    switch (c) {
      case 'a':
        return 7;
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'v':
        return '\v';
      case 'x':
        return hex();
      default:
        break;
    }
    if (c >= '0' && c <= '7' && (c == '0' || (more() && peek() >= '0' && peek() <= '7'))) {
      uint32_t value = static_cast<uint32_t>(c - '0');
      for (int k = 0; k < 2 && more() && peek() >= '0' && peek() <= '7'; ++k) {
        value = value * 8 + static_cast<uint32_t>(text_[at_++] - '0');
      }
      return value;
    }
    const bool letter = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (letter) bad(str("invalid escape sequence: \\", c));
    return byte;
  }

  bool posix(Ranges& out) {
    if (text_.substr(at_, 2) != "[:") return false;
    const size_t end = text_.find(":]", at_ + 2);
    if (end == std::string_view::npos) return false;
    std::string_view name = text_.substr(at_ + 2, end - at_ - 2);
    const bool invert = name.starts_with('^');
    if (invert) name.remove_prefix(1);
    for (const NamedClass& known : kPosix) {
      if (known.name != name) continue;
      Ranges r = pairs(known.pairs);
      if (invert) r = negated(std::move(r));
      out.insert(out.end(), r.begin(), r.end());
      at_ = end + 2;
      return true;
    }
    bad("invalid character class range");
  }

  Tree bracket() {
    const size_t start = at_ - 1;
    const bool invert = take("^");
    Ranges r;
    for (bool first = true; first || !more() || peek() != ']'; first = false) {
      if (!more()) bad(str("missing ]: ", std::string(text_.substr(start))));
      if (posix(r) || (peek() == '\\' && class_escape(r))) continue;
      const uint32_t low = character();
      uint32_t high = low;
      if (at_ + 1 < text_.size() && peek() == '-' && text_[at_ + 1] != ']') {
        ++at_;
        high = character();
        if (high < low) bad("invalid character class range");
      }
      r.push_back({low, high});
    }
    ++at_;
    if (flags_.fold) fold_case(r);
    return set(invert ? negated(std::move(r)) : std::move(r));
  }

  std::string_view text_;
  size_t at_ = 0;
  Flags flags_;
  int groups_ = 0;
};

class Emitter {
 public:
  explicit Emitter(std::vector<Regex::Instruction>& program) : program_(program) {}

  void emit(const Tree& t) {
    if (program_.size() > kMostInstructions) {
      fail(Code::invalid_argument,
           "Invalid pattern: it is too large when its repetitions are "
           "written out");
    }
    switch (t.kind) {
      case Tree::Kind::empty:
        return;
      case Tree::Kind::set:
        program_.push_back({Op::set, 0, 0, t.ranges});
        return;
      case Tree::Kind::assertion:
        program_.push_back({t.assertion});
        return;
      case Tree::Kind::cat:
        for (const Tree& child : t.children) emit(child);
        return;
      case Tree::Kind::alt:
        return emit_alternatives(t);
      case Tree::Kind::repeat:
        return emit_repeat(t);
      case Tree::Kind::group:
        if (t.group > 0) program_.push_back({Op::save, 2 * t.group});
        emit(t.children[0]);
        if (t.group > 0) program_.push_back({Op::save, 2 * t.group + 1});
    }
  }

 private:
  int here() const { return static_cast<int>(program_.size()); }
  int reserve(Op op) {
    program_.push_back({op});
    return here() - 1;
  }
  // A split at `i` that prefers to go on (greedy) or to leave for `out`.
  void set_split(int i, int next, int out, bool greedy) {
    program_[static_cast<size_t>(i)].x = greedy ? next : out;
    program_[static_cast<size_t>(i)].y = greedy ? out : next;
  }

  void emit_alternatives(const Tree& t) {
    std::vector<int> jumps;
    for (size_t i = 0; i < t.children.size(); ++i) {
      const bool last = i + 1 == t.children.size();
      const int split = last ? -1 : reserve(Op::split);
      emit(t.children[i]);
      if (last) break;
      jumps.push_back(reserve(Op::jump));
      set_split(split, split + 1, here(), true);
    }
    for (const int j : jumps) program_[static_cast<size_t>(j)].x = here();
  }

  void emit_repeat(const Tree& t) {
    for (int i = 0; i < t.least; ++i) emit(t.children[0]);
    if (t.most < 0) {
      const int split = reserve(Op::split);
      emit(t.children[0]);
      program_.push_back({Op::jump, split});
      set_split(split, split + 1, here(), t.greedy);
      return;
    }
    std::vector<int> splits;
    for (int i = t.least; i < t.most; ++i) {
      splits.push_back(reserve(Op::split));
      emit(t.children[0]);
    }
    for (const int s : splits) set_split(s, s + 1, here(), t.greedy);
  }

  std::vector<Regex::Instruction>& program_;
};

}  // namespace

std::vector<Regex::Instruction> compile_regex(std::string_view pattern, int& groups) {
  Parser parser(pattern);
  const Tree tree = parser.parse();
  groups = parser.groups();
  std::vector<Regex::Instruction> program;
  program.push_back({Op::save, 0});
  Emitter(program).emit(tree);
  program.push_back({Op::save, 1});
  program.push_back({Op::match});
  return program;
}

}  // namespace rill
