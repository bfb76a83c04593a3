#include "contract/gradient_cases.h"

namespace rill::test {

void register_signal_gradients(GradientCases& cases) {
  const Shape shapes[] = {{2, 5}, {2, 3, 4}, {2, 3, 2, 4}};
  for (int rank = 1; rank <= 3; ++rank) {
    const std::string suffix = rank == 1 ? "" : std::to_string(rank) + "D";
    const Shape& shape = shapes[rank - 1];
    cases.add({.op = "FFT" + suffix, .inputs = {complex(shape)}});
    cases.add({.op = "IFFT" + suffix, .inputs = {complex(shape)}});
    // Even and odd lengths; in front of the last dimension as it is.
    for (const int32_t n : {4, 5}) {
      Shape x = shape, spectrum = shape;
      x[x.rank() - 1] = n;
      spectrum[x.rank() - 1] = n / 2 + 1;
      std::vector<int32_t> length;
      for (int i = x.rank() - rank; i < x.rank(); ++i) {
        length.push_back(static_cast<int32_t>(x[i]));
      }
      cases.add({.op = "RFFT" + suffix,
                 .inputs = {real(x), ints(length)},
                 .attrs = {{"Tcomplex", DType::complex128}}});
      cases.add({.op = "IRFFT" + suffix,
                 .inputs = {complex(spectrum), ints(length)},
                 .attrs = {{"Treal", DType::float64}}});
    }
  }
  // Cut off.
  cases.add({.op = "RFFT",
             .inputs = {real({2, 6}), ints({4})},
             .attrs = {{"Tcomplex", DType::complex128}}});
  cases.add({.op = "IRFFT",
             .inputs = {complex({2, 4}), ints({4})},
             .attrs = {{"Treal", DType::float64}}});
}

}  // namespace rill::test
