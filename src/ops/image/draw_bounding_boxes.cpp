// DrawBoundingBoxes and V2 (tensorflow/core/kernels/image/draw_bounding_box_op.cc).
#include <algorithm>
#include <cstring>

#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "tensor/dispatch.h"

namespace rill {
namespace {

constexpr float kColors[10][4] = {
    {1, 1, 0, 1},       {0, 0, 1, 1},    {1, 0, 0, 1},    {0, 1, 0, 1}, {0.5f, 0, 0.5f, 1},
    {0.5f, 0.5f, 0, 1}, {0.5f, 0, 0, 1}, {0, 0, 0.5f, 1}, {0, 1, 1, 1}, {1, 0, 1, 1}};

void infer_draw_bounding_boxes(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 4);
  ctx.require_rank_exactly(1, 3);
  const Shape x = ctx.input(0).has_rank() ? ctx.input(0) : Shape::unknown_dims(4);
  const Shape boxes = ctx.input(1).has_rank() ? ctx.input(1) : Shape::unknown_dims(3);
  ctx.require(x[3] < 0 || x[3] == 1 || x[3] == 3 || x[3] == 4,
              "Channel depth should be either 1 (GRY), 3 (RGB), or 4 (RGBA), but is ", x[3]);
  ctx.require((boxes[2] < 0 || boxes[2] == 4) && (boxes[0] < 0 || x[0] < 0 || boxes[0] == x[0]),
              "boxes of shape ", boxes, " do not fit images of shape ", x);
  if (ctx.num_inputs() > 2) {
    ctx.require_rank_exactly(2, 2);
    const Shape& colors = ctx.input(2);
    ctx.require(
        !colors.has_rank() || colors[0] == 0 || colors[1] < 0 || x[3] < 0 || colors[1] >= x[3],
        "colors of shape ", colors, " have fewer channels than the images, ", x[3]);
  }
  ctx.set_output(0, x);
}

template <typename T>
struct DrawBoundingBoxesRun {
  Shape x;
  int64_t boxes, colors, color_depth;  // colors: rows of input 2; 0: the usual ones

  void operator()(const RunArgs& args) const {
    const auto count = static_cast<size_t>(x.num_elements());
    std::memcpy(args.out[0], args.in[0], count * sizeof(T));
    for (int64_t image = 0; image < x[0]; ++image) {
      for (int64_t b = 0; b < boxes; ++b) {
        const float* color = colors > 0
                                 ? static_cast<const float*>(args.in[2]) + b % colors * color_depth
                                 : kColors[b % 10];
        const float white[] = {1};
        if (colors == 0 && x[3] == 1) color = white;
        draw(static_cast<const float*>(args.in[1]) + (image * boxes + b) * 4, color,
             static_cast<T*>(args.out[0]) + image * x[1] * x[2] * x[3]);
      }
    }
  }

  void draw(const float* box, const float* color, T* image) const {
    const auto pixel = [](float at, int64_t size) {
      const float position = at * static_cast<float>(size - 1);
      constexpr float kFar = 1e9f;
      return position != position ? int64_t{-1}
                                  : static_cast<int64_t>(std::clamp(position, -kFar, kFar));
    };
    const int64_t height = x[1], width = x[2];
    const int64_t top = pixel(box[0], height), bottom = pixel(box[2], height);
    const int64_t left = pixel(box[1], width), right = pixel(box[3], width);
    if (top > bottom || left > right || top >= height || bottom < 0 || left >= width || right < 0) {
      return;
    }
    const int64_t r0 = std::max<int64_t>(0, top), r1 = std::min(bottom, height - 1);
    const int64_t c0 = std::max<int64_t>(0, left), c1 = std::min(right, width - 1);
    const auto paint = [&](int64_t r, int64_t c) {
      for (int64_t k = 0; k < x[3]; ++k) {
        image[(r * width + c) * x[3] + k] = static_cast<T>(color[k]);
      }
    };
    for (int64_t c = c0; c <= c1; ++c) {
      if (top >= 0) paint(top, c);
      if (bottom < height) paint(bottom, c);
    }
    for (int64_t r = r0; r <= r1; ++r) {
      if (left >= 0) paint(r, left);
      if (right < width) paint(r, right);
    }
  }
};

Prepared prepare_draw_bounding_boxes(const PrepareContext& ctx) {
  const Shape x = ctx.input(0);
  if (x.num_elements() == 0) return prepared_nothing();
  const Shape colors = ctx.num_inputs() > 2 ? ctx.input(2) : Shape{0, 4};
  const int64_t boxes = ctx.input(1)[1];
  Prepared p;
  dispatch_float(ctx.input_dtype(0), "DrawBoundingBoxes", [&]<typename T>() {
    p = prepared(DrawBoundingBoxesRun<T>{x, boxes, colors[0], colors[1]});
  });
  return p;
}

}  // namespace

void register_draw_bounding_boxes(OpRegistry& registry) {
  const AttrDef type = type_attr("T", type_set<DType::float32, DType::float16>, DType::float32);
  registry.add({.signature = "DrawBoundingBoxes(images: T, boxes: float32) -> (output: T)",
                .attrs = {type},
                .shape = infer_draw_bounding_boxes,
                .prepare = prepare_draw_bounding_boxes});
  registry.add(
      {.signature =
           "DrawBoundingBoxesV2(images: T, boxes: float32, colors: float32) -> (output: T)",
       .attrs = {type},
       .shape = infer_draw_bounding_boxes,
       .prepare = prepare_draw_bounding_boxes});
}

}  // namespace rill
