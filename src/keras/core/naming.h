// Names as Keras makes them (keras/src/utils/naming.py).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rill::keras {

// "MultiHeadAttention" -> "multi_head_attention", "Conv2DTranspose" -> "conv2d_transpose".
std::string to_snake_case(std::string_view name);
// "glorot_uniform" -> "GlorotUniform"; a name without underscores only gets a capital.
std::string to_camel_case(std::string_view name);
// name, name_1, name_2, ... by the counters of this process.
std::string unique_layer_name(std::string_view class_name);
// Repeated names get _1, _2, ...: as Keras 2 tells the outputs of a layer apart.
std::vector<std::string> told_apart(std::vector<std::string> names);
// The class of an object without namespaces, for layers that users write.
std::string type_name_of(const char* mangled);

}  // namespace rill::keras
