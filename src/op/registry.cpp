#include "op/registry.h"

#include <utility>

#include "base/fail.h"

namespace rill {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Takes "prefix(...)" apart; empty when the text is something else.
std::string_view inside(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix) || !text.ends_with(")")) return {};
  return trim(text.substr(prefix.size(), text.size() - prefix.size() - 1));
}

ArgDef parse_arg(const OpDef& def, std::string_view text) {
  ArgDef arg;
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    fail(Code::internal, "op signature '", def.signature, "': argument without a type");
  }
  arg.name = trim(text.substr(0, colon));
  std::string_view type = trim(text.substr(colon + 1));
  if (const auto ref = inside(type, "Ref("); !ref.empty()) {
    arg.is_ref = true;
    type = ref;
  }
  if (const auto list = inside(type, "list("); !list.empty()) {
    arg.type_list_attr = list;
    return arg;
  }
  if (const size_t star = type.find('*'); star != std::string_view::npos) {
    arg.number_attr = trim(type.substr(0, star));
    type = trim(type.substr(star + 1));
    if (const auto ref = inside(type, "Ref("); !ref.empty()) {
      arg.is_ref = true;
      type = ref;
    }
  }
  if (def.find_attr(type) != nullptr) {
    arg.type_attr = type;
    return arg;
  }
  arg.type = dtype_from_name(type);
  if (arg.type == DType::invalid) {
    fail(Code::internal, "op signature '", def.signature, "': '", std::string(type),
         "' is neither a dtype nor an attribute");
  }
  return arg;
}

std::vector<ArgDef> parse_args(const OpDef& def, std::string_view text) {
  std::vector<ArgDef> args;
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '(') ++depth;
    if (i < text.size() && text[i] == ')') --depth;
    if (i == text.size() || (text[i] == ',' && depth == 0)) {
      const std::string_view part = trim(text.substr(begin, i - begin));
      if (!part.empty()) args.push_back(parse_arg(def, part));
      begin = i + 1;
    }
  }
  return args;
}

void parse_signature(OpDef& def) {
  const std::string_view text = def.signature;
  const size_t open = text.find('(');
  const size_t arrow = text.find("->");
  if (open == std::string_view::npos || arrow == std::string_view::npos || open > arrow) {
    fail(Code::internal, "op signature '", def.signature, "' is not 'Name(...) -> (...)'");
  }
  def.name = trim(text.substr(0, open));
  def.inputs = parse_args(def, inside(trim(text.substr(open, arrow - open)), "("));
  def.outputs = parse_args(def, inside(trim(text.substr(arrow + 2)), "("));
}

OpRegistry& registry() {
  static OpRegistry* const all = [] {
    auto* r = new OpRegistry;
    r->begin_family("functions");
    register_exec_ops(*r);
    register_all_ops(*r);
    r->begin_family("");
    return r;
  }();
  return *all;
}

}  // namespace

void OpRegistry::add_def(OpDef def) {
  parse_signature(def);
  def.family = family_;
  std::string name = def.name;
  auto owned = std::make_unique<OpDef>(std::move(def));
  if (!ops_.emplace(name, std::move(owned)).second) {
    fail(Code::internal, "op ", name, " is registered twice");
  }
}

const OpDef* OpRegistry::find(std::string_view name) const {
  const auto it = ops_.find(name);
  return it == ops_.end() ? nullptr : it->second.get();
}

std::vector<std::string> OpRegistry::names() const {
  std::vector<std::string> out;
  out.reserve(ops_.size());
  for (const auto& [name, def] : ops_) out.push_back(name);
  return out;
}

const OpRegistry& op_registry() { return registry(); }
OpRegistry& mutable_op_registry() { return registry(); }

const OpDef& require_op(std::string_view name) {
  const OpDef* def = op_registry().find(name);
  if (def == nullptr) {
    fail(Code::unimplemented, "rill has no op ", quoted(name),
         did_you_mean(name, op_registry().names()));
  }
  return *def;
}

}  // namespace rill
