#include "kernels/subtract_product.h"

#include <complex>
#include <memory>

#include "base/thread_pool.h"

namespace rill::kernels {
namespace {

// Multiplications that are worth another thread.
constexpr int64_t kWorthThreads = 2'000'000;

template <typename T>
void product(const PanelMatrix<T>& a, const PanelMatrix<T>& b, int64_t m, int64_t n, int64_t k,
             T* c, int64_t c_row, bool subtract) {
  if (m == 0 || n == 0) return;
  const auto packed =
      std::make_unique_for_overwrite<T[]>(static_cast<size_t>(panel_elements<T>(k, n)));
  const int64_t panels = div_up(n, panel_columns<T>());
  for (int64_t panel = 0; panel < panels; ++panel) pack_panel(b, k, n, panel, packed.get());
  const int64_t grain = m * n * k < kWorthThreads ? m : round_up(div_up(m, 8), 4);
  parallel_for(m, grain, [&](int64_t begin, int64_t end) {
    multiply_panels<T>({a.first + begin * a.row, a.row, a.column, a.conjugate}, packed.get(),
                       end - begin, n, k, c + begin * c_row, c_row, subtract);
  });
}

}  // namespace

template <typename T>
void subtract_product(const PanelMatrix<T>& a, const PanelMatrix<T>& b, int64_t m, int64_t n,
                      int64_t k, T* c, int64_t c_row) {
  product(a, b, m, n, k, c, c_row, true);
}

template <typename T>
void assign_product(const PanelMatrix<T>& a, const PanelMatrix<T>& b, int64_t m, int64_t n,
                    int64_t k, T* c, int64_t c_row) {
  product(a, b, m, n, k, c, c_row, false);
}

using Reals = PanelMatrix<double>;
using Complexes = PanelMatrix<std::complex<double>>;
template void subtract_product(const Reals&, const Reals&, int64_t, int64_t, int64_t, double*,
                               int64_t);
template void subtract_product(const Complexes&, const Complexes&, int64_t, int64_t, int64_t,
                               std::complex<double>*, int64_t);
template void assign_product(const Reals&, const Reals&, int64_t, int64_t, int64_t, double*,
                             int64_t);
template void assign_product(const Complexes&, const Complexes&, int64_t, int64_t, int64_t,
                             std::complex<double>*, int64_t);

}  // namespace rill::kernels
