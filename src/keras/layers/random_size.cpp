// RandomHeight and RandomWidth of Keras 2
// (tf_keras/src/layers/preprocessing/image_preprocessing.py): all images of a batch become as tall
// or as wide as one draw says.
#include "base/fail.h"
#include "keras/core/config.h"
#include "keras/core/registry.h"
#include "keras/core/seeds.h"
#include "keras/core/told_shapes.h"
#include "keras/core/weights.h"
#include "keras/layers/resize.h"
#include "op/emit.h"

namespace rill::keras {
namespace {

// tf.random.Generator.from_seed(): Philox, whose counter and key are a variable
// (tensorflow/python/ops/stateful_random_ops.py).
class PhiloxGenerator {
 public:
  PhiloxGenerator() = default;
  explicit PhiloxGenerator(int64_t seed) {
    auto state = std::make_shared<VariableState>("StateVar", DType::int64, Shape{3});
    state->assign(Tensor::vector<int64_t>({seed, 0, 0}));
    state_ = Tensor::of_variable(std::move(state), DType::int64, Shape{3});
  }
  // A scalar of float32 in [low, high[.
  Value uniform(double low, double high) const {
    const Value one = op::constant(1, DType::uint64), philox = op::constant(1, DType::int32);
    const Value state = emit("RngReadAndSkip", {state_, philox, one});
    const auto part = [&](int64_t begin, int64_t end) {
      return emit("Bitcast", {op::slice(state, {{begin, end}})}, {{"type", DType::uint64}});
    };
    const Value draw =
        emit("StatelessRandomUniformV2", {op::shape_vector({}), part(2, 3), part(0, 2), philox},
             {{"dtype", DType::float32}});
    return op::add(op::mul(draw, op::constant(high - low, DType::float32)),
                   op::constant(low, DType::float32));
  }

 private:
  Value state_;
};

template <bool Height>
class RandomSizeLayer final : public Layer, public KeepsConfig, public TellsShapes {
 public:
  bool autocast() const override { return false; }
  bool supports_masking() const override { return true; }

  void tell(Generation, const std::vector<Shape>&, std::vector<Shape>& outputs) const override {
    for (Shape& told : outputs) {
      if (told.rank() >= 3) told[told.rank() - (Height ? 3 : 2)] = Shape::kUnknownDim;
    }
  }

  Value call(const Value& x, const CallContext& context) override {
    const Value images = op::cast(x, dtype_policy().variable);
    if (!context.training) return images;
    const int rank = images.rank();
    if (rank != 3 && rank != 4) {
      fail(Code::invalid_argument, class_name(), " wants images of rank 3 or 4, not ", x.shape());
    }
    const Value batch = rank == 3 ? op::expand_dims(images, 0) : images;
    const auto [low, high] = factor();
    const Value draw = generator_.uniform(1 + low, 1 + high);
    op::Dim sizes[] = {op::dim(batch, 1), op::dim(batch, 2)};
    op::Dim& changed = sizes[Height ? 0 : 1];
    const Value size = op::reshape(op::shape_vector({changed}), std::vector<op::Dim>());
    changed = op::cast(op::mul(draw, op::cast(size, DType::float32)), DType::int32);
    const Json* method = kept.find("interpolation");
    const Value y =
        resize_images(batch, sizes[0], sizes[1],
                      method != nullptr && method->is_string() ? method->as_string() : "bilinear");
    return op::cast(rank == 3 ? op::squeeze(y, 0) : y, images.dtype());
  }

 protected:
  void start_seeds() override {
    const Json* seed = kept.find("seed");
    generator_ =
        PhiloxGenerator(seed != nullptr && seed->is_int() ? seed->as_int() : default_seed());
  }

 private:
  std::pair<double, double> factor() const {
    const Json* found = kept.find("factor");
    if (found != nullptr && found->is_number()) return {-found->as_double(), found->as_double()};
    if (found == nullptr || !found->is_array() || found->size() != 2) {
      fail(Code::invalid_argument, class_name(), ": factor must be a number or a pair");
    }
    return {found->at(size_t{0}).as_double(), found->at(1).as_double()};
  }

  PhiloxGenerator generator_;
};

}  // namespace

void register_random_size(LayerRegistry& registry) {
  registry.add<RandomSizeLayer<true>>("RandomHeight");
  registry.add<RandomSizeLayer<false>>("RandomWidth");
}

}  // namespace rill::keras
