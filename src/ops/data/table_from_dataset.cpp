// InitializeTableFromDataset: the pairs of a dataset become a table.
#include "op/registry.h"
#include "ops/args.h"
#include "ops/dataset.h"
#include "ops/lookup_table.h"

namespace rill {
namespace {

void initialize_from_dataset(KernelContext& ctx) {
  const auto table = ctx.resource<LookupTable>(0);
  const auto pairs = ctx.resource<GraphDataset>(1)->iterate();
  std::vector<Element> rows;
  for (Element row; pairs->next(ctx.runtime(), row); row.clear()) {
    ctx.runtime().check_cancelled();
    ctx.require(row.size() == 2, "the dataset must give keys and values, not ", row.size(),
                " components");
    rows.push_back(std::move(row));
  }
  if (rows.empty()) return;
  Element all = stack_elements(rows);
  table->initialize(ctx, all[0], all[1]);
}

}  // namespace

void register_table_from_dataset(OpRegistry& registry) {
  registry.add(
      {.signature = "InitializeTableFromDataset(table_handle: resource, dataset: variant) -> ()",
       .shape = shapes::none,
       .kernel = initialize_from_dataset,
       .stateful = true,
       .not_differentiable = true});
}

}  // namespace rill
