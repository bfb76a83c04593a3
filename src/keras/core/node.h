// One call of a layer in the functional API, and how its arguments stood in the call.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "codec/json.h"
#include "rill/keras/layer.hpp"

namespace rill::keras {

// A tree of what was given to a call. Tensors are numbers into the flat list of inputs.
struct Argument {
  enum class Kind : uint8_t { none, tensor, constant, list, map };
  Kind kind = Kind::none;
  int tensor = -1;
  Json constant;
  std::vector<Argument> items;    // list, map
  std::vector<std::string> keys;  // map

  static Argument of_tensor(int number);
  static Argument of_constant(Json value);
  static Argument of_list(std::vector<Argument> items);
  bool is_tensor() const { return kind == Kind::tensor; }
};

struct CallSpec {
  std::vector<Argument> args;
  std::vector<std::pair<std::string, Argument>> kwargs;
  // A call of Keras 2: a constant training=... of it outweighs what the model is asked for, where
  // in Keras 3 the model's own says it.
  bool of_keras2 = false;
  bool mask_was_given = false;  // take_masks() has taken it out

  // layer(x) or layer([x, y, ...]).
  static CallSpec of_inputs(size_t count, bool as_list);
  // By position, else by keyword; null when it was not given.
  const Argument* find(size_t position, std::string_view keyword) const;
  const Argument* keyword(std::string_view name) const;
};

// A call may give masks explicitly, as the keyword "mask" (Keras 3 records them so). Moves them
// from the inputs to `masks`, one an input, and renumbers the rest. False: there are none.
bool take_masks(const CallSpec& spec, const Values& inputs, CallSpec& rest, Values& values,
                Values& masks);

// The mask for a layer whose call() has one argument "mask". Keras 3 hands it the mask of its input
// only where the call has no other tensors, as an initial state (keras/src/layers/layer.py,
// __call__, "Populate mask argument(s)").
Value mask_of_first(const CallContext& context);

// Whether this input stands in the call as a mask alone ("attention_mask", "query_mask", ...).
bool is_mask_argument(const CallSpec& spec, int input);

struct Node {
  struct Output {
    Shape shape;
    DType dtype = DType::float32;
    std::string name;
    int ragged_rank = 0;  // how many dimensions are of rows; dtype and shape are the elements'
  };
  LayerPtr layer;
  CallSpec spec;
  std::vector<KerasTensor> inputs;
  std::vector<Output> outputs;
  bool returns_list = false;  // the layer gave a list, not one tensor
  int index = 0;              // among the calls of its layer

  bool is_input() const { return inputs.empty(); }
  // Makes it a call of `layer`: fills layer and index, and lets the layer know.
  static std::shared_ptr<Node> attach(const std::shared_ptr<Layer>& layer, Node node);
};

}  // namespace rill::keras
