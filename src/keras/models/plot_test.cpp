#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "rill/error.hpp"
#include "rill/keras.hpp"

namespace rill::keras {
namespace {

Model two_branches() {
  const KerasTensor x = Input({4}, {.name = "x"});
  layers::DenseOptions relu;
  relu.name = "left";
  relu.activation = "relu";
  const KerasTensor left = layers::Dense(3, relu)(x);
  layers::DenseOptions plain;
  plain.name = "right";
  const KerasTensor right = layers::Dense(3, plain)(x);
  return Model(x, layers::Add()({left, right}));
}

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Plot, DotHasABoxALayerAndAnArrowACall) {
  PlotOptions options;
  options.show_layer_names = options.show_shapes = options.show_layer_activations = true;
  const std::string dot = plot_dot(two_branches(), options);
  EXPECT_EQ(count(dot, "[fontname=Helvetica"), 4u) << dot;
  EXPECT_EQ(count(dot, " -> "), 4u) << dot;
  EXPECT_NE(dot.find("<b>left</b> (Dense)"), std::string::npos) << dot;
  EXPECT_NE(dot.find("Activation: <b>relu</b>"), std::string::npos) << dot;
  EXPECT_NE(dot.find("Output shape: <b>(None, 3)</b>"), std::string::npos) << dot;
}

TEST(Plot, SvgDrawsTheSame) {
  const std::string svg = plot_svg(two_branches());
  EXPECT_EQ(count(svg, "<g>"), 4u);
  EXPECT_EQ(count(svg, "marker-end"), 4u);
  EXPECT_TRUE(svg.starts_with("<svg ")) << svg.substr(0, 80);
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  PlotOptions sideways;
  sideways.rankdir = "LR";
  EXPECT_EQ(count(plot_svg(two_branches(), sideways), "<g>"), 4u);
}

TEST(Plot, NestedModelsAreFramed) {
  const Model inner = two_branches();
  const KerasTensor x = Input({4});
  const Model outer(x, inner(x));
  EXPECT_EQ(count(plot_dot(outer), " -> "), 1u);
  PlotOptions expanded;
  expanded.expand_nested = true;
  const std::string dot = plot_dot(outer, expanded);
  EXPECT_EQ(count(dot, "subgraph cluster_"), 1u) << dot;
  EXPECT_EQ(count(dot, " -> "), 5u) << dot;
}

TEST(Plot, NamesAreEscaped) {
  layers::DenseOptions options;
  options.name = "a<b>&\"c\"";
  const Sequential model({layers::Dense(2, options)});
  model.build({-1, 3});
  PlotOptions names;
  names.show_layer_names = true;
  EXPECT_NE(plot_svg(model, names).find("a&lt;b&gt;&amp;&quot;c&quot;"), std::string::npos);
}

TEST(Plot, EndingSaysTheForm) {
  const auto path =
      std::filesystem::temp_directory_path() / ("rill_plot_" + std::to_string(getpid()) + ".svg");
  plot_model(two_branches(), path);
  EXPECT_GT(std::filesystem::file_size(path), 500u);
  std::filesystem::remove(path);
  EXPECT_THROW(plot_model(two_branches(), "x.bmp"), InvalidArgumentError);
  PlotOptions wrong;
  wrong.rankdir = "XX";
  EXPECT_THROW(plot_dot(two_branches(), wrong), InvalidArgumentError);
}

}  // namespace
}  // namespace rill::keras
