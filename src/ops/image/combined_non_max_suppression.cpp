// CombinedNonMaxSuppression: suppression within every class of every image, the best of all
// classes together (tensorflow/core/kernels/image/non_max_suppression_op.cc).
#include <algorithm>
#include <vector>

#include "base/thread_pool.h"
#include "op/registry.h"
#include "ops/args.h"

namespace rill {
namespace {

// boxes [batch, n, 1 or classes, 4], scores [batch, n, classes]
void require_shapes(const NodeAccess& node, const Shape& boxes, const Shape& scores) {
  node.require(!boxes.has_rank() || boxes.rank() == 4,
               "boxes must be 4-dimensional, but have shape ", boxes);
  node.require(!scores.has_rank() || scores.rank() == 3,
               "scores must be 3-dimensional, but have shape ", scores);
  if (!boxes.has_rank() || !scores.has_rank()) return;
  const auto same = [](int64_t a, int64_t b) { return a < 0 || b < 0 || a == b; };
  node.require(same(boxes[3], 4) && same(boxes[0], scores[0]) && same(boxes[1], scores[1]) &&
                   (same(boxes[2], 1) || same(boxes[2], scores[2])),
               "boxes of shape ", boxes, " and scores of shape ", scores, " do not fit");
}

int64_t length(const NodeAccess& node, int64_t per_class, int64_t total, int64_t classes) {
  node.require(per_class > 0, "max_size_per_class must be positive, but is ", per_class);
  node.require(total > 0, "max_total_size must be positive, but is ", total);
  return node.attr<bool>("pad_per_class") ? std::min(total, per_class * classes) : total;
}

void infer_combined_non_max_suppression(ShapeContext& ctx) {
  const Shape& boxes = ctx.input(0);
  const Shape& scores = ctx.input(1);
  require_shapes(ctx, boxes, scores);
  for (int i = 2; i < 6; ++i) ctx.require_rank_exactly(i, 0);
  const auto per_class = ctx.int_scalar(2), total = ctx.int_scalar(3);
  int64_t n = Shape::kUnknownDim;
  const bool classes_known = scores.has_rank() && scores[2] >= 0;
  if (per_class && total && (classes_known || !ctx.attr<bool>("pad_per_class"))) {
    n = length(ctx, *per_class, *total, classes_known ? scores[2] : 0);
  }
  const int64_t batch = boxes.has_rank() ? boxes[0] : scores.has_rank() ? scores[0] : -1;
  ctx.set_output(0, Shape{batch, n, 4});
  ctx.set_output(1, Shape{batch, n});
  ctx.set_output(2, Shape{batch, n});
  ctx.set_output(3, Shape{batch});
}

struct Found {
  const float* box;
  float score;
  int64_t label;
};

// Boxes that stay, in columns: all of them are compared with another at once.
class Kept {
 public:
  // The intersection over union of `box` and one of them is above `overlap` (not negative).
  bool hide(const float* box, float overlap) const {
    const Corners a(box);
    if (a.area <= 0) return false;
    const size_t n = area_.size();
    constexpr size_t kBlock = 32;
    for (size_t first = 0; first < n; first += kBlock) {
      const size_t end = std::min(n, first + kBlock);
      int32_t hidden = 0;
      for (size_t i = first; i < end; ++i) {
        const float y = least(a.high_y, high_y_[i]) - most(a.low_y, low_y_[i]);
        const float x = least(a.high_x, high_x_[i]) - most(a.low_x, low_x_[i]);
        const float both = most(y, 0.0f) * most(x, 0.0f);
        hidden |= (area_[i] > 0) & (both / (a.area + area_[i] - both) > overlap);
      }
      if (hidden != 0) return true;
    }
    return false;
  }
  void add(const float* box) {
    const Corners a(box);
    low_y_.push_back(a.low_y);
    high_y_.push_back(a.high_y);
    low_x_.push_back(a.low_x);
    high_x_.push_back(a.high_x);
    area_.push_back(a.area);
  }

