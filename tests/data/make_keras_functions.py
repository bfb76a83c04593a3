"""Functions of keras.ops and TensorFlow that a model calls as layers, beside those of
make_keras_files.py: a model of each generation whose output is all of them in one row.

    python make_keras_functions.py                            # Keras 3
    TF_USE_LEGACY_KERAS=1 python make_keras_functions.py      # Keras 2
"""

import os
import sys

import numpy as np
import tensorflow as tf

K2 = os.environ.get("TF_USE_LEGACY_KERAS") == "1"
keras = tf.keras
L = keras.layers
OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keras", "files",
                   "functions")


def functions_of_keras(x, u, i):
    """More of them: signals, matrices, warps, order, complex numbers."""
    o = keras.ops
    flat = o.reshape(x, (-1, 12))
    image = o.reshape(x, (-1, 2, 2, 3))
    square = o.matmul(x, o.transpose(x, (0, 2, 1))) + 3 * np.eye(3, dtype="float32")
    yield from o.stft(flat, 4, 2, 8)
    yield o.istft(o.stft(flat, 6, 2, 8), 6, 2, 8)
    yield o.istft(o.stft(flat, 6, 2, 8, window="hamming", center=False), 6, 2, 8,
                  window="hamming", center=False, length=5)
    yield o.extract_sequences(flat, 5, 3)
    yield o.corrcoef(flat)
    for f in (o.angle, o.i0, o.imag, o.nanmedian):
        yield f(x) + o.zeros((2, 1, 1))
    yield o.gcd(i * 6, i + 2)
    yield o.lcm(i, 4)
    yield o.ldexp(x, i)
    yield o.logaddexp2(x, x * 2)
    yield o.nextafter(x, x + 1)
    yield o.view(x, "int32") % 1000
    yield o.abs(o.polar(x, x))
    yield o.round(x, 1)
    yield o.kron(flat[0], flat[1])
    yield o.vander(flat[0], 3)
    yield o.correlate(flat[0], flat[1], mode="same")
    yield o.trapezoid(x, dx=0.5, axis=1)
    yield o.psnr(x, x * 0.5, 2.0) + x
    yield o.cdist(x, x + 1)
    yield o.eigh(square)[0]
    yield o.cholesky_inverse(o.cholesky(square))
    yield o.image.sobel_edges(image)
    yield o.image.sobel_edges(o.transpose(image, (0, 3, 1, 2)), data_format="channels_first")
    large = o.cast(x * 0 + 30000, "float16")
    yield o.mean(large, axis=1)
    yield o.var(large * o.cast([1, 0, 1], "float16")[:, None] / 256, axis=1)
    yield L.GlobalAveragePooling1D(dtype="float16")(large)
    yield o.logdet(square) + x[:, 0, 0]
    yield o.matrix_rank(x)
    yield o.pinv(x)
    yield o.lstsq(x[0], flat[0, :3])
    yield o.norm(x, ord="nuc", axis=(1, 2))
    yield o.svd(x, compute_uv=False)
    yield o.diag(flat[0], 1)
    yield o.linspace(flat, flat + 1, 3, axis=-1)
    yield o.logspace(flat, flat + 1, 3, endpoint=False)
    yield o.geomspace(o.abs(flat) + 1, o.abs(flat) + 2, 3)
    yield o.quantile(x, [0.2, 0.6], axis=1, method="lower", keepdims=True)
    yield o.nanpercentile(o.where(x > 1, np.nan, x), 30, axis=1, method="nearest")
    for f in (o.nanargmax, o.nanargmin, o.nanstd, o.nancumsum, o.nancumprod):
        yield f(o.where(x > 1, np.nan, x), axis=1)
    yield o.searchsorted(o.sort(flat[0]), flat[1], side="right")
    yield from o.unravel_index(i[0, 0], (3, 4))
    yield o.argpartition(flat[0] * 100, 1)
    yield from o.unique(i, return_index=True, return_inverse=True, return_counts=True, size=4)
    yield o.digitize(x, np.array([-0.5, 0.2]))
    yield o.slice_update(x, (0, 1, 0), x[:, :2, :3] * 2)
    yield o.unfold(o.reshape(x, (-1, 3, 2, 2)), 2, padding=1)
    yield o.batch_normalization(x, np.ones(4, "float32"), np.full(4, 2.0, "float32"), -1,
                                offset=np.arange(4, dtype="float32"), scale=np.full(4, 3.0, "float32"))
    yield from o.ctc_decode(x, np.array([3, 2]), strategy="beam_search", beam_width=5, top_paths=2)
    for k in ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"):
        yield o.image.resize(image, (3, 1), interpolation=k, antialias=True)
    yield o.image.resize(o.reshape(x, (-1, 4, 1, 3)), (2, 4), pad_to_aspect_ratio=True, fill_value=2)
    yield o.image.resize(o.reshape(x, (-1, 4, 1, 3)), (2, 2), crop_to_aspect_ratio=True)
    yield L.Resizing(3, 1, interpolation="bicubic", antialias=True)(image)
    yield o.image.affine_transform(image, np.array([[1, .1, .5, .05, .9, .2, 0, 0]], "float32"))
    yield o.image.perspective_transform(
        image, np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32"),
        np.array([[.2, 0], [0, .9], [1, .1], [.8, 1]], "float32"))
    yield o.image.gaussian_blur(image, (3, 5), (1.0, 0.5))
    yield o.image.map_coordinates(x, np.array([[.2, 1.1], [.5, -2.2], [1.5, 5.5]], "float32"), 1,
                                  fill_mode="reflect")
    yield o.image.scale_and_translate(x, (2, 5, 3), np.array([.7, .9], "float32"),
                                      np.array([.5, -.3], "float32"), (1, 2), "cubic")
    yield o.image.extract_patches(o.reshape(x, (-1, 3, 2, 2, 1)), (2, 1, 2))


