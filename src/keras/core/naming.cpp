#include "keras/core/naming.h"

#include <cxxabi.h>

#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "base/ascii.h"
#include "rill/keras/layer.hpp"

namespace rill::keras {
namespace {

struct Counters {
  std::mutex mutex;
  std::map<std::string, int, std::less<>> used;
};
Counters& counters() {
  static Counters& made = *new Counters();
  return made;
}

}  // namespace

std::string to_snake_case(std::string_view name) {
  std::string word;
  for (char c : name) {
    if (ascii::is_alnum(c) || c == '_') word.push_back(c);
  }
  // "(.)([A-Z][a-z]+)" -> "\1_\2": an underscore before a capital that small letters follow. The
  // character before it must not belong to the match before.
  std::string first;
  size_t i = 0;
  while (i < word.size()) {
    if (i + 2 < word.size() && ascii::is_upper(word[i + 1]) && ascii::is_lower(word[i + 2])) {
      first.push_back(word[i]);
      first.push_back('_');
      first.push_back(word[i + 1]);
      i += 2;
      while (i < word.size() && ascii::is_lower(word[i])) first.push_back(word[i++]);
    } else {
      first.push_back(word[i++]);
    }
  }
  // "([a-z])([A-Z])" -> "\1_\2".
  std::string out;
  for (size_t k = 0; k < first.size(); ++k) {
    if (k > 0 && ascii::is_lower(first[k - 1]) && ascii::is_upper(first[k])) out.push_back('_');
    out.push_back(ascii::lower(first[k]));
  }
  return out;
}

std::string to_camel_case(std::string_view name) {
  std::string out;
  bool capital = true;
  for (char c : name) {
    if (c == '_') {
      capital = true;
      continue;
    }
    out.push_back(capital ? ascii::upper(c) : c);
    capital = false;
  }
  return out;
}

std::string unique_layer_name(std::string_view class_name) {
  const std::string base = to_snake_case(class_name);
  Counters& all = counters();
  std::lock_guard lock(all.mutex);
  const int count = all.used[base]++;
  return count == 0 ? base : base + "_" + std::to_string(count);
}

std::vector<std::string> told_apart(std::vector<std::string> names) {
  std::set<std::string> used;
  for (std::string& name : names) {
    const std::string base = name;
    for (int n = 1; !used.insert(name).second; ++n) name = base + "_" + std::to_string(n);
  }
  return names;
}

void clear_session() {
  Counters& all = counters();
  std::lock_guard lock(all.mutex);
  all.used.clear();
}

std::string type_name_of(const char* mangled) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(
      abi::__cxa_demangle(mangled, nullptr, nullptr, &status), std::free);
  std::string name = status == 0 ? text.get() : mangled;
  const size_t colon = name.rfind("::");
  return colon == std::string::npos ? name : name.substr(colon + 2);
}

}  // namespace rill::keras
