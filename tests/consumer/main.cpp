#include <iostream>

#include "rill/error.hpp"
#include "rill/session.hpp"
#include "rill/tensor.hpp"

int main() {
  const rill::Tensor t = rill::Tensor::of<float>({1, 2.5F, 3, -4}, {2, 2});
  std::cout << t << "\n";
  rill::Session session;
  session.close();
  try {
    (void)session.run("y:0", {});
    return 1;
  } catch (const rill::FailedPreconditionError& e) {
    std::cout << e.what() << "\n";
  }
  return t.to_string() == "[[ 1.   2.5]\n [ 3.  -4. ]]" ? 0 : 1;
}
