// Signatures whose ends are sparse: one end for each of the tensors.
#include <gtest/gtest.h>

#include <fstream>

#include "io/samples.h"
#include "process.h"
#include "rill/saved_model.hpp"
#include "rill/session.hpp"

namespace rill {
namespace {

constexpr const char* kModel = R"(
saved_model_schema_version: 1
meta_graphs {
  meta_info_def { tags: "serve" }
  graph_def {
    node { name: "i" op: "Placeholder" attr { key: "dtype" value { type: DT_INT64 } } }
    node { name: "v" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }
    node { name: "s" op: "Placeholder" attr { key: "dtype" value { type: DT_INT64 } } }
    node {
      name: "none" op: "Const"
      attr { key: "dtype" value { type: DT_FLOAT } }
      attr { key: "value" value { tensor { dtype: DT_FLOAT tensor_shape { } float_val: -1 } } }
    }
    node {
      name: "dense" op: "SparseToDense" input: "i" input: "s" input: "v" input: "none"
      attr { key: "T" value { type: DT_FLOAT } }
      attr { key: "Tindices" value { type: DT_INT64 } }
    }
    versions { producer: 1000 }
  }
  signature_def {
    key: "transform_signature"
    value {
      inputs {
        key: "x"
        value {
          dtype: DT_FLOAT
          tensor_shape { dim { size: -1 } dim { size: 2 } }
          coo_sparse {
            values_tensor_name: "v:0" indices_tensor_name: "i:0" dense_shape_tensor_name: "s:0"
          }
        }
      }
      outputs { key: "y" value { name: "dense:0" dtype: DT_FLOAT } }
    }
  }
}
)";

TEST(SparseSignature, HasAnEndForEachTensor) {
  const test::ScratchFolder scratch;
  std::ofstream(scratch / "saved_model.pbtxt") << kModel;
  for (const char* folder : {"", "again"}) {
    const Session session{Graph()};
    const SavedModel model = SavedModel::load(session, {"serve"}, scratch / folder);
    const Signature& signature = model.signature();
    EXPECT_EQ(signature.inputs.at("x/values").dtype, DType::float32);
    EXPECT_EQ(signature.inputs.at("x/indices").shape, (Shape{-1, 2}));
    EXPECT_EQ(signature.inputs.at("x/dense_shape").shape, Shape{2});
    const auto y =
        model.run({{"x/values", Tensor::vector({3.0f, 4.0f})},
                   {"x/indices", Tensor::of(std::vector<int64_t>{0, 1, 1, 0}, Shape{2, 2})},
                   {"x/dense_shape", Tensor::vector(std::vector<int64_t>{2, 2})}});
    EXPECT_EQ(y.at("y").to_vector<float>(), (std::vector<float>{-1, 3, 4, -1}));
    if (*folder == '\0') {
      SavedModel::save(session, scratch / "again", model.signatures());
    }
  }
}

}  // namespace
}  // namespace rill
