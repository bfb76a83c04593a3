// How much processor time the control groups of this process give it (docker --cpus, Kubernetes'
// limits, systemd's CPUQuota=). More threads than that only wait until the next period begins.
#pragma once

#include <filesystem>
#include <optional>

namespace rill {

// In cores, at least 0.01; none: no limit. `own` lists the groups of the process as
// /proc/self/cgroup does, `root` is where they are mounted.
std::optional<double> cpu_quota(const std::filesystem::path& own = "/proc/self/cgroup",
                                const std::filesystem::path& root = "/sys/fs/cgroup");

}  // namespace rill
