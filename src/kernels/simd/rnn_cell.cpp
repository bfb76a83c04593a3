// The gates of LSTM and GRU for one row, after the products.
#include "kernels/simd/dense_isa.h"
#include "kernels/simd/dense_vec.h"

namespace rill::kernels::RILL_ISA {
namespace {

__attribute__((noinline)) Vec any(Vec x, Activation act) {
  float t[kVector];
  store(t, x);
  activate_span(t, kVector, act);
  return load(t);
}

template <bool usual>
inline Vec outer(Vec x, Activation act) {
  return usual ? tanh(x) : any(x, act);
}
template <bool usual>
inline Vec gate(Vec x, Activation act) {
  return usual ? sigmoid(x) : any(x, act);
}

inline bool is_usual(const CellStep& s) {
  return s.act.kind == Act::tanh && s.recurrent_act.kind == Act::sigmoid;
}

// c = f * c + i * g;  h = o * act(c)
template <bool usual>
void lstm(const CellStep& s) {
  const int64_t u = s.units;
  for (int64_t k = 0; k < u; k += kVector) {
    const int64_t lanes = u - k < kVector ? u - k : kVector;
    const Vec i = gate<usual>(load_part(s.z + k, lanes), s.recurrent_act);
    const Vec f = gate<usual>(load_part(s.z + u + k, lanes), s.recurrent_act);
    const Vec g = outer<usual>(load_part(s.z + 2 * u + k, lanes), s.act);
    const Vec o = gate<usual>(load_part(s.z + 3 * u + k, lanes), s.recurrent_act);
    const Vec c = fma(f, load_part(s.c + k, lanes), i * g);
    store_part(s.c + k, c, lanes);
    store_part(s.h + k, o * outer<usual>(c, s.act), lanes);
  }
}

// h = z * h + (1 - z) * g, g = act(x_h + r * h_h); without zh, g's argument is complete.
template <bool usual>
void gru(const CellStep& s) {
  const int64_t u = s.units;
  for (int64_t k = 0; k < u; k += kVector) {
    const int64_t lanes = u - k < kVector ? u - k : kVector;
    Vec z = load_part(s.z + k, lanes);
    Vec g = load_part(s.z + 2 * u + k, lanes);
    if (s.zh) {
      const Vec r = gate<usual>(load_part(s.z + u + k, lanes) + load_part(s.zh + u + k, lanes),
                                s.recurrent_act);
      z += load_part(s.zh + k, lanes);
      g = fma(r, load_part(s.zh + 2 * u + k, lanes), g);
    }
    z = gate<usual>(z, s.recurrent_act);
    g = outer<usual>(g, s.act);
    store_part(s.h + k, fma(z, load_part(s.h + k, lanes) - g, g), lanes);
  }
}

}  // namespace

void lstm_step(const CellStep& step) {
  if (is_usual(step)) {
    lstm<true>(step);
  } else {
    lstm<false>(step);
  }
}

void gru_step(const CellStep& step) {
  if (is_usual(step)) {
    gru<true>(step);
  } else {
    gru<false>(step);
  }
}

}  // namespace rill::kernels::RILL_ISA
