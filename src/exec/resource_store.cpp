#include <atomic>
#include <map>

#include "base/fail.h"
#include "exec/program.h"
#include "exec/store_snapshot.h"

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
    changed();
  }

  bool erase(std::string_view container, std::string_view name) override {
    std::lock_guard lock(mutex_);
    changed();
    return items_.erase(key(container, name)) > 0;
  }

  using Items = std::map<std::pair<std::string, std::string>, std::shared_ptr<Opaque>>;
  Items items() {
    std::lock_guard lock(mutex_);
    return items_;
  }
  void set_items(Items items) {
    std::lock_guard lock(mutex_);
    items_.swap(items);
    changed();
  }
  uint64_t state() const { return state_.load(std::memory_order_acquire); }

 private:
  static std::pair<std::string, std::string> key(std::string_view container,
                                                 std::string_view name) {
    return {std::string(container), std::string(name)};
  }

  // A number that no store has had.
  static uint64_t next_state() {
    static std::atomic<uint64_t> next{1};
    return next.fetch_add(1, std::memory_order_relaxed);
  }
  void changed() { state_.store(next_state(), std::memory_order_release); }

  std::mutex mutex_;
  Items items_;
  std::atomic<uint64_t> state_ = next_state();
};

Store& own_store(ResourceStore& store) {
  auto* own = dynamic_cast<Store*>(&store);
  if (own == nullptr) fail(Code::internal, "a snapshot of a foreign resource store");
  return *own;
}

}  // namespace

StoreSnapshot::StoreSnapshot(std::shared_ptr<ResourceStore> store)
    : store_(std::move(store)), items_(own_store(*store_).items()) {
  for (const auto& [key, resource] : items_) {
    auto variable = std::dynamic_pointer_cast<VariableState>(resource);
    if (!variable) continue;
    Tensor value = variable->initialized() ? variable->read() : Tensor();
    values_.emplace_back(std::move(variable), std::move(value));
  }
}

void StoreSnapshot::restore() const {
  own_store(*store_).set_items(items_);
  for (const auto& [variable, value] : values_) {
    if (value) {
      variable->assign(value, false);
    } else {
      variable->clear();
    }
  }
}

uint64_t state_of(ResourceStore& store) {
  const auto* own = dynamic_cast<const Store*>(&store);
  return own == nullptr ? 0 : own->state();
}

std::shared_ptr<ResourceStore> make_resource_store() { return std::make_shared<Store>(); }

}  // namespace rill
