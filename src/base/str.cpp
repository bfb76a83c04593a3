#include "base/str.h"

#include <algorithm>
#include <charconv>

#include "base/ascii.h"

namespace rill {

namespace {

template <typename T>
void append_chars(std::string& out, T number) {
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), number).ptr;
  out.append(buffer, end);
}

}  // namespace

void append_number(std::string& out, int64_t number) { append_chars(out, number); }
void append_number(std::string& out, uint64_t number) { append_chars(out, number); }
void append_number(std::string& out, float number) { append_chars(out, number); }
void append_number(std::string& out, double number) { append_chars(out, number); }

TextPart::TextPart(const char* text)
    : value_(text),
      append_([](std::string& out, const void* v) { out.append(static_cast<const char*>(v)); }) {}
TextPart::TextPart(const std::string& text)
    : value_(&text), append_([](std::string& out, const void* v) {
        out.append(*static_cast<const std::string*>(v));
      }) {}

TextPart::TextPart(const std::string_view& text)
    : value_(&text), append_([](std::string& out, const void* v) {
        out.append(*static_cast<const std::string_view*>(v));
      }) {}
TextPart::TextPart(const int& number)
    : value_(&number), append_([](std::string& out, const void* v) {
        append_to(out, *static_cast<const int*>(v));
      }) {}
TextPart::TextPart(const int64_t& number)
    : value_(&number), append_([](std::string& out, const void* v) {
        append_to(out, *static_cast<const int64_t*>(v));
      }) {}
TextPart::TextPart(const size_t& number)
    : value_(&number), append_([](std::string& out, const void* v) {
        append_to(out, *static_cast<const size_t*>(v));
      }) {}

std::string join(std::initializer_list<TextPart> parts) {
  std::string out;
  for (const TextPart& part : parts) part.append(out);
  return out;
}

namespace {

std::string escaped(std::string_view text, bool keep_lines) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 || byte == 0x7f) && !(keep_lines && c == '\n')) {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

std::string quoted(std::string_view text) {
  constexpr size_t kLongest = 200;
  return str("'", escaped(text.substr(0, kLongest), false), text.size() > kLongest ? "..." : "",
             "'");
}

std::string printable(std::string text) { return escaped(text, true); }

namespace {

// Levenshtein distance, abandoned once it must exceed `limit`.
size_t distance(std::string_view a, std::string_view b, size_t limit) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > limit) return limit + 1;
  std::vector<size_t> row(a.size() + 1);
  for (size_t i = 0; i <= a.size(); ++i) row[i] = i;
  for (size_t j = 1; j <= b.size(); ++j) {
    size_t diagonal = row[0];
    row[0] = j;
    size_t best = row[0];
    for (size_t i = 1; i <= a.size(); ++i) {
      const size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[i];
      row[i] = std::min({change, row[i] + 1, row[i - 1] + 1});
      best = std::min(best, row[i]);
    }
    if (best > limit) return limit + 1;
  }
  return row[a.size()];
}

// All words of `name`, in their order, are words of `candidate`: "sparse_crossentropy" for
// "sparse_categorical_crossentropy".
bool leaves_words_out(std::string_view name, std::string_view candidate) {
  if (name.find('_') == std::string_view::npos) return false;
  while (!candidate.empty()) {
    const std::string_view wanted = name.substr(0, name.find('_'));
    const std::string_view word = candidate.substr(0, candidate.find('_'));
    candidate.remove_prefix(std::min(candidate.size(), word.size() + 1));
    if (word == wanted) name.remove_prefix(std::min(name.size(), wanted.size() + 1));
    if (name.empty()) return true;
  }
  return false;
}

}  // namespace

std::string nearest(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string wanted = ascii::lower(std::string(name.substr(0, 200)));
  // Two of three letters say nothing.
  size_t limit = wanted.size() < 4 ? 1 : std::max<size_t>(2, wanted.size() / 3);
  std::string best;
  for (const std::string& candidate : candidates) {
    const size_t d = distance(wanted, ascii::lower(candidate.substr(0, 200)), limit);
    if (d <= limit && (best.empty() || d < limit)) {
      best = candidate;
      limit = d;
    }
  }
  for (const std::string& candidate : candidates) {
    if ((best.empty() || limit > 2) && leaves_words_out(wanted, ascii::lower(candidate)))
      return candidate;
  }
  if (!best.empty()) return best;
  // A name that is the tail or the head of exactly what was meant ("output" for "model/output").
  for (const std::string& candidate : candidates) {
    if (candidate.size() > name.size() && !name.empty() &&
        candidate.find(name) != std::string::npos) {
      return candidate;
    }
  }
  return "";
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string best = nearest(name, candidates);
  return best.empty() ? "" : str("; did you mean ", quoted(best), "?");
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace rill
