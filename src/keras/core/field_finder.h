// Looks for some of a layer's settings.
#pragma once

#include "rill/keras/config_visitor.hpp"

namespace rill::keras {

// Passes over every setting: what derives from it overrides what it looks for.
class FieldFinder : public ConfigVisitor {
 public:
  bool reading() const override { return false; }
  void operator()(std::string_view, bool&) override {}
  void operator()(std::string_view, int64_t&) override {}
  void operator()(std::string_view, double&) override {}
  void operator()(std::string_view, std::string&) override {}
  void operator()(std::string_view, Ints&) override {}
  void operator()(std::string_view, std::vector<std::string>&) override {}
  void operator()(std::string_view, std::vector<Ints>&) override {}
  void operator()(std::string_view, std::optional<int64_t>&) override {}
  void operator()(std::string_view, std::optional<double>&) override {}
  void operator()(std::string_view, std::optional<bool>&) override {}
  void operator()(std::string_view, std::optional<std::string>&) override {}
  void operator()(std::string_view, std::optional<Ints>&) override {}
  void operator()(std::string_view, std::optional<std::vector<double>>&) override {}
  void operator()(std::string_view, std::map<std::string, double>&) override {}
  void operator()(std::string_view, Shape&) override {}
  void operator()(std::string_view, Initializer&) override {}
  void operator()(std::string_view, Regularizer&) override {}
  void operator()(std::string_view, Constraint&) override {}
  void operator()(std::string_view, Activation&) override {}
  void operator()(std::string_view, LayerPtr&) override {}
  void operator()(std::string_view, std::vector<LayerPtr>&) override {}
  void axis(std::string_view, Ints&) override {}
  void ignored(std::string_view) override {}
};

}  // namespace rill::keras
