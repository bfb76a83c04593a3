// What Keras asks of a config key in whatever layer it stands: sizes and steps are positive, and
// some keys are one of a few words.
#pragma once

#include <string>
#include <string_view>

#include "codec/json.h"

namespace rill::keras {

// Throws INVALID_ARGUMENT for a size, or one in a list of them, that is null or not positive.
void check_setting(std::string_view key, const Json& value);
// Of a key that has no default in Keras.
bool is_required_setting(std::string_view key);
// As Keras spells it: it takes "SAME" for "same". Throws INVALID_ARGUMENT for a word that is not
// among those of the key.
std::string setting_word(std::string_view key, const std::string& word);

}  // namespace rill::keras
