#include "ops/random_state.h"

#include <mutex>
#include <random>

#include "kernels/random_fill.h"
#include "ops/args.h"
#include "ops/variable_access.h"

namespace rill {
namespace {

class Generator final : public Opaque {
 public:
  Generator(uint64_t seed, uint64_t seed2) : philox_(seed, seed2) {}
  std::string_view type_name() const override { return "RandomGenerator"; }
  kernels::Philox reserve(uint64_t blocks) {
    std::lock_guard lock(mutex_);
    const kernels::Philox now = philox_;
    philox_.skip(blocks);
    return now;
  }

 private:
  std::mutex mutex_;
  kernels::Philox philox_;
};

uint64_t from_system() {
  std::random_device device;
  return (uint64_t{device()} << 32) | device();
}

}  // namespace

kernels::Philox reserve_blocks(const KernelContext& ctx, uint64_t blocks) {
  auto seed = static_cast<uint64_t>(ctx.attr<int64_t>("seed"));
  auto seed2 = static_cast<uint64_t>(ctx.attr<int64_t>("seed2"));
  // Functions repeat node names: the seeds tell their generators apart.
  const std::string name = str(ctx.op(), " ", seed, " ", seed2, " ", ctx.node_name());
  const auto made = ctx.runtime().resources().find_or_make("rill.random", name, [&] {
    if (seed == 0 && seed2 == 0) {
      seed = from_system();
      seed2 = from_system();
    }
    return std::shared_ptr<Opaque>(std::make_shared<Generator>(seed, seed2));
  });
  return static_cast<Generator&>(*made).reserve(blocks);
}

kernels::Philox philox_from_seed(const NodeAccess& node, const Tensor& seed) {
  node.require(seed.rank() == 1 && seed.size() == 2, "seed must have shape [2], not ",
               seed.shape());
  const auto seeds = seed.to_vector<int64_t>();
  const auto s0 = static_cast<uint64_t>(seeds[0]), s1 = static_cast<uint64_t>(seeds[1]);
  kernels::Philox scramble(s0, s1, (uint64_t{0x02461e29} << 32) | 0x3ec8f720U);
  const kernels::Philox::Block mix = scramble();
  return kernels::Philox({0, 0, mix[2], mix[3]}, {mix[0], mix[1]});
}

kernels::Philox philox_from_counter(const NodeAccess& node, const Tensor& key,
                                    const Tensor& counter, const Tensor& algorithm) {
  constexpr int64_t kPhilox = 1, kAuto = 3;
  node.require(algorithm.rank() == 0, "algorithm must be of shape [], not ", algorithm.shape());
  const auto id = algorithm.item<int64_t>();
  node.require(id == kPhilox || id == kAuto, "Unsupported algorithm id: ", id);
  node.require(key.rank() == 1 && key.size() == 1, "key must have shape [1], not ", key.shape());
  node.require(counter.rank() == 1 && counter.size() >= 2,
               "The size of the counter must be at "
               "least 2 for Philox, but is ",
               counter.shape());
  return {counter.data<uint64_t>()[0], counter.data<uint64_t>()[1], key.data<uint64_t>()[0]};
}

kernels::Philox advance_generator(const KernelContext& ctx, uint64_t outputs) {
  constexpr int64_t kPhilox = 1, kStateSize = 3;
  const auto algorithm = ctx.input(1).item<int64_t>();
  ctx.require(algorithm == kPhilox, "Unsupported algorithm id: ", algorithm);
  kernels::Philox now(0, 0);
  variable_input(ctx, DType::int64)->update([&](Tensor& state) {
    ctx.require(state.rank() == 1 && state.size() >= kStateSize,
                "the state of a Philox generator "
                "is a vector of at least 3, not ",
                state.shape());
    auto* s = state.data<int64_t>();
    now = kernels::Philox(static_cast<uint64_t>(s[0]), static_cast<uint64_t>(s[1]),
                          static_cast<uint64_t>(s[2]));
    kernels::Philox next = now;
    next.skip(outputs * kernels::kPhiloxBlocksPerOutput);
    const auto& c = next.counter();
    s[0] = static_cast<int64_t>((uint64_t{c[1]} << 32) | c[0]);
    s[1] = static_cast<int64_t>((uint64_t{c[3]} << 32) | c[2]);
  });
  return now;
}

Shape random_shape(const NodeAccess& node, const Tensor& shape) {
  node.require(shape.rank() == 1, "shape must be a vector of {int32,int64}, got shape ",
               shape.shape());
  const auto dims = shape.to_vector<int64_t>();
  require_valid_shape(node, dims);
  return Shape(dims);
}

void require_ends_with(const NodeAccess& node, const Shape& shape, const Shape& parameters) {
  const int extra = shape.rank() - parameters.rank();
  node.require(extra >= 0 && sub_shape(shape, extra, shape.rank()) == parameters,
               "Shape passed in must end with broadcasted shape: ", shape, " does not end with ",
               parameters);
}

void infer_seeded_samples(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 1);
  const Shape samples = ctx.shape_from_value(0);
  const bool known = samples.has_rank() && ctx.input(1).has_rank();
  ctx.set_output(0, known ? join(samples, ctx.input(1)) : Shape::unknown_rank());
}

void infer_stateless_samples(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 1);
  if (const auto dims = ctx.ints(0)) require_valid_shape(ctx, *dims);
  ctx.set_output(0, ctx.shape_from_value(0));
}

int64_t broadcast_offset(int64_t i, const Shape& result, const Shape& operand) {
  int64_t offset = 0, stride = 1;
  for (int d = 1; d <= operand.rank(); ++d) {
    const int64_t size = result[result.rank() - d], own = operand[operand.rank() - d];
    if (own != 1) offset += i % size * stride;
    i /= size;
    stride *= own;
  }
  return offset;
}

}  // namespace rill
