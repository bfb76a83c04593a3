// AttrValue (tensorflow/core/framework/attr_value.proto): one of list = 1, s = 2, i = 3, f = 4,
// b = 5, type = 6, shape = 7, tensor = 8, placeholder = 9, func = 10. A list holds repeated fields
// of the same numbers, with func = 9. Maps of attributes are repeated {key = 1, value = 2}.
#pragma once

#include <utility>
#include <vector>

#include "formats/graphdef/context.h"
#include "rill/graph.hpp"

namespace rill::formats {

AttrValue read_attr(proto::Reader message, ReadContext& context, int depth);
void write_attr(proto::Writer& out, uint32_t field, const AttrValue& value);

// Entries of a map field as they come along; values are read at the end, in the order of names,
// so that an AttrMap is made without moving any. May be used again after finish().
class AttrEntries {
 public:
  void clear() { entries_.clear(); }
  void add(proto::Reader entry);
  // Throws what reading an attribute throws, with its name.
  AttrMap finish(ReadContext& context, int depth);

 private:
  struct Entry {
    std::string_view name;
    proto::Reader value;
    uint32_t position;  // of equal names the last counts
    bool has_value;
  };
  std::vector<Entry> entries_;
};

void write_attrs(proto::Writer& out, uint32_t field, const AttrMap& attrs);

}  // namespace rill::formats
