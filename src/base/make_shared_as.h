// Shared objects of many classes with one base.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace rill {

// A T that its Base deletes. All classes of one Base have the same control block, where
// std::make_shared writes a class and its functions for each.
template <typename Base, typename T, typename... Args>
std::shared_ptr<Base> make_shared_as(Args&&... args) {
  static_assert(std::has_virtual_destructor_v<Base>);
  return std::shared_ptr<Base>(std::unique_ptr<Base>(new T(std::forward<Args>(args)...)));
}

}  // namespace rill
