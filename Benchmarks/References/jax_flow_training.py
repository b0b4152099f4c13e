"""The flows of Benchmarks/Flows in JAX: seconds of a loss with its gradient, batch 512, one core.

pip install jax; taskset -c 0 python Benchmarks/References/jax_flow_training.py
"""

import os
import statistics
import time

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp

DIMENSION = 2
HALF_WIDTH = 3.0


def network(key, widths):
    keys = jax.random.split(key, len(widths) - 1)
    return [
        (jax.random.normal(k, (i, o)) / jnp.sqrt(i), jnp.zeros(o))
        for k, i, o in zip(keys, widths, widths[1:])
    ]


def apply(layers, x):
    for weights, bias in layers[:-1]:
        x = jax.nn.softplus(x @ weights + bias)
    weights, bias = layers[-1]
    return x @ weights + bias


def start(hidden):
    keys = jax.random.split(jax.random.key(1), 3)
    return {
        "potential": network(keys[0], [DIMENSION, hidden, hidden, 1]),
        "mean": network(keys[1], [DIMENSION, hidden, hidden, DIMENSION]),
        "scale": network(keys[2], [DIMENSION, hidden, hidden, DIMENSION]),
        "mass": jnp.eye(DIMENSION),
    }


def log_normal(x):
    return -0.5 * jnp.sum(x * x, -1) - 0.5 * DIMENSION * jnp.log(2 * jnp.pi)


def log_base(q):
    return jnp.sum(
        jax.nn.log_sigmoid(q + HALF_WIDTH) + jax.nn.log_sigmoid(HALF_WIDTH - q), -1
    )


def loss(parameters, q, noise, steps):
    mean = apply(parameters["mean"], q)
    log_scale = apply(parameters["scale"], q)
    p = mean + jnp.exp(log_scale) * noise
    log_momentum = log_normal(noise) - jnp.sum(log_scale, -1)
    factor = jnp.tril(parameters["mass"])
    inverse_mass = factor @ factor.T
    force = jax.grad(lambda x: jnp.sum(apply(parameters["potential"], x)))
    h = -1.0 / steps
    p = p - 0.5 * h * force(q)
    for step in range(steps):
        q = q + h * p @ inverse_mass
        p = p - (h if step < steps - 1 else 0.5 * h) * force(q)
    return jnp.mean(log_momentum - log_base(q) - log_normal(p))


for hidden, steps in [(8, 10), (32, 2), (32, 10), (128, 10)]:
    parameters = start(hidden)
    q = 2 * jax.random.normal(jax.random.key(2), (512, DIMENSION))

    @jax.jit
    def training(parameters, key):
        noise = jax.random.normal(key, q.shape)
        return jax.value_and_grad(loss)(parameters, q, noise, steps)

    key = jax.random.key(3)
    jax.block_until_ready(training(parameters, key))
    times = []
    for _ in range(200 if hidden < 128 else 40):
        begin = time.perf_counter()
        jax.block_until_ready(training(parameters, key))
        times.append(time.perf_counter() - begin)
    print(f"H = {hidden}, L = {steps}: {1e3 * statistics.median(times):.3f} ms")
