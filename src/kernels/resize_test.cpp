#include "kernels/resize.h"

#include <gtest/gtest.h>

#include <vector>

#include "rill/error.hpp"

namespace rill::kernels {
namespace {

constexpr ImageSize kImage{1, 2, 3, 1};
const float kPixels[] = {1, 4, 2, 8, -3, 5};

// The expected numbers are TensorFlow's.
struct ResizeCase {
  ResizeGrid grid;
  std::vector<float> nearest;         // to 3 x 5
  std::vector<float> bilinear;        // to 3 x 5
  std::vector<float> bilinear_small;  // to 1 x 2
  std::vector<float> nearest_grad;    // of 1 .. 15
  std::vector<float> bilinear_grad;
};

void expect_pixels(const std::vector<float>& got, const std::vector<float>& want) {
  ASSERT_EQ(got.size(), want.size());
  for (size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], want[i], 2e-5) << i;
}

TEST(Resize, AsTensorFlow) {
  const std::vector<ResizeCase> cases = {
      {ResizeGrid::legacy,
       {1, 1, 4, 4, 2, 1, 1, 4, 4, 2, 8, 8, -3, -3, 5},
       {1, 2.8f, 3.6f, 2.4f, 2, 5.6666667f, 1.8666664f, 0.2666669f, 3.0666671f, 4, 8, 1.4f, -1.4f,
        3.4f, 5},
       {1, 3},
       {16, 24, 15, 23, 27, 15},
       {4.7333331f, 8.5333319f, 15.0666695f, 21.666666f, 28.6666641f, 41.3333359f}},
      {ResizeGrid::align_corners,
       {1, 4, 4, 2, 2, 8, -3, -3, 5, 5, 8, -3, -3, 5, 5},
       {1, 2.5f, 4, 3, 2, 4.5f, 2.5f, 0.5f, 2, 3.5f, 8, 2.5f, -3, 1, 5},
       {1, 2},
       {1, 5, 9, 17, 40, 48},
       {6.75f, 14, 14.25f, 21.75f, 34, 29.25f}},
      {ResizeGrid::half_pixel,
       {1, 1, 4, 2, 2, 8, 8, -3, 5, 5, 8, 8, -3, 5, 5},
       {1, 2.2f, 4, 2.8f, 2, 4.5f, 2.9f, 0.5f, 2.3f, 3.5f, 8, 3.6f, -3, 1.8f, 5},
       {3.5f, 2.75f},
       {3, 3, 9, 36, 21, 48},
       {7.3f, 12.6f, 15.1f, 23.3f, 30.6f, 31.1f}},
  };
  std::vector<float> dy(15);
  for (size_t i = 0; i < dy.size(); ++i) dy[i] = static_cast<float>(i + 1);
  for (const ResizeCase& c : cases) {
    std::vector<float> y(15);
    std::vector<float> dx(6);
    const ResizeNearest nearest(kImage, 3, 5, c.grid, sizeof(float));
    nearest.run(kPixels, y.data());
    EXPECT_EQ(y, c.nearest);
    nearest.run_gradient(dy.data(), dx.data());
    EXPECT_EQ(dx, c.nearest_grad);
    const ResizeBilinear bilinear(DType::float32, kImage, 3, 5, c.grid);
    bilinear.run(kPixels, y.data());
    expect_pixels(y, c.bilinear);
    bilinear.run_gradient(dy.data(), dx.data());
    expect_pixels(dx, c.bilinear_grad);
    std::vector<float> small(2);
    ResizeBilinear(DType::float32, kImage, 1, 2, c.grid).run(kPixels, small.data());
    expect_pixels(small, c.bilinear_small);
  }
}

TEST(Resize, ChannelsBatchesAndBytes) {
  const uint8_t x[] = {1, 2, 3, 4, 5, 6, 7, 8};  // 2 images of 1 x 2 pixels of 2 channels
  uint8_t y[16];
  ResizeNearest({2, 1, 2, 2}, 1, 4, ResizeGrid::half_pixel, 1).run(x, y);
  EXPECT_EQ(std::vector<uint8_t>(y, y + 16),
            (std::vector<uint8_t>{1, 2, 1, 2, 3, 4, 3, 4, 5, 6, 5, 6, 7, 8, 7, 8}));
  float z[8];
  ResizeBilinear(DType::uint8, {2, 1, 2, 2}, 1, 2, ResizeGrid::half_pixel).run(x, z);
  EXPECT_EQ(std::vector<float>(z, z + 8), (std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_THROW(ResizeBilinear(DType::bool_, kImage, 1, 1, ResizeGrid::legacy), Error);
}

}  // namespace
}  // namespace rill::kernels
