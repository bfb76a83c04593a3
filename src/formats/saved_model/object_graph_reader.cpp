#include "base/fail.h"
#include "formats/graphdef/map_entry.h"
#include "formats/graphdef/shape_proto.h"
#include "formats/saved_model/object_graph.h"

namespace rill::formats {
namespace {

FunctionSpec read_function_spec(proto::Reader message, ReadContext& context, int depth) {
  FunctionSpec out;
  while (message.next()) {
    switch (message.number()) {
      case 1:
        out.fullargspec =
            read_structured_value(message.message("StructuredValue"), context, depth + 1);
        break;
      case 2:
        out.is_method = message.boolean();
        break;
      case 5:
        out.input_signature =
            read_structured_value(message.message("StructuredValue"), context, depth + 1);
        break;
      case 6:
        out.jit_compile = message.int32();
        break;
      default:
        break;
    }
  }
  return out;
}

SavedUserObject read_user_object(proto::Reader message) {
  SavedUserObject out;
  while (message.next()) {
    switch (message.number()) {
      case 1:
        out.identifier = read_string(message);
        break;
      case 2:
        for (proto::Reader version = message.message("VersionDef"); version.next();) {
          if (version.number() == 1) out.producer = version.int32();
          if (version.number() == 2) out.min_consumer = version.int32();
        }
        break;
      case 3:
        out.metadata = read_string(message);
        break;
      default:
        break;
    }
  }
  return out;
}

SavedFunction read_function(proto::Reader message, ReadContext& context, int depth) {
  SavedFunction out;
  while (message.next()) {
    if (message.number() == 1) out.concrete_functions.emplace_back(read_string(message));
    if (message.number() == 2) {
      out.spec = read_function_spec(message.message("FunctionSpec"), context, depth + 1);
    }
  }
  return out;
}

SavedVariable read_variable(proto::Reader message, int depth) {
  check_depth(message, depth);
  SavedVariable out;
  while (message.next()) {
    switch (message.number()) {
      case 1:
        out.dtype = read_dtype(message);
        break;
      case 2:
        out.shape = read_shape(message.message("TensorShapeProto"));
        break;
      case 3:
        out.trainable = message.boolean();
        break;
      case 4:
        out.synchronization = message.int32();
        break;
      case 5:
        out.aggregation = message.int32();
        break;
      case 6:
        out.name = read_string(message);
        break;
      case 7:
        out.device = read_string(message);
        break;
      case 8:
        out.components.push_back(read_variable(message.message("SavedVariable"), depth + 1));
        break;
      default:
        break;
    }
  }
  return out;
}

SavedBareConcreteFunction read_bare_function(proto::Reader message, ReadContext& context,
                                             int depth) {
  SavedBareConcreteFunction out;
  while (message.next()) {
    switch (message.number()) {
      case 1:
        out.concrete_function = read_string(message);
        break;
      case 2:
        out.argument_keywords.emplace_back(read_string(message));
        break;
      case 3:
        out.allowed_positional_arguments = message.int64();
        break;
      case 4:
        out.spec = read_function_spec(message.message("FunctionSpec"), context, depth + 1);
        break;
      default:
        break;
    }
  }
  return out;
}

CapturedTensor read_captured(proto::Reader message) {
  CapturedTensor out;
  while (message.next()) {
    if (message.number() == 1) out.name = read_string(message);
    if (message.number() == 2) out.concrete_function = read_string(message);
  }
  return out;
}

// A message whose only field is text.
std::string read_text(proto::Reader message) {
  std::string out;
  while (message.next()) {
    if (message.number() == 1) out = read_string(message);
  }
  return out;
}

SaveableObject read_saveable(proto::Reader message) {
  SaveableObject out;
  while (message.next()) {
    if (message.number() == 2) out.save_function = message.int32();
    if (message.number() == 3) out.restore_function = message.int32();
  }
  return out;
}

SavedObject read_object(proto::Reader message, ReadContext& context, int depth) {
  context.charge(sizeof(SavedObject));
  SavedObject out;
  while (message.next()) {
    context.charge(sizeof(SlotVariable));
    switch (message.number()) {
      case 1:
        out.children.push_back(read_object_reference(message.message("child")));
        break;
      case 3:
        out.slot_variables.push_back(read_slot_variable(message.message("slot")));
        break;
      case 4:
        out.value = read_user_object(message.message("SavedUserObject"));
        break;
      case 5: {
        SavedAsset asset;
        for (proto::Reader m = message.message("SavedAsset"); m.next();) {
          if (m.number() == 1) asset.index = m.int32();
        }
        out.value = asset;
        break;
      }
      case 6:
        out.value = read_function(message.message("SavedFunction"), context, depth + 1);
        break;
      case 7:
        out.value = read_variable(message.message("SavedVariable"), depth + 1);
        break;
      case 8:
        out.value =
            read_bare_function(message.message("SavedBareConcreteFunction"), context, depth + 1);
        break;
      case 9:
        out.value = SavedConstant{read_text(message.message("SavedConstant"))};
        break;
      case 10:
        out.value = SavedResource{read_text(message.message("SavedResource"))};
        break;
      case 11: {
        const MapEntry entry = read_map_entry(message.message("saveable"), "SaveableObject");
        out.saveable_objects[std::string(entry.key)] = read_saveable(entry.value);
        break;
      }
      case 12:
        out.value = read_captured(message.message("CapturedTensor"));
        break;
      case 13:
        out.registered_name = read_string(message);
        break;
      case 15:
        out.dependencies.push_back(read_object_reference(message.message("dependency")));
        break;
      case 16:
        out.registered_saver = read_string(message);
        break;
      default:
        break;
    }
  }
  return out;
}

SavedConcreteFunction read_concrete_function(proto::Reader message, ReadContext& context,
                                             int depth) {
  SavedConcreteFunction out;
  while (message.next()) {
    switch (message.number()) {
      case 2:
        message.append_varints(out.bound_inputs);
        break;
      case 3:
        out.input_signature =
            read_structured_value(message.message("StructuredValue"), context, depth + 1);
        break;
      case 4:
        out.output_signature =
            read_structured_value(message.message("StructuredValue"), context, depth + 1);
        break;
      default:
        break;
    }
  }
  return out;
}

void check(const SavedObjectGraph& graph) {
  const size_t count = graph.nodes.size();
  const auto exists = [&](int32_t id) { return id >= 0 && static_cast<size_t>(id) < count; };
  for (size_t i = 0; i < count; ++i) {
    const SavedObject& node = graph.nodes[i];
    check_references(node.children, i, count);
    check_references(node.dependencies, i, count);
    check_slot_variables(node.slot_variables, i, count);
    for (const auto& [name, saveable] : node.saveable_objects) {
      if (!exists(saveable.save_function) || !exists(saveable.restore_function)) {
        fail(Code::data_loss, "object ", i, ": the functions that save ", quoted(name),
             " do not exist");
      }
    }
  }
  for (const auto& [name, function] : graph.concrete_functions) {
    for (const int32_t id : function.bound_inputs) {
      if (!exists(id)) {
        fail(Code::data_loss, "function ", quoted(name), " captures object ", id, "; there are ",
             count);
      }
    }
  }
}

}  // namespace

SavedObjectGraph read_object_graph(proto::Reader message, ReadContext& context, int depth) {
  SavedObjectGraph graph;
  while (message.next()) {
    if (message.number() == 1) {
      graph.nodes.push_back(read_object(message.message("SavedObject"), context, depth + 1));
    }
    if (message.number() == 2) {
      const MapEntry entry = read_map_entry(message.message("entry"), "SavedConcreteFunction");
      graph.concrete_functions[std::string(entry.key)] =
          read_concrete_function(entry.value, context, depth + 2);
    }
  }
  check(graph);
  return graph;
}

int SavedObjectGraph::child(int node, std::string_view name) const {
  if (node < 0 || static_cast<size_t>(node) >= nodes.size()) return -1;
  for (const ObjectReference& reference : nodes[static_cast<size_t>(node)].children) {
    if (reference.local_name == name) return reference.node_id;
  }
  return -1;
}

}  // namespace rill::formats