 private:
  static float least(float a, float b) { return b < a ? b : a; }
  static float most(float a, float b) { return a < b ? b : a; }
  struct Corners {
    explicit Corners(const float* b)
        : low_y(least(b[0], b[2])),
          high_y(most(b[0], b[2])),
          low_x(least(b[1], b[3])),
          high_x(most(b[1], b[3])),
          area((high_y - low_y) * (high_x - low_x)) {}
    float low_y, high_y, low_x, high_x, area;
  };
  std::vector<float> low_y_, high_y_, low_x_, high_x_, area_;
};

// The boxes of one class that stay, best first, at most `limit`.
std::vector<Found> select_class(const float* boxes, int64_t box_step, const float* scores,
                                int64_t score_step, int64_t n, int64_t label, int64_t limit,
                                float overlap, float least) {
  struct Candidate {
    float score;
    int64_t box;
  };
  std::vector<Candidate> order;
  for (int64_t i = 0; i < n; ++i) {
    const float score = scores[i * score_step];
    if (score > least) order.push_back({score, i});
  }
  std::sort(order.begin(), order.end(), [](const Candidate& a, const Candidate& b) {
    return a.score > b.score || (a.score == b.score && a.box < b.box);
  });
  Kept kept;
  std::vector<Found> result;
  for (const Candidate& c : order) {
    if (static_cast<int64_t>(result.size()) >= limit) break;
    const float* box = boxes + c.box * box_step;
    if (kept.hide(box, overlap)) continue;
    kept.add(box);
    result.push_back({box, c.score, label});
  }
  return result;
}

void run_combined_non_max_suppression(KernelContext& ctx) {
  const Shape& boxes = ctx.input(0).shape();
  const Shape& scores = ctx.input(1).shape();
  require_shapes(ctx, boxes, scores);
  for (int i = 2; i < 6; ++i) {
    ctx.require(ctx.input(i).rank() == 0, "input ", i, " must be a scalar, but has shape ",
                ctx.input(i).shape());
  }
  const int64_t per_class = *ctx.input(2).data<int32_t>(), total = *ctx.input(3).data<int32_t>();
  const float overlap = *ctx.input(4).data<float>(), least = *ctx.input(5).data<float>();
  ctx.require(overlap >= 0 && overlap <= 1, "iou_threshold must be in [0, 1], but is ", overlap);
  const int64_t batch = scores[0], n = scores[1], classes = scores[2], kinds = boxes[2];
  const int64_t size = length(ctx, per_class, total, classes);
  const bool clip = ctx.attr<bool>("clip_boxes");
  auto* out_boxes = ctx.output(0, Shape{batch, size, 4}).data<float>();
  auto* out_scores = ctx.output(1, Shape{batch, size}).data<float>();
  auto* out_classes = ctx.output(2, Shape{batch, size}).data<float>();
  auto* valid = ctx.output(3, Shape{batch}).data<int32_t>();
  std::vector<std::vector<Found>> chosen(static_cast<size_t>(n > 0 ? batch * classes : 0));
  const float *all_boxes = ctx.input(0).data<float>(), *all_scores = ctx.input(1).data<float>();
  parallel_for(static_cast<int64_t>(chosen.size()), grain_of(64 * n),
               [&](int64_t begin, int64_t end) {
                 for (int64_t i = begin; i < end; ++i) {
                   const int64_t b = i / classes, c = i % classes;
                   chosen[static_cast<size_t>(i)] = select_class(
                       all_boxes + b * n * kinds * 4 + (kinds > 1 ? c * 4 : 0), kinds * 4,
                       all_scores + b * n * classes + c, classes, n, c, per_class, overlap, least);
                 }
               });
  for (int64_t b = 0; b < batch; ++b) {
    std::vector<Found> found;
    for (int64_t c = 0; c < classes && n > 0; ++c) {
      const auto& some = chosen[static_cast<size_t>(b * classes + c)];
      found.insert(found.end(), some.begin(), some.end());
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Found& x, const Found& y) { return x.score > y.score; });
    const auto count = std::min<int64_t>(size, static_cast<int64_t>(found.size()));
    valid[b] = static_cast<int32_t>(count);
    for (int64_t i = 0; i < size; ++i) {
      const Found none{nullptr, 0, 0};
      const Found& f = i < count ? found[static_cast<size_t>(i)] : none;
      const int64_t at = b * size + i;
      for (int64_t k = 0; k < 4; ++k) {
        const float value = f.box ? f.box[k] : 0.0f;
        out_boxes[at * 4 + k] = clip ? std::clamp(value, 0.0f, 1.0f) : value;
      }
      out_scores[at] = f.score;
      out_classes[at] = static_cast<float>(f.label);
    }
  }
}

}  // namespace

void register_combined_non_max_suppression(OpRegistry& registry) {
  registry.add({.signature = "CombinedNonMaxSuppression(boxes: float32, scores: float32, "
                             "max_output_size_per_class: int32, max_total_size: int32, "
                             "iou_threshold: float32, score_threshold: float32) -> (nmsed_boxes: "
                             "float32, nmsed_scores: float32, nmsed_classes: float32, "
                             "valid_detections: int32)",
                .attrs = {bool_attr("pad_per_class", false), bool_attr("clip_boxes", true)},
                .shape = infer_combined_non_max_suppression,
                .kernel = run_combined_non_max_suppression});
}

}  // namespace rill
