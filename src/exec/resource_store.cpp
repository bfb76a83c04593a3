#include <map>

#include "exec/program.h"

namespace rill {
namespace {

class Store final : public ResourceStore {
 public:
  std::shared_ptr<Opaque> find(std::string_view container, std::string_view name) override {
    std::lock_guard lock(mutex_);
    const auto it = items_.find(key(container, name));
    return it == items_.end() ? nullptr : it->second;
  }

  std::shared_ptr<Opaque> find_or_make(std::string_view container, std::string_view name,
                                       FunctionRef<std::shared_ptr<Opaque>()> make) override {
    std::lock_guard lock(mutex_);
    std::shared_ptr<Opaque>& item = items_[key(container, name)];
    if (!item) item = make();
    return item;
  }

  void put(std::string_view container, std::string_view name,
           std::shared_ptr<Opaque> resource) override {
    std::lock_guard lock(mutex_);
    items_[key(container, name)] = std::move(resource);
  }

  bool erase(std::string_view container, std::string_view name) override {
    std::lock_guard lock(mutex_);
    return items_.erase(key(container, name)) > 0;
  }

 private:
  static std::pair<std::string, std::string> key(std::string_view container,
                                                 std::string_view name) {
    return {std::string(container), std::string(name)};
  }

  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<Opaque>> items_;
};

}  // namespace

std::shared_ptr<ResourceStore> make_resource_store() { return std::make_shared<Store>(); }

}  // namespace rill
