// What a store holds at one moment, and the way back: a load that fails leaves nothing behind.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "op/runtime.h"
#include "op/variable.h"

namespace rill {

class StoreSnapshot {
 public:
  // `store` is one of make_resource_store().
  explicit StoreSnapshot(std::shared_ptr<ResourceStore> store);
  // Puts the resources back and the values of variables; what tables learned meanwhile stays.
  void restore() const;

 private:
  std::shared_ptr<ResourceStore> store_;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<Opaque>> items_;
  // An empty tensor: the variable had no value.
  std::vector<std::pair<std::shared_ptr<VariableState>, Tensor>> values_;
};

// Another number whenever a name in the store may mean another resource than before, and for each
// store; 0: not known.
uint64_t state_of(ResourceStore& store);

}  // namespace rill
