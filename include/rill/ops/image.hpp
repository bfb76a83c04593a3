// Operations on images [batch, height, width, channels], named as in TensorFlow's tf.image.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill::ops {

// size: [height, width]. The result is float32 (nearest: as the images).
RILL_API Value resize_bilinear(const Value& images, const Value& size, bool align_corners = false,
                               bool half_pixel_centers = false, std::string_view name = {});
RILL_API Value resize_nearest_neighbor(const Value& images, const Value& size,
                                       bool align_corners = false, bool half_pixel_centers = false,
                                       std::string_view name = {});
RILL_API Value resize_bicubic(const Value& images, const Value& size, bool align_corners = false,
                              bool half_pixel_centers = false, std::string_view name = {});
RILL_API Value resize_area(const Value& images, const Value& size, bool align_corners = false,
                           std::string_view name = {});

// Boxes [n, 4] = y1, x1, y2, x2 between 0 and 1; method: "bilinear" or "nearest".
RILL_API Value crop_and_resize(const Value& image, const Value& boxes, const Value& box_indices,
                               const Value& crop_size, std::string_view method = "bilinear",
                               float extrapolation_value = 0.0f, std::string_view name = {});
// Indices of the boxes that stay, best scores first.
RILL_API Value non_max_suppression(const Value& boxes, const Value& scores,
                                   const Value& max_output_size, const Value& iou_threshold,
                                   const Value& score_threshold, std::string_view name = {});

RILL_API Value rgb_to_hsv(const Value& images, std::string_view name = {});
RILL_API Value hsv_to_rgb(const Value& images, std::string_view name = {});
RILL_API Value adjust_contrast(const Value& images, const Value& factor,
                               std::string_view name = {});
RILL_API Value adjust_hue(const Value& images, const Value& delta, std::string_view name = {});
RILL_API Value adjust_saturation(const Value& images, const Value& factor,
                                 std::string_view name = {});
// Each row of transforms [n or 1, 8] maps a position of the result to one of the image.
RILL_API Value image_projective_transform(const Value& images, const Value& transforms,
                                          const Value& output_shape, const Value& fill_value,
                                          std::string_view interpolation = "BILINEAR",
                                          std::string_view fill_mode = "CONSTANT",
                                          std::string_view name = {});
// ksizes, strides, rates: [1, rows, columns, 1].
RILL_API Value extract_image_patches(const Value& images, const std::vector<int64_t>& ksizes,
                                     const std::vector<int64_t>& strides,
                                     const std::vector<int64_t>& rates, std::string_view padding,
                                     std::string_view name = {});

// The bytes of a file as pixels [height, width, channels], of an animated GIF [frames, height,
// width, 3]. channels: 0 takes those of the file.
RILL_API Value decode_image(const Value& contents, int64_t channels = 0, DType dtype = DType::uint8,
                            bool expand_animations = true, std::string_view name = {});
RILL_API Value decode_jpeg(const Value& contents, int64_t channels = 0,
                           std::string_view dct_method = "", std::string_view name = {});
RILL_API Value decode_png(const Value& contents, int64_t channels = 0, DType dtype = DType::uint8,
                          std::string_view name = {});
RILL_API Value decode_gif(const Value& contents, std::string_view name = {});
RILL_API Value decode_bmp(const Value& contents, int64_t channels = 0, std::string_view name = {});
RILL_API Value encode_png(const Value& image, int64_t compression = -1, std::string_view name = {});
RILL_API Value encode_jpeg(const Value& image, int64_t quality = 95, std::string_view name = {});

}  // namespace rill::ops
