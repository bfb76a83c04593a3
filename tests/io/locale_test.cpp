// Programs with a window call setlocale(LC_ALL, ""), and then printf() and strtod(), and with
// std::locale::global() streams too, may write 1.234,5. What rill reads and writes stays as it is.
#include <gtest/gtest.h>

#include <clocale>
#include <cstdio>
#include <locale>
#include <sstream>

#include "io/samples.h"
#include "process.h"
#include "rill/raw_ops.hpp"
#include "rill/rill.hpp"

namespace rill {
namespace {

// Numbers have a comma and groups of three digits while it lives.
class CommaLocale {
 public:
  CommaLocale() : before_(std::locale::global(std::locale(std::locale(), new Commas))) {
    setenv("LOCPATH", RILL_TEST_DATA "/locale", 1);
    EXPECT_NE(std::setlocale(LC_NUMERIC, "comma"), nullptr);
  }
  CommaLocale(const CommaLocale&) = delete;
  CommaLocale& operator=(const CommaLocale&) = delete;
  ~CommaLocale() {
    std::setlocale(LC_NUMERIC, "C");
    unsetenv("LOCPATH");
    std::locale::global(before_);
  }

 private:
  struct Commas : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };
  std::locale before_;
};

std::string printed(const Tensor& tensor) {
  std::ostringstream out;
  out << tensor << " " << tensor.shape();
  return out.str();
}

// What comes of numbers of all sorts.
std::string texts(const keras::OptimizerPtr& optimizer) {
  const Tensor floats = Tensor::of<float>({1.5F, -2.25e-7F, 123456.75F, 1.0F / 3}, {4});
  std::string out =
      printed(floats) + printed(Tensor::of<double>({1e300, 0.1}, {2})) +
      printed(Tensor(ops::cast(Tensor::of<float>({0.5F, 2.75F}, {2}), DType::float16))) +
      printed(Tensor::zeros(DType::float32, {1500, 1}));
  out += printed(ops::as_string(floats));
  out += printed(raw_ops::AsString(floats, {{"precision", 2}, {"width", 12}}));
  out += printed(
      raw_ops::AsString(Tensor::of<int64_t>({1234567}, {1}), {{"fill", "0"}, {"width", 9}}));
  out += printed(raw_ops::StringFormat({floats}, {{"template", "%s"}}));
  out += printed(ops::string_to_number(
      Tensor::of<std::string>({"0x1.8p1", "2.5", "1e-400", " -7.25e2 ", "1e999"}, {5}),
      DType::float64));
  const GraphDef def = GraphDef::load((test::kSamples / "frozen.pb").string());
  out += def.to_text() + GraphDef::parse(def.to_text()).to_text();
  const keras::Model model = keras::load_model(test::keras_file("mlp_k3.keras").string());
  out += model.summary_text() + model.to_json() + keras::plot_svg(model);
  out += optimizer->to_json();
  const keras::History curve{{0, 1}, {{"loss", {0.75, 0.5}}}};
  return out + curve.svg_text();
}

TEST(Locale, ChangesNothing) {
  const keras::optimizers::Adam adam({.learning_rate = 0.0125});
  const std::string plain = texts(adam);
  const CommaLocale commas;
  char text[16];
  std::snprintf(text, sizeof(text), "%.1f", 1.5);
  ASSERT_STREQ(text, "1,5");
  ASSERT_EQ((std::ostringstream() << 1500).str(), "1.500");
  EXPECT_EQ(texts(adam), plain);
}

}  // namespace
}  // namespace rill
