// The operations of src/ops/rnn as functions: rill/raw_ops.hpp.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
// clang-format off
#pragma once

#include <string_view>
#include <utility>

#include "rill/ops/call.hpp"

namespace rill::raw_ops {

inline Values BlockLSTM(const Value& seq_len_max, const Value& x, const Value& cs_prev, const Value& h_prev, const Value& w, const Value& wci, const Value& wcf, const Value& wco, const Value& b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BlockLSTM", {seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b}, std::move(attrs), node);
}
inline Values BlockLSTMGrad(const Value& seq_len_max, const Value& x, const Value& cs_prev, const Value& h_prev, const Value& w, const Value& wci, const Value& wcf, const Value& wco, const Value& b, const Value& i, const Value& cs, const Value& f, const Value& o, const Value& ci, const Value& co, const Value& h, const Value& cs_grad, const Value& h_grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BlockLSTMGrad", {seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, h, cs_grad, h_grad}, std::move(attrs), node);
}
inline Values BlockLSTMGradV2(const Value& seq_len_max, const Value& x, const Value& cs_prev, const Value& h_prev, const Value& w, const Value& wci, const Value& wcf, const Value& wco, const Value& b, const Value& i, const Value& cs, const Value& f, const Value& o, const Value& ci, const Value& co, const Value& h, const Value& cs_grad, const Value& h_grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BlockLSTMGradV2", {seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, h, cs_grad, h_grad}, std::move(attrs), node);
}
inline Values BlockLSTMV2(const Value& seq_len_max, const Value& x, const Value& cs_prev, const Value& h_prev, const Value& w, const Value& wci, const Value& wcf, const Value& wco, const Value& b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("BlockLSTMV2", {seq_len_max, x, cs_prev, h_prev, w, wci, wcf, wco, b}, std::move(attrs), node);
}
inline Values GRUBlockCell(const Value& x, const Value& h_prev, const Value& w_ru, const Value& w_c, const Value& b_ru, const Value& b_c, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("GRUBlockCell", {x, h_prev, w_ru, w_c, b_ru, b_c}, std::move(attrs), node);
}
inline Values GRUBlockCellGrad(const Value& x, const Value& h_prev, const Value& w_ru, const Value& w_c, const Value& b_ru, const Value& b_c, const Value& r, const Value& u, const Value& c, const Value& d_h, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("GRUBlockCellGrad", {x, h_prev, w_ru, w_c, b_ru, b_c, r, u, c, d_h}, std::move(attrs), node);
}
inline Values LSTMBlockCell(const Value& x, const Value& cs_prev, const Value& h_prev, const Value& w, const Value& wci, const Value& wcf, const Value& wco, const Value& b, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LSTMBlockCell", {x, cs_prev, h_prev, w, wci, wcf, wco, b}, std::move(attrs), node);
}
inline Values LSTMBlockCellGrad(const Value& x, const Value& cs_prev, const Value& h_prev, const Value& w, const Value& wci, const Value& wcf, const Value& wco, const Value& b, const Value& i, const Value& cs, const Value& f, const Value& o, const Value& ci, const Value& co, const Value& cs_grad, const Value& h_grad, AttrMap attrs = {}, std::string_view node = {}) {
  return ops::call("LSTMBlockCellGrad", {x, cs_prev, h_prev, w, wci, wcf, wco, b, i, cs, f, o, ci, co, cs_grad, h_grad}, std::move(attrs), node);
}

}  // namespace rill::raw_ops
// clang-format on