def functions_of_tensorflow(x, u, i):
    m, g, s, n = tf.math, tf.linalg, tf.signal, tf.nn
    yield tf.reshape(x, [-1, tf.shape(x)[1] * 4])
    flat = tf.reshape(x, [-1, 12])
    image = tf.reshape(x, (-1, 2, 2, 3))
    square = tf.matmul(x, x, adjoint_b=True) + 3 * np.eye(3, dtype="float32")
    yield tf.abs(s.stft(flat, 4, 2, pad_end=True))
    yield s.inverse_stft(s.stft(flat, 4, 2, window_fn=None), 4, 2)
    yield s.frame(flat, 5, 4, pad_end=True)
    yield s.overlap_and_add(x, 2)
    for kind in (2, 3, 4):
        yield s.dct(flat, type=kind, norm="ortho")
    yield s.idct(x)
    yield s.mfccs_from_log_mel_spectrograms(x)
    yield s.fftshift(x, axes=[1, 2])
    yield tf.abs(s.fft(tf.complex(x, x)))
    for f in (m.bessel_i0e, m.special.bessel_k0, m.special.dawsn, m.special.expint, m.rint):
        yield f(tf.abs(x) + 0.1)
    yield m.igamma(tf.abs(x), 2.0)
    yield m.xdivy(x, x + 5)
    yield tf.realdiv(x, 3.0)
    yield tf.truncatemod(i, 3)
    yield tf.bitcast(x, tf.int32) // 1000000
    yield n.l2_loss(x) + x
    yield m.angle(x)
    yield g.cholesky_solve(g.cholesky(square), x)
    yield g.triangular_solve(square, x, lower=False)
    yield g.lstsq(x, x, l2_regularizer=0.1)
    yield g.eigvalsh(square)
    yield tf.norm(x, ord=2, axis=[1, 2])
    yield g.diag(flat, k=1, padding_value=2)
    yield tf.clip_by_global_norm([x, x * 2], 0.5)[0][1]
    yield tf.boolean_mask(flat, flat > 0)[:3]
    yield tf.where(i > 1)[:2]
    yield m.unsorted_segment_mean(x, [1, 1], 3)[1:]
    yield m.confusion_matrix(i[0, 0], i[1, 0], num_classes=4)[:2]
    yield tf.histogram_fixed_width_bins(x, [-1.0, 1.0], 5)
    yield m.bincount(i, minlength=6)[:2]
    yield tf.searchsorted(tf.sort(flat), flat, side="right")
    yield tf.reverse_sequence(x, [2, 3], seq_axis=1)
    yield m.cumulative_logsumexp(x, axis=1)
    yield m.cumulative_logsumexp(x)
    yield from (g.expm(square * scale) for scale in (0.1, -3.0))
    yield s.mdct(flat, 4, norm="ortho")
    yield s.mdct(flat, 8, window_fn=None, pad_end=True)
    yield s.inverse_mdct(x)
    yield s.inverse_mdct(x, window_fn=None, norm="ortho")
    yield tf.image.rot90(image)
    yield tf.image.sobel_edges(image)
    yield tf.reshape(x, tf.concat([tf.shape(x)[:1], [6, 2]], 0))
    yield tf.image.resize(image, [3, 1], method="gaussian", antialias=True)
    yield tf.image.resize(image, [4, 3], preserve_aspect_ratio=True)
    yield tf.image.resize_with_pad(image, 3, 5)
    yield tf.image.resize_with_crop_or_pad(image, 1, 5)
    yield tf.image.central_crop(tf.reshape(x, (-1, 4, 3, 1)), 0.5)
    yield tf.image.pad_to_bounding_box(image, 1, 0, 4, 3)
    yield tf.image.adjust_brightness(image, 0.3)
    yield tf.image.adjust_gamma(tf.abs(image), 0.7, 1.2)
    yield tf.image.convert_image_dtype(u, tf.float32)
    yield tf.image.rgb_to_yiq(image)
    yield tf.image.yuv_to_rgb(image)
    yield tf.image.ssim(image, image * 0.5, 1.0, filter_size=2)
    yield tf.image.psnr(image, image * 0.5, 1.0)
    yield tf.image.crop_and_resize(image, [[0.0, 0.0, 0.5, 0.6], [0.2, 0.3, 0.9, 0.8]], [0, 1], [2, 2])
    kernel = np.linspace(-1, 1, 24, dtype="float32").reshape(2, 2, 2, 3)
    yield n.conv2d_transpose(image, kernel, [2, 4, 4, 2], 2)
    yield n.dilation2d(image, kernel[:, :, 0], [1, 1, 1, 1], "SAME", "NHWC", [1, 1, 1, 1])
    yield n.erosion2d(image, kernel[:, :, 0], [1, 1, 1, 1], "SAME", "NHWC", [1, 1, 1, 1])
    yield n.pool(image, [2, 2], "AVG", padding="SAME")
    yield n.sparse_softmax_cross_entropy_with_logits(i[:, :, 0], x)
    yield n.weighted_cross_entropy_with_logits(tf.abs(x), x, 2.0)
    words = tf.strings.as_string(i)
    yield tf.strings.length(tf.strings.join([words, words], "--"))
    yield tf.strings.to_hash_bucket_fast(tf.strings.regex_replace(words, "[12]", "x"), 50)
    yield tf.strings.to_number(words)
    yield tf.strings.to_hash_bucket_fast(tf.strings.reduce_join(words), 50) + tf.cast(i, tf.int64)
    yield tf.random.normal(tf.shape(x), 2.0, 0.0) * x
    yield tf.random.truncated_normal(tf.shape(x), stddev=0.0) + x
    yield tf.random.uniform(tf.shape(x), 1.5, 1.5) * x
    for f in (tf.math.unsorted_segment_max, tf.math.unsorted_segment_min, tf.math.unsorted_segment_prod):
        yield f(x, i[:, :, 0] % 3, 3)
    yield tf.debugging.check_numerics(x, "not a number")
    yield tf.quantization.fake_quant_with_min_max_vars_per_channel(x, [-1.0] * 4, [1.0] * 4)
    corner = tf.abs(x[..., :2])
    boxes = tf.concat([corner, corner + 1], -1)
    yield from tf.image.combined_non_max_suppression(
        boxes[:, :, None], tf.abs(x[..., 2:]), 2, 3, score_threshold=0.1, clip_boxes=False)[:3]
    yield tf.image.non_max_suppression(boxes[0], x[0, :, 3], 3, 0.3)
    yield from tf.image.non_max_suppression_with_scores(
        boxes[0], tf.abs(x[0, :, 3]), 3, 0.9, soft_nms_sigma=0.5)
    yield from tf.image.non_max_suppression_padded(
        boxes[0], x[0, :, 3], 5, 0.3, pad_to_max_output_size=True)
    yield from old_functions(x, u, i)


