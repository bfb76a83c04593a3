#include "autodiff/backprop.h"

#include "base/fail.h"
#include "op/indexed_slices.h"
#include "op/node_access.h"
#include "op/variable.h"

namespace rill::autodiff {

ValueKey key_of(const Value& value) {
  if (value.is_symbolic()) {
    return {value.rep()->graph.get(), (int64_t{value.rep()->node} << 16) | value.rep()->output};
  }
  if (value.is_variable()) return {value.rep()->variable.get(), -1};
  if (value.is_dense() && value.dtype() == DType::resource && value.size() == 1) {
    return {value.opaque_at().get(), -1};
  }
  return {value.rep(), -2};
}

bool is_differentiable(DType dtype) {
  return is_floating(dtype) || is_complex(dtype) || dtype == DType::resource ||
         dtype == DType::variant;
}

namespace {

class RecordContext final : public GradContext {
 public:
  RecordContext(const GradRecord& record, Values gradients, std::vector<char> needed)
      : record_(record),
        raw_(std::move(gradients)),
        dense_(raw_.size()),
        needed_(std::move(needed)) {}

  const OpDef& def() const override { return *record_.def; }
  const AttrMap& attrs() const override { return record_.attrs; }
  int num_inputs() const override { return static_cast<int>(record_.inputs.size()); }
  const Value& input(int i) const override { return record_.inputs.at(static_cast<size_t>(i)); }
  int num_outputs() const override { return static_cast<int>(record_.outputs.size()); }
  const Value& output(int i) const override { return record_.outputs.at(static_cast<size_t>(i)); }
  const Value& raw_output_gradient(int i) const override { return raw_.at(static_cast<size_t>(i)); }
  const Value& output_gradient(int i) const override {
    Value& dense = dense_.at(static_cast<size_t>(i));
    const Value& raw = raw_[static_cast<size_t>(i)];
    if (!dense && raw) dense = densify(raw);
    return dense;
  }
  bool needs_gradient(int i) const override { return needed_.at(static_cast<size_t>(i)) != 0; }

 private:
  const GradRecord& record_;
  Values raw_;
  mutable Values dense_;
  std::vector<char> needed_;
};

class Sweep {
 public:
  Sweep(const std::vector<GradRecord>& records, const BackpropRequest& request)
      : records_(records), request_(request) {}

  Values run() {
    for (const Value& v : request_.sources) sources_.insert(key_of(v));
    for (const Value& v : request_.stops) stops_.insert(key_of(v));
    find_reach();
    seed();
    for (size_t i = records_.size(); i-- > 0;) step(records_[i]);
    return results();
  }

 private:
  // What depends on a source: the gradient of anything else is not asked for.
  void find_reach() {
    reach_ = sources_;
    for (const GradRecord& record : records_) {
      if (record.def->not_differentiable && !given(record)) continue;
      bool reached = false;
      for (const Value& input : record.inputs) {
        reached = reached || (is_differentiable(input.dtype()) && reach_.contains(key_of(input)));
      }
      if (!reached) continue;
      for (const Value& output : record.outputs) {
        if (!is_differentiable(output.dtype())) continue;
        const ValueKey key = key_of(output);
        if (!stops_.contains(key)) reach_.insert(key);
      }
    }
  }

  void seed() {
    for (size_t i = 0; i < request_.targets.size(); ++i) {
      const Value& target = request_.targets[i];
      if (!is_differentiable(target.dtype())) continue;
      Value given = i < request_.seeds.size() ? request_.seeds[i] : Value();
      if (!given) {
        given = emit("OnesLike", {target});
      } else {
        check_seed(target, given);
        if (given.is_weak() && given.dtype() != target.dtype()) {
          given = emit("Cast", {given}, {{"SrcT", given.dtype()}, {"DstT", target.dtype()}});
        }
      }
      flowing_[key_of(target)].push_back(std::move(given));
    }
  }

  static void check_seed(const Value& target, const Value& given) {
    if (!given.is_weak() && gradient_dtype(given) != target.dtype()) {
      fail(Code::invalid_argument, "a gradient of dtype ", gradient_dtype(given),
           " was given for a target of dtype ", target.dtype());
    }
    if (!gradient_shape(given).is_compatible_with(target.shape())) {
      fail(Code::invalid_argument, "a gradient of shape ", gradient_shape(given),
           " was given for a target of shape ", target.shape());
    }
  }

  // What flows into a value, summed. It is taken away, unless the value is a source.
  Value take(const ValueKey& key) {
    const auto found = flowing_.find(key);
    if (found == flowing_.end()) return {};
    Value sum = accumulate(std::move(found->second));
    if (sources_.contains(key)) {
      found->second = {sum};
    } else {
      flowing_.erase(found);
    }
    return sum;
  }

