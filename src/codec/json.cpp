#include "codec/json.h"

#include <algorithm>
#include <cmath>

#include "base/fail.h"

namespace rill {

const char* Json::kind() const {
  switch (value_.index()) {
    case 0:
      return "null";
    case 1:
      return "a boolean";
    case 2:
      return "an integer";
    case 3:
      return "a number";
    case 4:
      return "a string";
    case 5:
      return "a list";
    default:
      return "an object";
  }
}

void Json::wrong_kind(const char* wanted) const {
  std::string shown = kind();
  if (is_number() || is_string() || is_bool()) shown += " (" + dump().substr(0, 60) + ")";
  fail(Code::invalid_argument, "found ", shown, ", expected ", wanted);
}

bool Json::as_bool() const {
  if (const auto* value = std::get_if<bool>(&value_)) return *value;
  wrong_kind("a boolean");
}

int64_t Json::as_int() const {
  if (const auto* value = std::get_if<int64_t>(&value_)) return *value;
  if (const auto* value = std::get_if<double>(&value_)) {
    if (std::floor(*value) == *value && std::abs(*value) < 9.2e18) {
      return static_cast<int64_t>(*value);
    }
  }
  wrong_kind("an integer");
}

double Json::as_double() const {
  if (const auto* value = std::get_if<double>(&value_)) return *value;
  if (const auto* value = std::get_if<int64_t>(&value_)) return static_cast<double>(*value);
  wrong_kind("a number");
}

const std::string& Json::as_string() const {
  if (const auto* value = std::get_if<std::string>(&value_)) return *value;
  wrong_kind("a string");
}

const Json::Array& Json::as_array() const {
  if (const auto* value = std::get_if<Array>(&value_)) return *value;
  wrong_kind("a list");
}

const Json::Object& Json::as_object() const {
  if (const auto* value = std::get_if<Object>(&value_)) return *value;
  wrong_kind("an object");
}

Json::Array& Json::as_array() { return const_cast<Array&>(std::as_const(*this).as_array()); }
Json::Object& Json::as_object() { return const_cast<Object&>(std::as_const(*this).as_object()); }

size_t Json::size() const {
  if (const auto* items = std::get_if<Array>(&value_)) return items->size();
  if (const auto* members = std::get_if<Object>(&value_)) return members->size();
  return 0;
}

const Json* Json::find(std::string_view key) const {
  const auto* members = std::get_if<Object>(&value_);
  if (members == nullptr) return nullptr;
  // From the back: of equal keys the last one counts.
  for (auto it = members->rbegin(); it != members->rend(); ++it) {
    if (it->first == key) return &it->second;
  }
  return nullptr;
}

Json* Json::find(std::string_view key) { return const_cast<Json*>(std::as_const(*this).find(key)); }

const Json& Json::at(std::string_view key) const {
  const Object& members = as_object();
  if (const Json* found = find(key)) return *found;
  std::vector<std::string> names;
  for (size_t i = 0; i < std::min<size_t>(members.size(), 100); ++i) {
    names.push_back(members[i].first);
  }
  fail(Code::not_found, "there is no key ", quoted(key), did_you_mean(key, names));
}

const Json& Json::at(size_t index) const {
  const Array& items = as_array();
  if (index >= items.size()) {
    fail(Code::out_of_range, "there is no element ", index, " in a list of ", items.size());
  }
  return items[index];
}

Json& Json::set(std::string_view key, Json value) {
  if (is_null()) value_ = Object{};
  Object& members = as_object();
  if (Json* found = find(key)) return *found = std::move(value);
  return members.emplace_back(std::string(key), std::move(value)).second;
}

Json& Json::push_back(Json value) {
  if (is_null()) value_ = Array{};
  return as_array().emplace_back(std::move(value));
}

void Json::erase(std::string_view key) {
  std::erase_if(as_object(), [&](const auto& member) { return member.first == key; });
}

bool Json::operator==(const Json& other) const {
  if (is_number() && other.is_number() && is_int() != other.is_int()) {
    return as_double() == other.as_double();
  }
  if (is_object() && other.is_object()) {
    if (size() != other.size()) return false;
    return std::all_of(as_object().begin(), as_object().end(), [&](const auto& member) {
      const Json* found = other.find(member.first);
      return found != nullptr && *found == member.second;
    });
  }
  return value_ == other.value_;
}

}  // namespace rill
