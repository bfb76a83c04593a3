#include "formats/checkpoint/checkpoint_state.h"

#include <charconv>

#include "base/fail.h"
#include "codec/atomic_file.h"
#include "codec/json.h"
#include "codec/mapped_file.h"
#include "formats/checkpoint/checkpoint_source.h"

namespace rill::formats {

namespace fs = std::filesystem;

namespace {

// Fields of protobuf's text format: name, colon, a string or a number; '#' begins a comment.
class StateParser {
 public:
  StateParser(std::string_view text, const std::string& what) : text_(text), what_(what) {}

  CheckpointState run() {
    CheckpointState state;
    for (skip(); at_ < text_.size(); skip()) {
      const std::string key = word();
      skip();
      if (peek() != ':') error("':' was expected");
      ++at_;
      skip();
      if (key == "model_checkpoint_path") {
        state.newest = string();
      } else if (key == "all_model_checkpoint_paths") {
        state.all.push_back(string());
      } else if (key == "all_model_checkpoint_timestamps") {
        state.timestamps.push_back(number());
      } else if (key == "last_preserved_timestamp") {
        state.last_preserved = number();
      } else {
        error(str("the field ", quoted(key), " is not known"));
      }
    }
    return state;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (std::string_view(" \t\r\n;,").find(text_[at_]) != std::string_view::npos) {
        ++at_;
      } else {
        return;
      }
    }
  }

  std::string word() {
    const size_t begin = at_;
    while ((peek() >= 'a' && peek() <= 'z') || peek() == '_') ++at_;
    if (at_ == begin) error("the name of a field was expected");
    return std::string(text_.substr(begin, at_ - begin));
  }

  // Strings that follow one another are one.
  std::string string() {
    if (peek() != '"' && peek() != '\'') error("a string was expected");
    std::string out;
    while (peek() == '"' || peek() == '\'') {
      const char quote = text_[at_++];
      while (peek() != quote) {
        if (at_ >= text_.size() || peek() == '\n') error("a string does not end");
        out += peek() == '\\' ? escape() : text_[at_++];
      }
      ++at_;
      skip();
    }
    return out;
  }

  char escape() {
    ++at_;
    const char c = peek();
    ++at_;
    switch (c) {
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case '\\':
      case '\'':
      case '"':
      case '?':
        return c;
      case 'x':
      case 'X':
        return code(2, 16);
      default:
        break;
    }
    if (c < '0' || c > '7') error("an escape that does not exist");
    --at_;
    return code(3, 8);
  }

  char code(size_t most, int base) {
    const std::string_view digits = text_.substr(std::min(at_, text_.size()), most);
    unsigned value = 0;
    const auto [end, status] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (status != std::errc()) error("an escape that does not exist");
    at_ += static_cast<size_t>(end - digits.data());
    return static_cast<char>(value);
  }

  double number() {
    double value = 0;
    const auto [end, status] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (status != std::errc()) error("a number was expected");
    at_ = static_cast<size_t>(end - text_.data());
    return value;
  }

  [[noreturn]] void error(std::string_view problem) const {
    fail(Code::data_loss, what_, ": at offset ", std::min(at_, text_.size()), ": ", problem);
  }

  std::string_view text_;
  const std::string& what_;
  size_t at_ = 0;
};

// As protobuf's text format writes strings: octal escapes for all that is not printable ASCII.
std::string text_literal(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\' || c == '\'') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (u < 0x20 || u >= 0x7f) {
      out += '\\';
      for (int shift = 6; shift >= 0; shift -= 3) out += static_cast<char>('0' + (u >> shift & 7));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string relative_to(const fs::path& folder, const std::string& path) {
  const fs::path given(path);
  if (given.parent_path() == folder) return given.filename().string();
  return path;
}

}  // namespace

CheckpointState read_checkpoint_state(const fs::path& folder, const std::string& file_name) {
  const fs::path path = folder / file_name;
  const auto file = MappedFile::open(path);
  const std::string what = path.string();
  return StateParser(text_of(file->bytes()), what).run();
}

void write_checkpoint_state(const fs::path& folder, CheckpointState state,
                            const std::string& file_name) {
  if (state.all.empty() || state.all.back() != state.newest) state.all.push_back(state.newest);
  std::string out =
      str("model_checkpoint_path: ", text_literal(relative_to(folder, state.newest)), "\n");
  for (const std::string& one : state.all) {
    out += str("all_model_checkpoint_paths: ", text_literal(relative_to(folder, one)), "\n");
  }
  for (const double time : state.timestamps) {
    out += str("all_model_checkpoint_timestamps: ", python_float(time), "\n");
  }
  if (state.last_preserved) {
    out += str("last_preserved_timestamp: ", python_float(*state.last_preserved), "\n");
  }
  write_file(folder / file_name, out);
}

std::optional<fs::path> latest_checkpoint(const fs::path& folder, const std::string& file_name) {
  try {
    const CheckpointState state = read_checkpoint_state(folder, file_name);
    if (state.newest.empty()) return std::nullopt;
    const fs::path prefix = folder / state.newest;  // an absolute path replaces the folder
    if (checkpoint_exists(prefix)) return prefix;
  } catch (const Error&) {
  }
  return std::nullopt;
}

}  // namespace rill::formats