  void step(const GradRecord& record) {
    if (record.def->not_differentiable && !given(record)) return;
    bool flows = false;
    for (const Value& output : record.outputs) {
      const ValueKey key = key_of(output);
      flows = flows || (flowing_.contains(key) && !stops_.contains(key));
    }
    if (!flows) return;
    std::vector<char> needed;
    bool any = false;
    for (const Value& input : record.inputs) {
      needed.push_back(is_differentiable(input.dtype()) && reach_.contains(key_of(input)));
      any = any || needed.back() != 0;
    }
    if (!any) return;
    Values incoming;
    for (const Value& output : record.outputs) {
      const ValueKey key = key_of(output);
      incoming.push_back(stops_.contains(key) ? Value() : take(key));
    }
    Values gradients = call(record, RecordContext(record, std::move(incoming), needed));
    if (gradients.size() != record.inputs.size()) {
      fail(Code::internal, "the gradient of op ", record.def->name, " gave ", gradients.size(),
           " values for ", record.inputs.size(), " inputs");
    }
    for (size_t i = 0; i < gradients.size(); ++i) {
      if (!gradients[i] || needed[i] == 0) continue;
      check(record, i, gradients[i]);
      flowing_[key_of(record.inputs[i])].push_back(std::move(gradients[i]));
    }
  }

  static void check(const GradRecord& record, size_t i, const Value& gradient) {
    const Value& input = record.inputs[i];
    if (input.dtype() == DType::resource || input.dtype() == DType::variant) return;
    if (!gradient_shape(gradient).is_compatible_with(input.shape()) ||
        gradient_dtype(gradient) != input.dtype()) {
      fail(Code::invalid_argument, "the gradient of op ", record.def->name, " for input ", i,
           " is ", gradient_dtype(gradient), " ", gradient_shape(gradient), "; the input is ",
           input.dtype(), " ", input.shape());
    }
  }

  static std::shared_ptr<const CustomGradient> given(const GradRecord& record) {
    return record.custom ? record.custom : replaced_gradient(*record.def, record.attrs);
  }

  static Values call(const GradRecord& record, const RecordContext& context) {
    if (const auto instead = given(record)) return (*instead)(context);
    if (const GradientFn structural = structural_gradient(record.def->name)) {
      return structural(context);
    }
    if (record.def->gradient == nullptr) {
      fail(Code::unimplemented, "no gradient is defined for op ", record.def->name,
           "; take it out of the path with stop_gradient, or give it one with register_gradient");
    }
    return record.def->gradient(context);
  }

  Values results() {
    Values out;
    for (const Value& source : request_.sources) {
      const auto found = flowing_.find(key_of(source));
      Value gradient;
      if (found != flowing_.end()) {
        gradient = accumulate(found->second);
        found->second = {gradient};
        if (!request_.indexed_slices) gradient = densify(gradient);
      } else if (request_.unconnected_zeros) {
        gradient = zeros_of(source);
      }
      out.push_back(std::move(gradient));
    }
    return out;
  }

  const std::vector<GradRecord>& records_;
  const BackpropRequest& request_;
  ValueKeys sources_;
  ValueKeys stops_;
  ValueKeys reach_;
  std::unordered_map<ValueKey, std::vector<Value>, ValueKeyHash> flowing_;
};

Value concat_rows(const Values& parts) {
  if (parts.size() == 1) return parts[0];
  Values inputs = parts;
  inputs.push_back(Tensor::scalar<int32_t>(0));
  return emit("ConcatV2", inputs, {{"N", static_cast<int64_t>(parts.size())}});
}

}  // namespace

Values backprop(const std::vector<GradRecord>& records, const BackpropRequest& request) {
  return Sweep(records, request).run();
}

Value accumulate(std::vector<Value> gradients) {
  if (gradients.empty()) return {};
  if (gradients.size() == 1) return std::move(gradients[0]);
  bool all_slices = true;
  for (const Value& g : gradients) all_slices = all_slices && is_indexed_slices(g);
  if (all_slices) {
    Values values, indices;
    DType index_type = DType::int32;
    for (const Value& g : gradients) {
      if (indexed_slices(g).indices.dtype() == DType::int64) index_type = DType::int64;
    }
    for (const Value& g : gradients) {
      const IndexedSlices& s = indexed_slices(g);
      values.push_back(s.values);
      indices.push_back(
          s.indices.dtype() == index_type
              ? s.indices
              : emit("Cast", {s.indices}, {{"SrcT", s.indices.dtype()}, {"DstT", index_type}}));
    }
    const IndexedSlices& first = indexed_slices(gradients[0]);
    return make_indexed_slices({concat_rows(values), concat_rows(indices), first.dense_shape},
                               gradient_shape(gradients[0]));
  }
  for (Value& g : gradients) g = densify(g);
  if (gradients.size() == 2 && gradients[0].dtype() != DType::variant) {
    return emit("AddV2", gradients);
  }
  return emit("AddN", gradients);
}

Value zeros_of(const Value& value) {
  if (value.is_variable() && value.shape().is_fully_defined()) {
    return Tensor::zeros(value.dtype(), value.shape());
  }
  return emit("ZerosLike", {value});
}

}  // namespace rill::autodiff
