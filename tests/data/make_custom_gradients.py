"""A SavedModel with custom gradients (tests/io/custom_gradients_test.cpp), and what TensorFlow says
of it: loaded again there, so that the gradients are those of the file.

Run with TensorFlow 2; writes custom_gradients/ beside itself and prints the values of the test."""
import pathlib
import shutil

import tensorflow as tf

HERE = pathlib.Path(__file__).parent
VECTOR = [tf.TensorSpec([3], tf.float32)]


@tf.custom_gradient
def clipped(x):
    s = tf.sin(x)
    return x * 2.0, lambda dy: tf.clip_by_value(dy * s * 10.0, -0.5, 0.5)


def scaled(c):
    """Multiplies by c; the gradient is another, uses a value from within and the outer c."""

    @tf.custom_gradient
    def call(x):
        e = tf.exp(x)
        return x * c, lambda dy: dy * e * c * 100.0

    return call


def steep(c):
    """Doubles; the gradient uses an outer c that the value never does."""

    @tf.custom_gradient
    def call(x):
        return x * 2.0, lambda dy: dy * c

    return call


class Model(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable([1.0, 2.0, 3.0])
        self.only_in_gradient = tf.Variable(5.0)

    @tf.function(input_signature=VECTOR, autograph=False)
    def several(self, x):
        def with_variable(z):
            def gradient(dy, variables=None):
                return dy * self.w * 7.0, [dy * z * 3.0]

            return z * self.w, gradient

        def two(a, b):
            return (a * b, a + b), lambda da, db: (da + db * 100.0, db)

        y = clipped(x)
        p, _ = tf.custom_gradient(two)(y, x * 3.0)
        return p + tf.custom_gradient(with_variable)(x) + tf.nn.swish(x)

    @tf.function(input_signature=VECTOR, autograph=False)
    def twice(self, x):
        return scaled(tf.sin(x))(x)

    @tf.function(input_signature=VECTOR, autograph=False)
    def nested(self, x):
        c = tf.reduce_sum(tf.cos(x))
        return tf.function(lambda y: scaled(c)(y) + 1.0, autograph=False)(x) * 2.0

    @tf.function(input_signature=VECTOR, autograph=False)
    def unbound(self, x):
        @tf.custom_gradient
        def call(z):
            return z * 2.0, lambda dy: dy * self.only_in_gradient

        return call(x)

    @tf.function(input_signature=VECTOR, autograph=False)
    def handed_on(self, x):
        return self.unbound(x) * self.w

    @tf.function(input_signature=VECTOR, autograph=False)
    def branches(self, x):
        c = tf.sin(x)
        y = tf.cond(x[0] > 0.0, lambda: clipped(x) + steep(c)(x), lambda: self.unbound(x))
        return tf.switch_case(tf.size(x) - 2, [lambda: y, lambda: steep(c)(y) + self.unbound(x)])

    @tf.function(input_signature=VECTOR, autograph=False)
    def loop(self, x):
        c = tf.sin(x)
        inner = tf.function(lambda y: self.unbound(steep(c)(y)), autograph=False)

        def body(i, a):
            return i + 1, tf.cond(i > 0, lambda: inner(a), lambda: clipped(a) * x)

        return tf.while_loop(lambda i, a: i < 3, body, [0, x])[1]


folder = HERE / "custom_gradients"
shutil.rmtree(folder, ignore_errors=True)
model = Model()
tf.saved_model.save(model, str(folder), signatures=model.handed_on)
(folder / "fingerprint.pb").unlink(missing_ok=True)
(folder / "assets").rmdir()
loaded = tf.saved_model.load(str(folder))
x = tf.constant([0.1, 0.2, 0.3])


def show(owner, name):
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = getattr(owner, name)(x)
        dx, dw = tape.gradient(y, [x, owner.w])
        total = tf.reduce_sum(dx)
    print(name, y.numpy(), dx.numpy(), None if dw is None else dw.numpy(),
          outer.gradient(total, x))


for name in ("several", "twice", "nested", "unbound", "handed_on"):
    show(loaded, name)
# TensorFlow does not find the captured tensors again when they lie in branches and bodies.
tf.config.run_functions_eagerly(True)
for name in ("branches", "loop"):
    show(model, name)
