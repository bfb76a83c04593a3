// Runs the programs that are built beside the tests.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace rill::test {

struct Finished {
  int code = -1;  // 128 + N after signal N
  std::string out;
  std::string err;
};

// The folder of this very program: bin/ of the build tree.
inline std::filesystem::path program_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

inline std::string read_whole(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_whole(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// A fresh folder that goes with the object, but not with a copy of it in a forked process.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "rill_test_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder() {
    std::error_code error;
    if (getpid() == owner_) std::filesystem::remove_all(path_, error);
  }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  const pid_t owner_ = getpid();
  std::filesystem::path path_;
};

// A path in a folder that goes with the program: two programs never meet.
inline std::filesystem::path scratch_path(const std::string& name) {
  static const ScratchFolder folder;
  return folder / name;
}

inline Finished run_program(const std::filesystem::path& program,
                            const std::vector<std::string>& arguments,
                            const std::string& input = {}) {
  const ScratchFolder scratch;
  write_whole(scratch / "in", input);
  const std::string in = scratch / "in";
  const std::string out = scratch / "out";
  const std::string err = scratch / "err";
  const std::string path = program.string();
  std::vector<char*> argv = {const_cast<char*>(path.c_str())};
  for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    constexpr int kMode = 0600;
    dup2(open(in.c_str(), O_RDONLY), STDIN_FILENO);
    dup2(open(out.c_str(), O_WRONLY | O_CREAT, kMode), STDOUT_FILENO);
    dup2(open(err.c_str(), O_WRONLY | O_CREAT, kMode), STDERR_FILENO);
    execv(path.c_str(), argv.data());
    _exit(127);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_whole(out),
          read_whole(err)};
}

}  // namespace rill::test
