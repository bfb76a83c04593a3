// Formats: Documentation/admin-guide/cgroup-v2.rst (cpu.max), scheduler/sched-bwc.rst
// (cfs_quota_us).
#include "base/cpu_quota.h"

#include <algorithm>
#include <fstream>
#include <string>

#include "base/c_format.h"

namespace rill {
namespace {

namespace fs = std::filesystem;

std::optional<double> cores(const std::string& quota, double period) {
  const double time = c_strtod(quota.c_str());  // "max" and -1 are no limit
  if (!(time > 0) || !(period > 0)) return std::nullopt;
  return std::max(time / period, 0.01);
}

std::optional<double> quota_of(const fs::path& group) {
  std::string quota;
  double period = 0;
  if (std::ifstream(group / "cpu.max") >> quota >> period) return cores(quota, period);
  if (std::ifstream(group / "cpu.cfs_quota_us") >> quota &&
      std::ifstream(group / "cpu.cfs_period_us") >> period) {
    return cores(quota, period);
  }
  return std::nullopt;
}

// "4:cpu,cpuacct:/a/b" of version 1, "0::/a/b" of version 2: the folder where the group lies.
std::optional<fs::path> mounted(const std::string& line, const fs::path& root) {
  const size_t first = line.find(':');
  const size_t second = line.find(':', first + 1);
  if (second == std::string::npos) return std::nullopt;
  const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
  if (controllers == ",,") return root;
  if (controllers.find(",cpu,") != std::string::npos) return root / "cpu";
  return std::nullopt;
}

}  // namespace

std::optional<double> cpu_quota(const fs::path& own, const fs::path& root) {
  std::optional<double> least;
  std::ifstream groups(own);
  for (std::string line; std::getline(groups, line);) {
    fs::path folder;
    if (const auto at = mounted(line, root)) folder = *at;
    if (folder.empty()) continue;
    // A limit on a group holds for those in it. A container may see its own group as the root.
    const auto take = [&] {
      const auto quota = quota_of(folder);
      if (quota && (!least || *quota < *least)) least = quota;
    };
    take();
    for (const fs::path& part : fs::path(line.substr(line.rfind(':') + 1)).relative_path()) {
      folder /= part;
      take();
    }
  }
  return least;
}

}  // namespace rill
