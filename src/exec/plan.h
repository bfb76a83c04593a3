// A Plan: a Program with the dtypes and shapes of its feeds fixed. Every shape that can be known
// is known, shape arithmetic is folded away, kernels are bound, buffers are placed in one arena by
// lifetime. Immutable once made: a run leases a Frame, so any number of threads run one Plan.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "exec/program.h"
#include "op/op_def.h"
#include "op/prepared.h"

namespace rill {

// Where a value of the plan lives.
enum class SlotKind : uint8_t {
  constant,  // `value`, the same in every run
  feed,      // the caller's tensor
  arena,     // planned memory
  fetch,     // memory that the caller gets: allocated each run
  assigned,  // only goes into a variable: takes the memory that the variable had one run before
  dynamic,   // a tensor made by its step: shape (or type) not known before
};

struct Slot {
  SlotKind kind = SlotKind::dynamic;
  DType dtype = DType::invalid;
  Shape shape = Shape::unknown_rank();
  Tensor value;       // constant
  size_t offset = 0;  // arena
  int alias = -1;     // same bytes as that slot (a view, or in place)
  int feed = -1;
  int fetch = -1;
  std::vector<uint32_t> patches;  // feed, fetch, assigned: places in Frame::pointers
};

// The latest Prepared of an op whose shapes are known only when it runs: loops prepare once. Any
// number of threads.
class PreparedCache {
 public:
  struct Entry {
    std::vector<std::pair<DType, Shape>> inputs;
    std::vector<Tensor> parameters;  // by input; empty for data
    std::vector<Shape> outputs;
    Prepared prepared;
  };
  std::shared_ptr<const Entry> find(std::span<const Tensor> inputs) const;
  void put(std::shared_ptr<const Entry> entry);

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Entry> latest_;
};

// A step's output that the assignment behind it puts into a variable, of which the step reads the
// value before.
struct Update {
  int handle = -1;  // slot
  int own = -1;     // slot: what was read
  int output = -1;  // slot
};

struct Step {
  const OpDef* def = nullptr;
  const Node* node = nullptr;
  Prepared prepared;                                                 // empty: the kernel runs
  enum : uint8_t { other, reads, assigns, finds } variable = other;  // what it does to a variable
  size_t handle = 0;                                                 // finds: in Frame::handles
  bool dynamic = false;        // output shapes come from the run
  uint32_t first_pointer = 0;  // in Frame::pointers: the inputs, then the outputs
  uint32_t num_inputs = 0;
  uint32_t num_outputs = 0;
  std::vector<int> inputs;               // slots
  std::vector<int> outputs;              // slots; -1: nobody looks
  std::vector<int> release;              // dynamic slots whose last use this step is
  uint32_t consumable = 0;               // kernel steps: inputs that die here
  uint32_t in_place = 0;                 // inputs whose memory an output may take
  bool can_prepare = false;              // every shape is known
  std::vector<Update> updates;           // by all outputs; as many assignments follow
  std::unique_ptr<PreparedCache> cache;  // kernel steps without a kernel of their own
};

// The memory of one run at a time.
struct Frame {
  std::shared_ptr<detail::Buffer> arena;
  std::vector<void*> pointers;
  std::vector<Tensor> tensors;  // by slot
  void* scratch = nullptr;
  // Of variables, as they were found while the store of resources was in this state.
  std::vector<Tensor> handles;
  uint64_t store_state = 0;
};

// What a feed must look like for a plan to be used again. What is not known of a shape may differ
// from run to run.
struct FeedType {
  DType dtype = DType::invalid;
  Shape shape;
  Shape behind =
      Shape::unknown_rank();  // a handle: of the variable, or of every tensor of the list
  bool operator==(const FeedType&) const = default;
};
FeedType feed_type(const Tensor& feed);

class Plan {
 public:
  Plan() = default;
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;
  ~Plan();

  // `program` must outlive the plan. Throws what shape functions and prepare steps throw.
  static std::shared_ptr<Plan> make(const ProgramGraph& program, std::vector<FeedType> feeds,
                                    Runtime& runtime);

  void run(std::span<const Tensor> feeds, std::span<Tensor> outputs, Runtime& runtime);
  // The same, but takes the handles among the feeds: a list that nobody else has is changed where
  // it is.
  void run_consuming(std::span<Tensor> feeds, std::span<Tensor> outputs, Runtime& runtime);
  // The dtypes and shapes are those this plan was made for.
  bool fits(std::span<const Tensor> feeds) const;
  // Some step reads weights as they lie that it would pack were its shapes known: it may round
  // otherwise then.
  bool lacks_packing() const;
  std::string dump() const;
  size_t arena_bytes() const { return arena_bytes_; }

 private:
  friend class PlanBuilder;
  std::unique_ptr<Frame> lease();
  void give_back(std::unique_ptr<Frame> frame);
  std::unique_ptr<Frame> make_frame() const;
  void bind_feeds(Frame& frame, std::span<const Tensor> feeds) const;
  void bind_fetches(Frame& frame, std::span<const Tensor> feeds, std::span<Tensor> outputs) const;
  void bind_assigned(Frame& frame, int slot) const;
  static void run_prepared(const Step& step, Frame& frame);
  void execute(std::unique_ptr<Frame> frame, std::span<const Tensor> feeds,
               std::span<Tensor> outputs, Runtime& runtime);
  void point_at(Frame& frame, const Slot& slot, void* memory) const;
  // Forgets handles that may lead elsewhere now.
  void check_handles(Frame& frame, Runtime& runtime) const;
  // Steps that are done without their kernel; false when that must say what is wrong.
  bool find_variable(const Step& step, Frame& frame) const;
  bool read_variable(const Step& step, Frame& frame) const;
  bool assign_variable(const Step& step, Frame& frame) const;
  // Runs the step on the variables' own memory, which makes its assignments too; false when
  // somebody holds one of their values.
  bool update_in_place(const Step& step, Frame& frame) const;
  bool usable(size_t fetch, const Slot& slot, std::span<const Tensor> feeds,
              std::span<const Tensor> outputs) const;
  void run_kernel(const Step& step, Frame& frame, Runtime& runtime) const;
  void collect(Frame& frame, std::span<const Tensor> feeds, std::span<Tensor> outputs) const;

  std::vector<FeedType> feed_types_;
  std::vector<Slot> slots_;
  std::vector<Step> steps_;
  std::vector<int> feeds_;        // slots
  std::vector<int> fetches_;      // slots
  std::vector<int> fetch_roots_;  // slots of kind fetch: allocated each run
  std::vector<int> assigned_;     // slots of that kind, those of updates apart
  size_t num_handles_ = 0;
  size_t num_pointers_ = 0;
  size_t arena_bytes_ = 0;
  size_t scratch_bytes_ = 0;
  std::shared_ptr<GraphImpl> graph_;  // keeps the nodes the steps refer to
  std::deque<Node> made_nodes_;       // and those that the plan made itself

  // A frame that is not in use; more of them in free_.
  std::atomic<Frame*> spare_{nullptr};
  std::mutex mutex_;
  std::vector<std::unique_ptr<Frame>> free_;
};

// Runs one op on tensors whose shapes are known only now, by its kernel or, when it has none, by
// preparing it for these shapes. Fills `outputs`.
void run_op(const OpDef& def, const AttrMap& attrs, std::string_view node_name,
            std::span<Tensor> inputs, std::span<Tensor> outputs,
            std::span<const DType> output_dtypes, Runtime& runtime, uint32_t consumable = 0,
            uint32_t placed = 0, PreparedCache* cache = nullptr);

}  // namespace rill
