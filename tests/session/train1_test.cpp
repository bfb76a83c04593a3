// Graphs of TensorFlow 1 that train: their losses and variables are TensorFlow's, step by step.
// Data: tests/data/make_train1.py.
#include <gtest/gtest.h>

#include <cmath>

#include "codec/json.h"
#include "codec/mapped_file.h"
#include "rill/graph.hpp"
#include "rill/saver.hpp"
#include "rill/session.hpp"

namespace rill {
namespace {

const std::string kFolder = RILL_TEST_DATA "/train1/";

const Json& training() {
  static const Json& all = *new Json([] {
    const auto file = MappedFile::open(kFolder + "training.json");
    return Json::parse(text_of(file->bytes()), "training.json");
  }());
  return all;
}

Tensor targets(int step) {
  Tensor out(DType::float32, Shape{4, 2});
  for (int i = 0; i < 8; ++i) {
    out.data<float>()[i] = static_cast<float>(std::sin(static_cast<double>(i) + 3.5 + step) / 2);
  }
  return out;
}

Feeds feeds(int step) {
  return {{"ids:0", Tensor::vector<int32_t>({0, 2, 2, (step + 3) % 5})}, {"y:0", targets(step)}};
}

class ImportedTraining : public testing::TestWithParam<std::string> {};

TEST_P(ImportedTraining, EqualsTensorFlow) {
  const Json& wanted = training().at(GetParam());
  const Session session;
  Graph graph = session.graph();
  Saver saver = import_meta_graph(graph, kFolder + GetParam() + ".meta");
  session.run_targets({wanted.at("init").as_string()});
  const Json& losses = wanted.at("losses");
  for (size_t i = 0; i < losses.size(); ++i) {
    const auto got =
        session.run({"loss:0"}, feeds(static_cast<int>(i)), {wanted.at("train").as_string()});
    EXPECT_NEAR(got[0].item<double>(), losses.at(i).as_double(), 2e-6) << "step " << i;
  }
  for (const auto& [name, list] : wanted.at("values").as_object()) {
    const Operation op = graph.get_operation_by_name(name);
    const std::string fetch =
        op.type() == "VarHandleOp" ? name + "/Read/ReadVariableOp:0" : name + ":0";
    const std::vector<double> got = session.run(fetch).to_vector<double>();
    ASSERT_EQ(got.size(), list.size()) << name;
    for (size_t i = 0; i < got.size(); ++i) {
      EXPECT_NEAR(got[i], list.at(i).as_double(), 3e-6 + 1e-5 * std::abs(got[i])) << name;
    }
  }
}

std::vector<std::string> cases() {
  std::vector<std::string> out;
  for (const auto& [name, value] : training().as_object()) out.push_back(name);
  return out;
}

INSTANTIATE_TEST_SUITE_P(Optimizers, ImportedTraining, testing::ValuesIn(cases()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace rill