def old_functions(x, u, i):
    b, v1 = keras.backend, tf.compat.v1
    flat, image = tf.reshape(x, (-1, 12)), tf.reshape(x, (-1, 2, 2, 3))
    yield b.batch_dot(x, x, axes=(1, 1))
    yield b.batch_dot(image, x, axes=[3, 1])
    yield b.batch_dot(flat, flat)
    yield b.batch_dot(x, x[:, 0])
    yield b.spatial_3d_padding(tf.reshape(x, (-1, 1, 2, 3, 2)), ((1, 0), (0, 2), (1, 1)))
    yield b.random_normal(tf.shape(x), 2.0, 0.0) * x
    yield b.cast_to_floatx(i)
    yield v1.batch_gather(x, i[:, :, 0] % 3)
    yield v1.image.resize_area(image, [1, 3])
    yield tf.image.random_flip_left_right(image[:, :, :1])
    yield tf.image.random_flip_up_down(image[:, :1])
    yield tf.random.shuffle(tf.ones_like(x)) + x
    yield tf.random.categorical(tf.where(tf.range(12) == 5, flat, -1e9), 3)
    kernel = np.linspace(-1, 1, 12, dtype="float32").reshape(2, 2, 3, 1)
    yield v1.nn.depthwise_conv2d_native(image, kernel, [1, 1, 1, 1], "SAME")
    yield v1.to_float(i) / 2
    yield v1.to_int32(x)
    yield v1.div(i, 2)
    yield tf.math.scalar_mul(2.0, x)
    yield tf.math.lbeta(tf.abs(x) + 1)
    weights = np.linspace(-1, 1, 24, dtype="float32").reshape(12, 2)
    yield v1.nn.xw_plus_b(flat, weights, [1.0, 2.0])
    yield v1.nn.relu_layer(flat, weights, [1.0, 2.0])
    yield tf.image.sobel_edges(image)
    yield from tf.image.image_gradients(image)
    yield tf.image.total_variation(image)
    yield tf.io.decode_png(tf.io.encode_png(u))


def main():
    inputs = [L.Input((3, 4), dtype=d, name=n) for d, n in
              (("float32", "x"), ("uint8", "u"), ("int32", "i"))]
    make = functions_of_tensorflow if K2 else functions_of_keras
    cast, reshape = (tf.cast, tf.reshape) if K2 else (keras.ops.cast, keras.ops.reshape)
    parts = [reshape(cast(y, "float32"), (1, -1)) for y in make(*inputs)]
    model = keras.Model(inputs, L.Concatenate()(parts), name="functions")
    rng = np.random.default_rng(3)
    given = [rng.normal(size=(2, 3, 4)).astype("float32"), rng.integers(0, 256, (2, 3, 4), "uint8"),
             rng.integers(0, 4, (2, 3, 4), "int32")]
    os.makedirs(OUT, exist_ok=True)
    tag = "k2" if K2 else "k3"
    np.savez(os.path.join(OUT, "expected_%s.npz" % tag), x=given[0], u=given[1], i=given[2],
             y=np.asarray(model([tf.constant(v) for v in given])))
    open(os.path.join(OUT, "functions_%s.json" % tag), "w").write(model.to_json())


if __name__ == "__main__":
    sys.exit(main())
