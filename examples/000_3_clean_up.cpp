// When loading fails, the error says why, and the session is closed on the way out.
//   000_3_clean_up [MODEL.h5]
#include <iostream>
#include <rill/rill.hpp>

using namespace rill;

int main(int argc, char** argv) {
  const char* model_path = argc > 1 ? argv[1] : "no_such_model.h5";
  try {
    Session session;
    auto scope = session.as_default();
    auto model = keras::load_model(model_path);
    std::cout << "loaded " << model.name() << "\n";
  } catch (const Error& e) {
    std::cerr << "An error occurred: " << e.what() << "\n";
    std::cout << "Session closed: " << (has_default_session() ? "no" : "yes") << "\n";
    return 1;
  }
  std::cout << "Session closed: " << (has_default_session() ? "no" : "yes") << "\n";
}
