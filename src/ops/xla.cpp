#include "ops/xla.h"

#include <algorithm>
#include <cstring>

#include "codec/proto_wire.h"
#include "ops/args.h"
#include "ops/composed.h"

namespace rill::xla {

Numbers::Numbers(const NodeAccess& node) {
  try {
    proto::Reader message(bytes_of(node.attr<std::string>("dimension_numbers")),
                          "dimension_numbers");
    while (message.next()) message.append_varints(fields_[message.number()]);
  } catch (const Error& e) {
    node.fail(Code::invalid_argument, "dimension_numbers cannot be read: ", e.what());
  }
}

const Ints& Numbers::list(uint32_t field) const {
  static const Ints* const none = new Ints;
  const auto found = fields_.find(field);
  return found == fields_.end() ? *none : found->second;
}

int64_t Numbers::one(uint32_t field) const {
  const Ints& all = list(field);
  return all.empty() ? 0 : all.back();
}

void require_dims(const NodeAccess& node, const char* what, const Ints& dims, int rank) {
  for (size_t i = 0; i < dims.size(); ++i) {
    const bool fresh = std::find(dims.begin(), dims.begin() + static_cast<std::ptrdiff_t>(i),
                                 dims[i]) == dims.begin() + static_cast<std::ptrdiff_t>(i);
    node.require(dims[i] >= 0 && dims[i] < rank && fresh, what, " must be different dimensions in ",
                 "[0, ", rank, "), got ", dims);
  }
}

Ints int_input(const KernelContext& ctx, int i, int64_t count) {
  const Tensor& t = ctx.input(i);
  ctx.require(t.rank() <= 1, ctx.def().inputs[static_cast<size_t>(i)].name,
              " must be a vector, got shape ", t.shape());
  ctx.require(count < 0 || t.size() == count, ctx.def().inputs[static_cast<size_t>(i)].name,
              " must have ", count, " elements, got ", t.size());
  Ints out(static_cast<size_t>(t.size()));
  for (size_t k = 0; k < out.size(); ++k) out[k] = int_at(t, static_cast<int64_t>(k));
  return out;
}

int64_t int_at(const Tensor& ints, int64_t i) { return index_at(ints.raw(), ints.dtype(), i); }

Shape shape_of(const NodeAccess& node, const Ints& dims) {
  require_valid_shape(node, dims);
  return Shape(dims);
}

Walk walk_of(const Shape& shape) {
  Walk out;
  out.steps.resize(static_cast<size_t>(shape.rank()));
  uint64_t step = 1;  // wraps round only where another dimension is 0, and nothing is read
  for (int d = shape.rank(); d-- > 0;) {
    out.steps[static_cast<size_t>(d)] = static_cast<int64_t>(step);
    step *= static_cast<uint64_t>(shape[d]);
  }
  return out;
}

void copy(const Ints& dims, const Tensor& from, const Walk& source, Tensor& to,
          const Walk& target) {
  for (const int64_t d : dims) {
    if (d == 0) return;
  }
  const auto size = static_cast<int64_t>(dtype_size(from.dtype()));
  const auto* in = static_cast<const std::byte*>(from.raw());
  auto* out = static_cast<std::byte*>(to.raw());
  Ints at(dims.size());
  int64_t s = source.begin, t = target.begin;
  while (true) {
    std::memcpy(out + t * size, in + s * size, static_cast<size_t>(size));
    size_t d = dims.size();
    while (d-- > 0) {
      s += source.steps[d];
      t += target.steps[d];
      if (++at[d] < dims[d]) break;
      s -= source.steps[d] * dims[d];
      t -= target.steps[d] * dims[d];
      at[d] = 0;
    }
    if (d == static_cast<size_t>(-1)) return;
  }
}

Tensor elements_at(const Tensor& t, const Ints& places) {
  const size_t size = dtype_size(t.dtype());
  Tensor out = Tensor::zeros(t.dtype(), Shape{static_cast<int64_t>(places.size())});
  for (size_t i = 0; i < places.size(); ++i) {
    std::memcpy(static_cast<std::byte*>(out.raw()) + i * size,
                static_cast<const std::byte*>(t.raw()) + static_cast<size_t>(places[i]) * size,
                size);
  }
  return out;
}

Tensor filled(const Tensor& scalar, const Shape& shape) {
  Tensor out = Tensor::zeros(scalar.dtype(), shape);
  Walk same;
  same.steps.resize(static_cast<size_t>(shape.rank()));
  Ints dims;
  for (int d = 0; d < shape.rank(); ++d) dims.push_back(shape[d]);
  copy(dims, scalar, same, out, walk_of(shape));
  return out;
}

Tensor transposed(const Tensor& t, const Ints& permutation) {
  return run_op_now("Transpose", {t, Tensor::vector(permutation)},
                    {{"T", t.dtype()}, {"Tperm", DType::int64}})[0];
}

Tensor cast_to(const Tensor& t, DType dtype) {
  if (t.dtype() == dtype) return t;
  return run_op_now("Cast", {t}, {{"SrcT", t.dtype()}, {"DstT", dtype}})[0];
}

Ints padded_dims(const NodeAccess& node, const Shape& shape, const Pads& pads) {
  constexpr int64_t kMost = int64_t{1} << 40;
  Ints out;
  for (int d = 0; d < shape.rank(); ++d) {
    const auto i = static_cast<size_t>(d);
    const int64_t low = pads.low[i], high = pads.high[i], interior = pads.interior[i];
    node.require(interior >= 0, "interior padding must not be negative, got ", interior);
    node.require(std::max({low, high, -low, -high, interior, shape[d]}) < kMost &&
                     (shape[d] == 0 || interior < kMost / shape[d]),
                 "padding is too large: ", low, ", ", high, ", ", interior);
    const int64_t inner = shape[d] == 0 ? 0 : shape[d] + (shape[d] - 1) * interior;
    out.push_back(inner + low + high);
    node.require(out.back() >= 0, "padding makes dimension ", d, " negative: ", out.back());
  }
  return out;
}

Tensor padded(const NodeAccess& node, const Tensor& t, const Tensor& value, const Pads& pads) {
  const Ints dims = padded_dims(node, t.shape(), pads);
  const Shape shape = shape_of(node, dims);
  Tensor out = filled(value, shape);
  Walk source = walk_of(t.shape()), target = walk_of(shape);
  Ints count(dims.size());
  for (size_t d = 0; d < dims.size(); ++d) {
    // Element i lies at low + i * step; those in [0, dims) stay.
    const int64_t step = pads.interior[d] + 1, low = pads.low[d];
    const int64_t first = low >= 0 ? 0 : (-low + step - 1) / step;
    const int64_t room = dims[d] - 1 - low;
    const int64_t last = std::min(t.dim(static_cast<int>(d)) - 1, room < 0 ? -1 : room / step);
    count[d] = std::max<int64_t>(0, last - first + 1);
    if (count[d] == 0) return out;
    source.begin += first * source.steps[d];
    target.begin += (low + first * step) * target.steps[d];
    target.steps[d] *= step;
  }
  copy(count, t, source, out, target);
  return out;
}

Elementwise::Elementwise(const KernelContext& ctx, const char* attr)
    : ctx_(ctx), function_(ctx.runtime().function(ctx.attr<NameAttrList>(attr))) {}

std::vector<Tensor> Elementwise::operator()(const std::vector<Tensor>& args) const {
  ctx_.runtime().check_cancelled();
  const Shape& shape = args.at(0).shape();
  if (shape.num_elements() == 0) return each(args);
  try {
    std::vector<Tensor> out = function_.call(args);
    const bool fits =
        std::all_of(out.begin(), out.end(), [&](const Tensor& t) { return t.shape() == shape; });
    if (fits) return out;
  } catch (const InvalidArgumentError&) {
    if (shape.rank() == 0) throw;  // else it may insist on scalars
  }
  return each(args);
}

std::vector<Tensor> Elementwise::each(const std::vector<Tensor>& args) const {
  const Shape shape = args[0].shape();
  std::vector<Tensor> out;
  const int64_t count = shape.num_elements();
  for (int64_t i = 0; i < std::max<int64_t>(count, 1); ++i) {
    std::vector<Tensor> scalars;
    for (const Tensor& t : args) {
      const size_t size = dtype_size(t.dtype());
      Tensor one = Tensor::zeros(t.dtype(), Shape{});
      if (count > 0) {
        std::memcpy(one.raw(),
                    static_cast<const std::byte*>(t.raw()) + static_cast<size_t>(i) * size, size);
      }
      scalars.push_back(std::move(one));
    }
    const std::vector<Tensor> results = function_.call(std::move(scalars));
    for (size_t k = 0; k < results.size(); ++k) {
      ctx_.require(results[k].rank() == 0, "the function must give scalars for scalars, got ",
                   results[k].shape());
      if (out.size() <= k) out.push_back(Tensor::zeros(results[k].dtype(), shape));
      const size_t size = dtype_size(results[k].dtype());
      if (count > 0) {
        std::memcpy(static_cast<std::byte*>(out[k].raw()) + static_cast<size_t>(i) * size,
                    results[k].raw(), size);
      }
    }
  }
  return out;
}

AttrDef type(const char* name) { return type_attr(name, kTypes); }
AttrDef index_type() { return type_attr("Tindices", kIndexTypes); }

}  // namespace rill::xla
