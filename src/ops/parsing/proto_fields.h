// Messages as descriptors that come with a node describe them: what DecodeProtoV2 and EncodeProto
// share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "codec/proto_wire.h"
#include "op/node_access.h"

namespace rill {

// Types of fields: google/protobuf/descriptor.proto.
enum class FieldType : int32_t {
  float64 = 1,
  float32 = 2,
  int64 = 3,
  uint64 = 4,
  int32 = 5,
  fixed64 = 6,
  fixed32 = 7,
  boolean = 8,
  string = 9,
  group = 10,
  message = 11,
  bytes = 12,
  uint32 = 13,
  enumeration = 14,
  sfixed32 = 15,
  sfixed64 = 16,
  sint32 = 17,
  sint64 = 18
};

struct ProtoField {
  uint32_t number = 0;
  FieldType type{};
  bool repeated = false, packed = false;
  std::string type_name, standard;  // the default as text, if it has one
  bool has_default = false;
};

// What a file of descriptors says of one message and of the enums that its fields have.
class Descriptors {
 public:
  Descriptors(const NodeAccess& node, Bytes set) : node_(node), set_(set) {}
  Bytes bytes() const { return set_; }

  // f(the message's descriptor, whether its file has the syntax proto3); false when there is none
  // of that name.
  template <typename F>
  bool with_message(const std::string& name, F&& f) const {
    return find(name, 4, f);
  }
  template <typename F>
  bool with_enum(const std::string& name, F&& f) const {
    return find(name, 5, f);
  }

 private:
  static constexpr int kDeepest = 100;

  // kind: the number of FileDescriptorProto's field, 4 for messages and 5 for enums.
  template <typename F>
  bool find(const std::string& name, uint32_t kind, F&& f) const {
    proto::Reader set(set_, "FileDescriptorSet");
    while (set.next()) {
      if (set.number() != 1) continue;
      std::string package;
      bool proto3 = false;
      for (proto::Reader file = set.message("FileDescriptorProto"); file.next();) {
        if (file.number() == 2) package = str(file.text(), ".");
        if (file.number() == 12) proto3 = file.text() == "proto3";
      }
      for (proto::Reader file = set.message("FileDescriptorProto"); file.next();) {
        if (file.number() != 4 && file.number() != 5) continue;
        const bool is_enum = file.number() == 5;
        const auto found = [&](proto::Reader type) { f(type, proto3); };
        if (find_in(file.message("DescriptorProto"), package, is_enum, name, kind == 5, found, 0)) {
          return true;
        }
      }
    }
    return false;
  }
  template <typename F>
  bool find_in(proto::Reader type, const std::string& scope, bool is_enum, const std::string& name,
               bool enum_wanted, const F& f, int depth) const {
    node_.require(depth < kDeepest, "descriptor_source nests too deep");
    std::string full = scope;
    for (proto::Reader r = type; r.next();) {
      if (r.number() == 1) full = str(scope, r.text());
    }
    if (is_enum || !name.starts_with(full)) {
      if (is_enum && enum_wanted && full == name) return f(type), true;
      return false;
    }
    if (!enum_wanted && full == name) return f(type), true;
    for (proto::Reader r = type; r.next();) {
      if (r.number() != 3 && r.number() != 4) continue;  // nested_type, enum_type
      if (find_in(r.message("DescriptorProto"), full + ".", r.number() == 4, name, enum_wanted, f,
                  depth + 1)) {
        return true;
      }
    }
    return false;
  }

  const NodeAccess& node_;
  Bytes set_;
};

// Those of the attribute descriptor_source. Throws INVALID_ARGUMENT when it holds none.
Descriptors descriptors_of(const NodeAccess& node);

// The fields of the attributes message_type and field_names. Throws INVALID_ARGUMENT when one is
// not there or does not fit its dtype.
std::vector<ProtoField> read_fields(const NodeAccess& node, const Descriptors& descriptors,
                                    const std::vector<DType>& types);

proto::Wire wire_of(FieldType type);

}  // namespace rill
