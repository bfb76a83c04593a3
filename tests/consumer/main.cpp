#include <iostream>

#include "rill/tensor.hpp"

int main() {
  const rill::Tensor t = rill::Tensor::of<float>({1, 2.5F, 3, -4}, {2, 2});
  std::cout << t << "\n";
  return t.to_string() == "[[ 1.   2.5]\n [ 3.  -4. ]]" ? 0 : 1;
}
