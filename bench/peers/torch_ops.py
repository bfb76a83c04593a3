"""The ops of rill_ops_worker in PyTorch, one worker of compare_ops.py: see worker.h.

Convolutions run in both layouts (NHWC: "@last"), and the faster one counts: torch hands them to
oneDNN.
"""
import json
import os
import resource
import sys
import time

import torch

THREADS = int(os.environ.get("OMP_NUM_THREADS", "1"))
# Batch, height and width, channels in and out, kernel, stride.
CONVOLUTIONS = [
    (64, 32, 16, 16, 3, 1), (64, 32, 16, 32, 3, 2), (64, 8, 64, 64, 3, 1), (64, 28, 1, 32, 3, 1),
    (64, 26, 32, 64, 3, 1), (8, 56, 64, 64, 1, 1), (8, 28, 128, 128, 3, 1),
    (8, 14, 256, 1024, 1, 1), (8, 28, 256, 512, 1, 2), (4, 224, 3, 64, 7, 2)]

# Batch, height and width, channels, stride.
DEPTHWISE = [(8, 56, 64, 1), (8, 56, 64, 2), (8, 14, 384, 1)]


def simple_ops():
    x, y = torch.rand(1 << 20) + 0.1, torch.rand(1 << 20) - 0.5
    m = torch.rand(1024, 1024)
    image, table = m.reshape(16, 64, 256, 4), m.reshape(16384, 64)
    rows, updates = torch.randint(0, 16384, (65536,)), torch.rand(65536, 64)
    bins, few = torch.randint(0, 1000, (1 << 20,)), torch.randint(0, 1000, (4096,))
    segments = torch.randint(0, 1000, (16384,))
    narrow, many = torch.rand(64, 1024), torch.rand(64, 128, 64)
    wide, half = torch.rand(512, 512, dtype=torch.float64), many.to(torch.bfloat16)
    lines = torch.rand(256, 1024)
    return {
        "add": lambda: x + y,
        "exp": lambda: torch.exp(x),
        "log": lambda: torch.log(x),
        "sin": lambda: torch.sin(x),
        "tanh": lambda: torch.tanh(x),
        "erf": lambda: torch.erf(x),
        "pow": lambda: torch.pow(x, y),
        "sum_all": lambda: m.sum(),
        "sum_columns": lambda: m.sum(0),
        "sum_rows": lambda: m.sum(1),
        "max_rows": lambda: m.amax(1),
        "argmax_rows": lambda: m.argmax(1),
        "argmax_columns": lambda: m.argmax(0),
        "softmax": lambda: torch.softmax(m, 1),
        "cumsum_rows": lambda: torch.cumsum(m, 1),
        "cumsum_columns": lambda: torch.cumsum(m, 0),
        "sort_rows": lambda: torch.sort(m, descending=True),
        "top_16": lambda: torch.topk(m, 16),
        "transpose": lambda: m.t().contiguous(),
        "transpose_NHWC_NCHW": lambda: image.permute(0, 3, 1, 2).contiguous(),
        "reverse_rows": lambda: torch.flip(m, [1]),
        "concat": lambda: torch.cat([m, m], 1),
        "tile": lambda: m.repeat(2, 2),
        "gather_rows": lambda: torch.index_select(table, 0, rows),
        "scatter_rows": lambda: torch.zeros(16384, 64).index_add_(0, rows, updates),
        "segment_sum": lambda: torch.zeros(1000, 64).index_add_(0, segments, table),
        "bincount": lambda: torch.bincount(bins, minlength=1000),
        "unique": lambda: torch.unique(bins, return_inverse=True),
        "where": lambda: torch.nonzero(m > 0.5),
        "one_hot": lambda: torch.nn.functional.one_hot(few, 1000).float(),
        "matmul_1024": lambda: m @ m,
        "matmul_64_rows": lambda: narrow @ m,
        "matmul_transposed": lambda: many @ many.transpose(1, 2),
        "matmul_float64": lambda: wide @ wide,
        "matmul_bfloat16": lambda: half @ half.transpose(1, 2),
        "rfft": lambda: torch.fft.rfft(lines),
        "fake_quant": lambda: torch.fake_quantize_per_tensor_affine(m, 0.5 / 255, 0, -128, 127),
    }


def convolution(batch, size, inputs, outputs, kernel, stride, layout, groups=1):
    pad = kernel // 2
    x = torch.rand(batch, inputs, size, size).contiguous(memory_format=layout)
    w = torch.rand(outputs, inputs // groups, kernel, kernel).contiguous(memory_format=layout)

    def forward():
        return torch.nn.functional.conv2d(x, w, stride=stride, padding=pad, groups=groups)

    dy = torch.rand_like(forward()).contiguous(memory_format=layout)

    def backward(wanted):
        return lambda: torch.ops.aten.convolution_backward(
            dy, x, w, None, [stride] * 2, [pad] * 2, [1, 1], False, [0, 0], groups, wanted)

    return {"": forward, "_dx": backward([True, False, False]),
            "_dw": backward([False, True, False])}


def all_ops():
    calls = simple_ops()
    for layout, end in ((torch.contiguous_format, ""), (torch.channels_last, "@last")):
        for sizes in CONVOLUTIONS:
            name = "_".join(["conv", *map(str, sizes)])
            for part, call in convolution(*sizes, layout).items():
                calls[name + part + end] = call
        for batch, size, channels, stride in DEPTHWISE:
            name = f"depthwise_{batch}_{size}_{channels}_{stride}"
            parts = convolution(batch, size, channels, channels, 3, stride, layout, channels)
            for part, call in parts.items():
                calls[name + part + end] = call
    return calls


def main():
    torch.set_num_threads(THREADS)
    torch.set_grad_enabled(False)
    ready = all_ops()
    print(json.dumps({"ready": [[name, 1] for name in ready], "errors": {}}), flush=True)
    for line in sys.stdin:
        if not line.startswith("RUN"):
            break
        variant, _, seconds, most = line[4:].rsplit(None, 3)
        call, times, begin = ready[variant], [], time.perf_counter_ns()
        while len(times) < int(most) and (
                len(times) < 2 or time.perf_counter_ns() - begin < float(seconds) * 1e9):
            before = time.perf_counter_ns()
            call()
            times.append(time.perf_counter_ns() - before)
        print(json.dumps({"ns": times}), flush=True)
    print(json.dumps({"peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}),
          flush=True)


if __name__ == "__main__":
    main()
