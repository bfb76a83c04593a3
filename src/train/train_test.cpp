// Steps built here do what the same programs do in TensorFlow: losses, variables and their names.
// Data: tests/data/make_train1.py.
#include "rill/train.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>

#include "codec/json.h"
#include "codec/mapped_file.h"
#include "codec/tf_record.h"
#include "op/emit.h"
#include "process.h"
#include "rill/error.hpp"
#include "rill/ops/math.hpp"
#include "rill/saver.hpp"
#include "rill/session.hpp"

namespace rill::train {
namespace {

const Json& training() {
  static const Json& all = *new Json([] {
    const auto file = MappedFile::open(RILL_TEST_DATA "/train1/training.json");
    return Json::parse(text_of(file->bytes()), "training.json");
  }());
  return all;
}

Tensor wave(const Shape& shape, double shift) {
  Tensor out(DType::float32, shape);
  for (int64_t i = 0; i < out.size(); ++i) {
    out.data<float>()[i] = static_cast<float>(std::sin(static_cast<double>(i) + shift) / 2);
  }
  return out;
}

using Make = std::function<std::unique_ptr<Optimizer>()>;
template <typename T, typename... A>
Make maker(A... a) {
  return [=] { return std::make_unique<T>(a...); };
}

Make make_of(const std::string& name) {
  const ProximalOptions proximal{.l1_regularization_strength = 0.001,
                                 .l2_regularization_strength = 0.01};
  if (name == "sgd") return maker<GradientDescentOptimizer>(0.3);
  if (name == "momentum") return maker<MomentumOptimizer>(0.1, 0.9);
  if (name == "nesterov") {
    return maker<MomentumOptimizer>(0.1, 0.9, MomentumOptions{.use_nesterov = true});
  }
  if (name == "adam") return maker<AdamOptimizer>(0.05);
  if (name == "adagrad") return maker<AdagradOptimizer>(0.3);
  if (name == "adagrad_da") {
    return [] {
      return std::make_unique<AdagradDAOptimizer>(
          0.3, get_or_create_global_step(),
          AdagradDAOptions{.l1_regularization_strength = 0.001,
                           .l2_regularization_strength = 0.01});
    };
  }
  if (name == "adadelta") {
    return maker<AdadeltaOptimizer>(1.0, AdadeltaOptions{.rho = 0.9, .epsilon = 1e-3});
  }
  if (name == "ftrl") {
    return maker<FtrlOptimizer>(
        0.3, FtrlOptions{.l1_regularization_strength = 0.001, .l2_regularization_strength = 0.01});
  }
  if (name == "proximal_adagrad") return maker<ProximalAdagradOptimizer>(0.3, proximal);
  if (name == "proximal_sgd") return maker<ProximalGradientDescentOptimizer>(0.3, proximal);
  return maker<RMSPropOptimizer>(
      0.02, RMSPropOptions{.momentum = 0.5, .centered = name == "rmsprop_centered"});
}

struct Program {
  Graph graph;
  Value loss;
  Operation step;
  Operation init;
};

Program build(const std::string& name) {
  const bool resource = name.ends_with("_resource");
  const std::string kind = name.substr(0, name.rfind('_'));
  Program p;
  const auto scope = p.graph.as_default();
  const Value ids = placeholder("ids", DType::int32, Shape{-1});
  const Value y = placeholder("y", DType::float32, Shape{-1, 2});
  const VariableOptions o{.use_resource = resource};
  const Variable table = variable("table", wave({5, 3}, 0.5), o);
  const Variable w = variable("dense/w", wave({3, 2}, 1.5), o);
  const Variable b = variable("dense/b", wave({2}, 2.5), o);
  const GraphScope traced(p.graph.impl());
  const Value rows = resource
                         ? emit("ResourceGather", {table.state(), ids}, {{"dtype", DType::float32}})
                         : emit("GatherV2", {Value(table), ids, Tensor::scalar(int32_t{0})});
  const Value h = emit("Tanh", {emit("BiasAdd", {emit("MatMul", {rows, Value(w)}), Value(b)})});
  const Value axes = Tensor::vector<int32_t>({0, 1});
  p.loss = emit("Mean", {emit("Square", {emit("Sub", {h, y})}), axes}, {}, "loss");
  MinimizeOptions m;
  m.global_step = get_or_create_global_step();
  m.name = "train";
  p.step = make_of(kind)()->minimize(p.loss, m);
  p.init = global_variables_initializer();
  return p;
}

Feeds feeds(int step) {
  return {{"ids:0", Tensor::vector<int32_t>({0, 2, 2, (step + 3) % 5})},
          {"y:0", wave({4, 2}, 3.5 + step)}};
}

class BuiltTraining : public testing::TestWithParam<std::string> {};

TEST_P(BuiltTraining, EqualsTensorFlow) {
  const Json& wanted = training().at(GetParam());
  const Program p = build(GetParam());
  std::vector<std::string> names;
  std::map<std::string, Variable> variables;
  for (const Variable& v : global_variables(p.graph)) {
    names.push_back(v.name());
    variables[v.name()] = v;
  }
  std::sort(names.begin(), names.end());
  std::vector<std::string> expected;
  for (const Json& n : wanted.at("variables").as_array()) expected.push_back(n.as_string());
  EXPECT_EQ(names, expected);
  const Session session(p.graph);
  session.run_targets({p.init.name()});
  const Json& losses = wanted.at("losses");
  for (size_t i = 0; i < losses.size(); ++i) {
    const auto got = session.run({p.loss}, feeds(static_cast<int>(i)), {p.step.name()});
    EXPECT_NEAR(got[0].item<double>(), losses.at(i).as_double(), 2e-6) << "step " << i;
  }
  for (const auto& [name, list] : wanted.at("values").as_object()) {
    if (!variables.contains(name)) continue;
    const std::vector<double> got = session.run(variables[name].value()).to_vector<double>();
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

INSTANTIATE_TEST_SUITE_P(Optimizers, BuiltTraining, testing::ValuesIn(cases()),
                         [](const auto& info) { return info.param; });

TEST(Train, GoesOnFromACheckpoint) {
  const auto folder = test::scratch_path("rill_train_checkpoint");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const Program p = build("adam_resource");
  const auto steps = [&](const Session& s, int from, int to) {
    double loss = 0;
    for (int i = from; i < to; ++i) {
      loss = s.run({p.loss}, feeds(i), {p.step.name()})[0].item<double>();
    }
    return loss;
  };
  const Session straight(p.graph);
  straight.run_targets({p.init.name()});
  const double wanted = steps(straight, 0, 8);
  std::filesystem::path saved;
  {
    const Session first(p.graph);
    first.run_targets({p.init.name()});
    steps(first, 0, 4);
    saved = Saver(p.graph).save(first, folder / "model", 4);
  }
  const Session second(p.graph);
  Saver(p.graph).restore(second, saved);
  EXPECT_EQ(steps(second, 4, 8), wanted);
}

TEST(Train, TrainsAnImportedMetaGraphOnward) {
  const Session session;
  const Graph graph = session.graph();
  import_meta_graph(graph, RILL_TEST_DATA "/train1/sgd_ref.meta");
  ASSERT_EQ(trainable_variables(graph).size(), 3u);
  const auto scope = graph.as_default();
  const Operation step =
      MomentumOptimizer(0.1, 0.9).minimize(graph.get_tensor_by_name("loss:0"), {.name = "more"});
  session.run_targets({global_variables_initializer().name()});
  const double before = session.run("loss:0", feeds(0)).item<double>();
  for (int i = 0; i < 20; ++i) session.run_targets({step.name()}, feeds(0));
  EXPECT_LT(session.run("loss:0", feeds(0)).item<double>(), before / 2);
}

TEST(Train, WritesSummaries) {
  const auto folder = test::scratch_path("rill_train_events");
  std::filesystem::remove_all(folder);
  const Session session;
  import_meta_graph(session.graph(), RILL_TEST_DATA "/train1/adam_resource.meta");
  session.run_targets({"init"});
  FileWriter writer(folder);
  const Json& wanted = training().at("adam_resource");
  for (int i = 0; i < 3; ++i) {
    writer.add_summary(session.run(wanted.at("summary").as_string(), feeds(i)), i);
  }
  writer.add_graph(session.graph());
  writer.flush();
  TFRecordReader reader(writer.path());
  std::string record;
  int count = 0, tagged = 0;
  while (reader.next(record)) {
    ++count;
    tagged += record.find("loss_curve") != std::string::npos && record.size() < 200;
  }
  EXPECT_EQ(count, 5);
  EXPECT_EQ(tagged, 3);
}

TEST(Train, SaysWhatIsMissing) {
  Graph graph;
  const auto scope = graph.as_default();
  const Value x = placeholder("x", DType::float32, Shape{2});
  EXPECT_THROW(AdamOptimizer().minimize(x), FailedPreconditionError);
  const Variable w = variable("w", Tensor::zeros({2}));
  EXPECT_THROW(variable("w", Tensor::zeros({2})), AlreadyExistsError);
  EXPECT_THROW(AdamOptimizer().minimize(x), InvalidArgumentError);
  EXPECT_THROW(AdamOptimizer().minimize(Tensor::zeros({1})), InvalidArgumentError);
  AdamOptimizer adam;
  EXPECT_THROW(adam.get_slot(w, "m"), NotFoundError);
}

}  // namespace
}  // namespace rill::train
