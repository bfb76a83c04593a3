// What a tape records. The recorders of a thread stand in a row, outer ones first; each hears of
// every op that is emitted while it is open.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "autodiff/backprop.h"

namespace rill::autodiff {

class Recorder {
 public:
  explicit Recorder(const TapeOptions& options) : options_(options) {}
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  ~Recorder() { close(); }

  void open();   // hears from now on
  void close();  // no longer hears; what was recorded stays

  void record(const OpDef& def, const AttrMap& attrs, std::span<const Value> inputs,
              std::span<const Value> outputs, std::shared_ptr<const CustomGradient> custom);
  void watch(const Value& value);
  void reset();
  // Gradients will be taken. Throws FAILED_PRECONDITION when that was done before, unless the tape
  // is persistent.
  void use();
  // What this computes is for outer tapes alone.
  Values gradients(const BackpropRequest& request);

  const TapeOptions& options() const { return options_; }
  const std::vector<GradRecord>& records() const { return records_; }
  const Values& variables() const { return variables_; }

  bool paused = false;

 private:
  bool used_ = false;
  TapeOptions options_;
  std::vector<GradRecord> records_;
  ValueKeys active_;
  Values variables_;
  Values watched_;  // holds the handles, whose addresses are keys
};

// Nothing is recorded in this thread while it lives.
class StopAllRecorders {
 public:
  StopAllRecorders();
  StopAllRecorders(const StopAllRecorders&) = delete;
  StopAllRecorders& operator=(const StopAllRecorders&) = delete;
  ~StopAllRecorders();

 private:
  EmitListener* before_;
};

// Is any recorder open in this thread?
bool is_recording();

// Tells every open recorder of a call whose gradient is `custom`.
void record_call(const OpDef& def, const AttrMap& attrs, std::span<const Value> inputs,
                 std::span<const Value> outputs,
                 const std::shared_ptr<const CustomGradient>& custom);

}  // namespace rill::autodiff
