// Several features as one hashed feature (keras/src/layers/preprocessing/hashed_crossing.py).
#include "base/fail.h"
#include "keras/core/registry.h"
#include "keras/layers/categorical.h"

namespace rill::keras {
namespace {

class HashedCrossingLayer final : public Layer {
 public:
  void visit_config(ConfigVisitor& v) override {
    v("num_bins", bins_);
    v("output_mode", mode_);
    v("sparse", sparse_);
  }
  bool autocast() const override { return false; }

  Values call(const Values& inputs, const CallContext&) override {
    if (inputs.size() < 2) {
      fail(Code::invalid_argument, "HashedCrossing takes two inputs or more, not ", inputs.size());
    }
    Values columns;
    DType kind = DType::string;  // of the parts, as tf.sparse.cross_hashed() has it
    const int rank = inputs[0].rank();
    for (const Value& x : inputs) {
      if (x.rank() != rank || rank > 2 || (rank == 2 && x.shape().back() != 1)) {
        fail(Code::invalid_argument, "each input must have shape [], [batch] or [batch, 1], not ",
             x.shape());
      }
      const Value column = x.dtype() == DType::string ? x : op::cast(x, DType::int64);
      if (x.dtype() != DType::string) kind = DType::int64;
      columns.push_back(op::reshape(column, {-1, 1}));
    }
    constexpr int64_t kKey = 0xDECAFCAFFE;  // tensorflow/python/ops/sparse_ops.py
    const Value crossed = emit_all("SparseCross", columns,
                                   {{"N", 0},
                                    {"hashed_output", true},
                                    {"num_buckets", bins_},
                                    {"hash_key", kKey},
                                    {"sparse_types", std::vector<DType>{}},
                                    {"out_type", DType::int64},
                                    {"internal_type", kind}})[1];
    std::vector<op::Dim> dims;
    for (int i = 0; i < rank; ++i) dims.push_back(op::dim(inputs[0], i));
    return {encode_categorical(op::reshape(crossed, dims), mode_, bins_, dtype_policy().variable)};
  }

 private:
  int64_t bins_ = 1;
  std::string mode_ = "int";
  bool sparse_ = false;
};

}  // namespace

void register_hashed_crossing(LayerRegistry& registry) {
  registry.add<HashedCrossingLayer>("HashedCrossing");
}

}  // namespace rill::keras
