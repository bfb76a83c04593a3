#include "keras/core/legacy_draws.h"

#include <memory>
#include <string>
#include <utility>

#include "keras/core/seeds.h"
#include "keras/core/weights.h"

namespace rill::keras {
namespace {

constexpr int64_t kDefaultGraphSeed = 87654321;
constexpr int64_t kBlocksANumber = 256;
constexpr int32_t kPhilox = 1;

bool& traced_once() {
  thread_local bool once = false;
  return once;
}

}  // namespace

TracedOnce::TracedOnce(bool once) : before_(std::exchange(traced_once(), once)) {}
TracedOnce::~TracedOnce() { traced_once() = before_; }
bool TracedOnce::now() { return traced_once(); }

Value LegacyDraws::draw(const char* kind, const Value& x, const std::vector<op::Dim>& dims) {
  const Value shape = op::shape_vector(dims);
  Value counter;
  if (!x.is_symbolic()) {
    counter = Tensor::vector<int64_t>({0, (*seed_)++});
  } else {
    if (!stream_) {
      auto state = std::make_shared<VariableState>("stream", DType::int64, Shape{2});
      const int64_t lost = TracedOnce::now() ? 0 : 1;
      state->assign(Tensor::vector<int64_t>({0, *seed_ + lost}));
      *seed_ += lost + 1;
      stream_ = Tensor::of_variable(std::move(state), DType::int64, Shape{2});
    }
    counter = emit("ReadVariableOp", {stream_}, {{"dtype", DType::int64}});
    const Value blocks = op::mul(op::cast(op::reduce("Prod", shape, {0}), DType::int64),
                                 Tensor::scalar<int64_t>(kBlocksANumber));
    emit("AssignVariableOp",
         {stream_, op::add(counter, op::mul(blocks, Tensor::vector<int64_t>({1, 0})))});
  }
  const auto key = static_cast<uint64_t>(global_seed().value_or(kDefaultGraphSeed));
  return emit(std::string("StatelessRandom") + kind + "V2",
              {shape, Tensor::vector<uint64_t>({key}), op::cast(counter, DType::uint64),
               Tensor::scalar<int32_t>(kPhilox)},
              {{"dtype", x.dtype()}});
}

}  // namespace rill::keras
