#include "formats/graphdef/function_proto.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/fail.h"
#include "formats/graphdef/node_proto.h"

namespace rill::formats {
namespace {

using StringPair = std::pair<std::string, std::string>;

// A message of two strings: an entry of a map, a GradientDef, a RegisteredGradient.
StringPair read_pair(proto::Reader message) {
  StringPair pair;
  while (message.next()) {
    if (message.number() == 1) pair.first = read_string(message);
    if (message.number() == 2) pair.second = read_string(message);
  }
  return pair;
}

void write_pair(proto::Writer& out, uint32_t field, const StringPair& pair) {
  out.message(field, [&](proto::Writer& message) {
    message.bytes(1, pair.first);
    message.bytes(2, pair.second);
  });
}

void write_pairs(proto::Writer& out, uint32_t field, std::vector<StringPair> pairs) {
  std::sort(pairs.begin(), pairs.end());
  for (const StringPair& pair : pairs) write_pair(out, field, pair);
}

// Of entries with one key the last counts, as in any protobuf map.
void keep_last(std::vector<StringPair>& pairs) {
  std::map<std::string, std::string> map;
  for (StringPair& pair : pairs) map[std::move(pair.first)] = std::move(pair.second);
  pairs.assign(map.begin(), map.end());
}

// OpDef.ArgDef: name = 1, type = 3, type_attr = 4, number_attr = 5, type_list_attr = 6, is_ref
// = 16.
ArgDef read_arg(proto::Reader message) {
  ArgDef arg;
  while (message.next()) {
    switch (message.number()) {
      case 1:
        arg.name = read_string(message);
        break;
      case 3:
        arg.type = read_dtype(message);
        arg.is_ref |= message.int32() > 100;
        break;
      case 4:
        arg.type_attr = read_string(message);
        break;
      case 5:
        arg.number_attr = read_string(message);
        break;
      case 6:
        arg.type_list_attr = read_string(message);
        break;
      case 16:
        arg.is_ref |= message.boolean();
        break;
      default:
        break;
    }
  }
  return arg;
}

void write_arg(proto::Writer& out, uint32_t field, const ArgDef& arg) {
  out.message(field, [&](proto::Writer& message) {
    message.bytes_or_skip(1, arg.name);
    message.int64_or_skip(3, static_cast<int64_t>(arg.type));
    message.bytes_or_skip(4, arg.type_attr);
    message.bytes_or_skip(5, arg.number_attr);
    message.bytes_or_skip(6, arg.type_list_attr);
    message.boolean_or_skip(16, arg.is_ref);
  });
}

// OpDef: name = 1, input_arg = 2, output_arg = 3, attr = 4 {name = 1, type = 2}, is_stateful = 17,
// control_output = 20.
void read_signature(proto::Reader message, ReadContext& context, FunctionDef& out) {
  while (message.next()) {
    context.charge(sizeof(ArgDef));
    switch (message.number()) {
      case 1:
        out.name = read_string(message);
        break;
      case 2:
        out.inputs.push_back(read_arg(message.message("OpDef.ArgDef")));
        break;
      case 3:
        out.outputs.push_back(read_arg(message.message("OpDef.ArgDef")));
        break;
      case 4: {
        StringPair attr = read_pair(message.message("OpDef.AttrDef"));
        out.attr_names.push_back(std::move(attr.first));
        out.attr_types.push_back(std::move(attr.second));
        break;
      }
      case 17:
        out.is_stateful = message.boolean();
        break;
      case 20:
        out.control_outputs.emplace_back(read_string(message));
        break;
      default:
        break;
    }
  }
}

void write_signature(proto::Writer& out, const FunctionDef& function) {
  out.message(1, [&](proto::Writer& message) {
    message.bytes_or_skip(1, function.name);
    for (const ArgDef& arg : function.inputs) write_arg(message, 2, arg);
    for (const ArgDef& arg : function.outputs) write_arg(message, 3, arg);
    for (size_t i = 0; i < function.attr_names.size(); ++i) {
      message.message(4, [&](proto::Writer& attr) {
        attr.bytes(1, function.attr_names[i]);
        attr.bytes(2, i < function.attr_types.size() ? function.attr_types[i] : "type");
      });
    }
    message.boolean_or_skip(17, function.is_stateful);
    for (const std::string& name : function.control_outputs) message.bytes(20, name);
  });
}

// map<uint32, ArgAttrs {attr = 1}>
void read_arg_attrs(proto::Reader entry, ReadContext& context, int depth, FunctionDef& out) {
  uint32_t index = 0;
  AttrEntries attrs;
  while (entry.next()) {
    if (entry.number() == 1) index = entry.uint32();
    if (entry.number() == 2) {
      for (proto::Reader list = entry.message("FunctionDef.ArgAttrs"); list.next();) {
        if (list.number() == 1) attrs.add(list.message("AttrEntry"));
      }
    }
  }
  if (index >= out.inputs.size()) {
    fail(Code::invalid_argument, "there are attributes for argument ", index, " of ",
         out.inputs.size());
  }
  out.arg_attrs[static_cast<int>(index)] = attrs.finish(context, depth + 3);
}

void read_unique_id(proto::Reader entry, FunctionDef& out) {
  uint32_t argument = 0;
  uint32_t id = 0;
  while (entry.next()) {
    if (entry.number() == 1) argument = entry.uint32();
    if (entry.number() == 2) id = entry.uint32();
  }
  if (argument < out.inputs.size()) out.resource_arg_unique_ids[static_cast<int>(argument)] = id;
}

// In the order of the signature's outputs; what is none of them, last.
void sort_returns(FunctionDef& function) {
  std::unordered_map<std::string_view, size_t> position;
  for (const ArgDef& output : function.outputs) position.emplace(output.name, position.size());
  const auto rank = [&](const StringPair& pair) {
    const auto it = position.find(pair.first);
    return it == position.end() ? position.size() : it->second;
  };
  std::stable_sort(function.returns.begin(), function.returns.end(),
                   [&](const StringPair& a, const StringPair& b) { return rank(a) < rank(b); });
}

void read_function(proto::Reader message, ReadContext& context, int depth, FunctionDef& out) {
  // What belongs to arguments waits for the signature, whatever order the fields are in.
  for (proto::Reader r = message; r.next();) {
    if (r.number() == 1) read_signature(r.message("OpDef"), context, out);
  }
  NodeReader nodes(context);
  AttrEntries attrs;
  while (message.next()) {
    context.charge(message.number() == 3 ? sizeof(NodeDef) : sizeof(StringPair));
    switch (message.number()) {
      case 2:
        fail(Code::unimplemented,
             "its body is written in the form of 2015 (FunctionDef.node); load and save the file "
             "with TensorFlow 1.x to renew it");
      case 3:
        out.nodes.emplace_back();
        nodes.read(message.message("NodeDef"), depth + 1, out.nodes.back());
        break;
      case 4:
        out.returns.push_back(read_pair(message.message("FunctionDef.ret")));
        break;
      case 5:
        attrs.add(message.message("AttrEntry"));
        break;
      case 6:
        out.control_returns.push_back(read_pair(message.message("control_ret")));
        break;
      case 7:
        read_arg_attrs(message.message("FunctionDef.arg_attr"), context, depth, out);
        break;
      case 8:
        read_unique_id(message.message("resource_arg_unique_id"), out);
        break;
      default:
        break;
    }
  }
  out.attrs = attrs.finish(context, depth + 2);
  keep_last(out.returns);
  keep_last(out.control_returns);
  sort_returns(out);
}

void write_function(proto::Writer& out, uint32_t field, const FunctionDef& function) {
  out.message(field, [&](proto::Writer& message) {
    write_signature(message, function);
    for (const NodeDef& node : function.nodes) write_node(message, 3, node);
    write_pairs(message, 4, function.returns);
    write_attrs(message, 5, function.attrs);
    write_pairs(message, 6, function.control_returns);
    for (const auto& [index, attrs] : function.arg_attrs) {
      message.message(7, [&, key = index, &map = attrs](proto::Writer& entry) {
        entry.int64(1, key);
        entry.message(2, [&](proto::Writer& list) { write_attrs(list, 1, map); });
      });
    }
    for (const auto& [argument, id] : function.resource_arg_unique_ids) {
      message.message(8, [key = argument, value = id](proto::Writer& entry) {
        entry.int64(1, key);
        entry.int64(2, value);
      });
    }
  });
}

}  // namespace

void read_library(proto::Reader message, ReadContext& context, int depth, GraphDef& out) {
  while (message.next()) {
    context.charge(message.number() == 1 ? sizeof(FunctionDef) : sizeof(StringPair));
    switch (message.number()) {
      case 1: {
        out.functions.emplace_back();
        FunctionDef& function = out.functions.back();
        try {
          read_function(message.message("FunctionDef"), context, depth + 1, function);
        } catch (const Error& error) {
          rethrow_with_context(error, str("function ", quoted(function.name)));
        }
        break;
      }
      case 2:
        out.gradients.push_back(read_pair(message.message("GradientDef")));
        break;
      case 3: {
        StringPair pair = read_pair(message.message("RegisteredGradient"));
        out.registered_gradients.emplace_back(std::move(pair.second), std::move(pair.first));
        break;
      }
      default:
        break;
    }
  }
}

void write_library(proto::Writer& out, uint32_t field, const GraphDef& graph) {
  if (graph.functions.empty() && graph.gradients.empty() && graph.registered_gradients.empty()) {
    return;
  }
  out.message(field, [&](proto::Writer& library) {
    for (const FunctionDef& function : graph.functions) {
      try {
        write_function(library, 1, function);
      } catch (const Error& error) {
        rethrow_with_context(error, str("function ", quoted(function.name)));
      }
    }
    for (const StringPair& pair : graph.gradients) write_pair(library, 2, pair);
    for (const auto& [name, function] : graph.registered_gradients) {
      write_pair(library, 3, {function, name});
    }
  });
}

}  // namespace rill::formats
