#include "formats/saved_model/trackable_graph.h"

#include "base/fail.h"

namespace rill::formats {
namespace {

TrackableObject::Attribute read_attribute(proto::Reader message) {
  TrackableObject::Attribute out;
  while (message.next()) {
    switch (message.number()) {
      case 1:
        out.name = read_string(message);
        break;
      case 2:
        out.full_name = read_string(message);
        break;
      case 3:
        out.checkpoint_key = read_string(message);
        break;
      default:
        break;
    }
  }
  return out;
}

TrackableObject read_object(proto::Reader message) {
  TrackableObject out;
  while (message.next()) {
    switch (message.number()) {
      case 1:
        out.children.push_back(read_object_reference(message.message("child")));
        break;
      case 2:
        out.attributes.push_back(read_attribute(message.message("attribute")));
        break;
      case 3:
        out.slot_variables.push_back(read_slot_variable(message.message("slot")));
        break;
      case 4:
        for (proto::Reader saver = message.message("RegisteredSaver"); saver.next();) {
          if (saver.number() == 1) out.registered_saver = read_string(saver);
          if (saver.number() == 2) out.registered_saver_object = read_string(saver);
        }
        break;
      case 5:
        out.has_checkpoint_values_field = true;
        for (proto::Reader value = message.message("BoolValue"); value.next();) {
          if (value.number() == 1) out.has_checkpoint_values = value.boolean();
        }
        break;
      default:
        break;
    }
  }
  return out;
}

void write_object(proto::Writer& out, const TrackableObject& object) {
  out.message(1, [&](proto::Writer& message) {
    for (const ObjectReference& child : object.children) write_object_reference(message, 1, child);
    for (const TrackableObject::Attribute& attribute : object.attributes) {
      message.message(2, [&](proto::Writer& m) {
        m.bytes_or_skip(1, attribute.name);
        m.bytes_or_skip(2, attribute.full_name);
        m.bytes_or_skip(3, attribute.checkpoint_key);
      });
    }
    for (const SlotVariable& slot : object.slot_variables) write_slot_variable(message, 3, slot);
    if (!object.registered_saver.empty()) {
      message.message(4, [&](proto::Writer& m) {
        m.bytes(1, object.registered_saver);
        m.bytes_or_skip(2, object.registered_saver_object);
      });
    }
    if (object.has_checkpoint_values_field) {
      message.message(
          5, [&](proto::Writer& m) { m.boolean_or_skip(1, object.has_checkpoint_values); });
    }
  });
}

void check_id(int32_t id, size_t node, size_t count, const std::string& name) {
  if (id < 0 || static_cast<size_t>(id) >= count) {
    fail(Code::data_loss, "object ", node, " refers to object ", id, " as ", quoted(name),
         "; there are ", count);
  }
}

}  // namespace

ObjectReference read_object_reference(proto::Reader message) {
  ObjectReference out;
  while (message.next()) {
    if (message.number() == 1) out.node_id = message.int32();
    if (message.number() == 2) out.local_name = read_string(message);
  }
  return out;
}

SlotVariable read_slot_variable(proto::Reader message) {
  SlotVariable out;
  while (message.next()) {
    switch (message.number()) {
      case 1:
        out.original_variable_node_id = message.int32();
        break;
      case 2:
        out.slot_name = read_string(message);
        break;
      case 3:
        out.slot_variable_node_id = message.int32();
        break;
      default:
        break;
    }
  }
  return out;
}

void write_object_reference(proto::Writer& out, uint32_t field, const ObjectReference& reference) {
  out.message(field, [&](proto::Writer& m) {
    m.int64_or_skip(1, reference.node_id);
    m.bytes_or_skip(2, reference.local_name);
  });
}

void write_slot_variable(proto::Writer& out, uint32_t field, const SlotVariable& slot) {
  out.message(field, [&](proto::Writer& m) {
    m.int64_or_skip(1, slot.original_variable_node_id);
    m.bytes_or_skip(2, slot.slot_name);
    m.int64_or_skip(3, slot.slot_variable_node_id);
  });
}

void check_references(const std::vector<ObjectReference>& references, size_t node, size_t count) {
  for (const ObjectReference& r : references) check_id(r.node_id, node, count, r.local_name);
}

void check_slot_variables(const std::vector<SlotVariable>& slots, size_t node, size_t count) {
  for (const SlotVariable& slot : slots) {
    check_id(slot.original_variable_node_id, node, count, slot.slot_name);
    check_id(slot.slot_variable_node_id, node, count, slot.slot_name);
  }
}

int TrackableGraph::find(std::string_view path) const {
  int at = nodes.empty() ? -1 : 0;
  while (at >= 0 && !path.empty()) {
    const std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(name.size() == path.size() ? name.size() : name.size() + 1);
    int next = -1;
    for (const ObjectReference& child : nodes[static_cast<size_t>(at)].children) {
      if (child.local_name == name) next = child.node_id;
    }
    at = next;
  }
  return at;
}

TrackableGraph parse_trackable_graph(std::string_view bytes) {
  TrackableGraph graph;
  ReadContext context;
  context.allow(bytes.size());
  proto::Reader message(bytes_of(bytes), "TrackableObjectGraph");
  while (message.next()) {
    context.charge(sizeof(TrackableObject));
    if (message.number() == 1) graph.nodes.push_back(read_object(message.message("object")));
  }
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    check_references(graph.nodes[i].children, i, graph.nodes.size());
    check_slot_variables(graph.nodes[i].slot_variables, i, graph.nodes.size());
  }
  return graph;
}

std::string serialize_trackable_graph(const TrackableGraph& graph) {
  std::string out;
  proto::Writer writer(out);
  for (const TrackableObject& object : graph.nodes) write_object(writer, object);
  return out;
}

}  // namespace rill::formats
