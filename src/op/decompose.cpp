#include "op/decompose.h"

#include <utility>

namespace rill {
namespace {
thread_local bool portable = false;
}

PortableOps::PortableOps() : before_(std::exchange(portable, true)) {}
PortableOps::~PortableOps() { portable = before_; }
bool portable_ops() { return portable; }

}  // namespace rill
