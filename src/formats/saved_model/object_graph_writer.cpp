#include "formats/graphdef/map_entry.h"
#include "formats/graphdef/shape_proto.h"
#include "formats/saved_model/object_graph.h"

namespace rill::formats {
namespace {

void write_function_spec(proto::Writer& out, uint32_t field,
                         const std::optional<FunctionSpec>& spec) {
  if (!spec) return;
  out.message(field, [&](proto::Writer& m) {
    if (spec->fullargspec.kind != StructuredValue::Kind::unset) {
      write_structured_value(m, 1, spec->fullargspec);
    }
    m.boolean_or_skip(2, spec->is_method);
    if (spec->input_signature.kind != StructuredValue::Kind::unset) {
      write_structured_value(m, 5, spec->input_signature);
    }
    m.int64_or_skip(6, spec->jit_compile);
  });
}

void write_variable(proto::Writer& out, uint32_t field, const SavedVariable& v) {
  out.message(field, [&](proto::Writer& m) {
    m.int64_or_skip(1, static_cast<int64_t>(v.dtype));
    write_shape(m, 2, v.shape);
    m.boolean_or_skip(3, v.trainable);
    m.int64_or_skip(4, v.synchronization);
    m.int64_or_skip(5, v.aggregation);
    m.bytes_or_skip(6, v.name);
    m.bytes_or_skip(7, v.device);
    for (const SavedVariable& component : v.components) write_variable(m, 8, component);
  });
}

struct ValueWriter {
  proto::Writer& out;

  void operator()(const std::monostate&) const {}
  void operator()(const SavedUserObject& v) const {
    out.message(4, [&](proto::Writer& m) {
      m.bytes_or_skip(1, v.identifier);
      m.message(2, [&](proto::Writer& version) {
        version.int64_or_skip(1, v.producer);
        version.int64_or_skip(2, v.min_consumer);
      });
      m.bytes_or_skip(3, v.metadata);
    });
  }
  void operator()(const SavedAsset& v) const {
    out.message(5, [&](proto::Writer& m) { m.int64_or_skip(1, v.index); });
  }
  void operator()(const SavedFunction& v) const {
    out.message(6, [&](proto::Writer& m) {
      for (const std::string& name : v.concrete_functions) m.bytes(1, name);
      write_function_spec(m, 2, v.spec);
    });
  }
  void operator()(const SavedVariable& v) const { write_variable(out, 7, v); }
  void operator()(const SavedBareConcreteFunction& v) const {
    out.message(8, [&](proto::Writer& m) {
      m.bytes_or_skip(1, v.concrete_function);
      for (const std::string& keyword : v.argument_keywords) m.bytes(2, keyword);
      m.int64_or_skip(3, v.allowed_positional_arguments);
      write_function_spec(m, 4, v.spec);
    });
  }
  void operator()(const SavedConstant& v) const {
    out.message(9, [&](proto::Writer& m) { m.bytes_or_skip(1, v.operation); });
  }
  void operator()(const SavedResource& v) const {
    out.message(10, [&](proto::Writer& m) { m.bytes_or_skip(1, v.device); });
  }
  void operator()(const CapturedTensor& v) const {
    out.message(12, [&](proto::Writer& m) {
      m.bytes_or_skip(1, v.name);
      m.bytes_or_skip(2, v.concrete_function);
    });
  }
};

// The kinds of values have numbers on both sides of saveable_objects = 11; the order of fields
// means nothing to a reader.
void write_object(proto::Writer& out, const SavedObject& object) {
  out.message(1, [&](proto::Writer& message) {
    for (const ObjectReference& r : object.children) write_object_reference(message, 1, r);
    for (const SlotVariable& slot : object.slot_variables) write_slot_variable(message, 3, slot);
    std::visit(ValueWriter{message}, object.value);
    for (const auto& [name, saveable] : object.saveable_objects) {
      write_map_entry(message, 11, name, [&, &s = saveable](proto::Writer& m) {
        m.int64_or_skip(2, s.save_function);
        m.int64_or_skip(3, s.restore_function);
      });
    }
    message.bytes_or_skip(13, object.registered_name);
    for (const ObjectReference& r : object.dependencies) write_object_reference(message, 15, r);
    message.bytes_or_skip(16, object.registered_saver);
  });
}

}  // namespace

void write_object_graph(proto::Writer& out, uint32_t field, const SavedObjectGraph& graph) {
  out.message(field, [&](proto::Writer& message) {
    for (const SavedObject& object : graph.nodes) write_object(message, object);
    for (const auto& [name, function] : graph.concrete_functions) {
      write_map_entry(message, 2, name, [&, &f = function](proto::Writer& m) {
        m.packed_varints(2, std::vector<int64_t>(f.bound_inputs.begin(), f.bound_inputs.end()));
        if (f.input_signature.kind != StructuredValue::Kind::unset) {
          write_structured_value(m, 3, f.input_signature);
        }
        if (f.output_signature.kind != StructuredValue::Kind::unset) {
          write_structured_value(m, 4, f.output_signature);
        }
      });
    }
  });
}

}  // namespace rill::formats
