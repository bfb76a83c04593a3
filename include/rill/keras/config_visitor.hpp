// The one list of a layer's config keys is its visit_config(): the same list reads and writes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rill/keras/objects.hpp"

namespace rill::keras {

class LayerPtr;

class RILL_API ConfigVisitor {
 public:
  virtual ~ConfigVisitor();
  // True: fields are filled from a config (a key that is absent or null leaves the default, or
  // empties an optional field). False: fields are written to a config.
  virtual bool reading() const = 0;

  virtual void operator()(std::string_view key, bool& field) = 0;
  virtual void operator()(std::string_view key, int64_t& field) = 0;
  virtual void operator()(std::string_view key, double& field) = 0;
  virtual void operator()(std::string_view key, std::string& field) = 0;
  virtual void operator()(std::string_view key, Ints& field) = 0;
  virtual void operator()(std::string_view key, std::vector<std::string>& field) = 0;
  virtual void operator()(std::string_view key, std::vector<Ints>& field) = 0;
  virtual void operator()(std::string_view key, std::optional<int64_t>& field) = 0;
  virtual void operator()(std::string_view key, std::optional<double>& field) = 0;
  virtual void operator()(std::string_view key, std::optional<bool>& field) = 0;
  virtual void operator()(std::string_view key, std::optional<std::string>& field) = 0;
  virtual void operator()(std::string_view key, std::optional<Ints>& field) = 0;
  virtual void operator()(std::string_view key, std::optional<std::vector<double>>& field) = 0;
  virtual void operator()(std::string_view key, std::map<std::string, double>& field) = 0;
  virtual void operator()(std::string_view key, Shape& field) = 0;
  virtual void operator()(std::string_view key, Initializer& field) = 0;
  virtual void operator()(std::string_view key, Regularizer& field) = 0;
  virtual void operator()(std::string_view key, Constraint& field) = 0;
  virtual void operator()(std::string_view key, Activation& field) = 0;
  virtual void operator()(std::string_view key, LayerPtr& field) = 0;
  virtual void operator()(std::string_view key, std::vector<LayerPtr>& field) = 0;

  // Written as a plain integer when there is one item, as Keras writes axes.
  virtual void axis(std::string_view key, Ints& field) = 0;
  // A key that the layer does not use but keeps, with the value it has unless the file says else.
  virtual void ignored(std::string_view key) = 0;

  // NAME_initializer, NAME_regularizer, NAME_constraint.
  void weight(const std::string& name, Initializer& initializer, Regularizer& regularizer,
              Constraint& constraint) {
    (*this)(name + "_initializer", initializer);
    (*this)(name + "_regularizer", regularizer);
    (*this)(name + "_constraint", constraint);
  }
};

}  // namespace rill::keras
