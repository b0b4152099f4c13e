"""Times the hierarchical likelihood of light curves, written plainly in NumPy, with four populations that drift.

    OMP_NUM_THREADS=1 python3 References/numpy_hierarchical.py

The model is that of the benchmark `Likelihoods`: 30 parameters, distances by a cumulative Simpson rule in redshift.
"""

import time

import numpy as np

SURVEYS = 4


def catalog(count: int, truth: dict) -> dict:
    random = np.random.default_rng(7)
    z = random.uniform(0.01, 1, count)
    survey = np.arange(count) % SURVEYS
    massive = (np.arange(count) % 3 == 0).astype(float)
    place = np.empty(count)
    for s in range(SURVEYS):
        own = z[survey == s]
        place[survey == s] = (own - own.mean()) / (own.max() - own.min())
    x = truth["x"][survey, 0] + truth["x"][survey, 1] * place
    c = truth["c"][survey, 0] + truth["c"][survey, 1] * place
    x = x + truth["x"][survey, 2] * random.standard_normal(count)
    c = c + truth["c"][survey, 2] * random.standard_normal(count)
    m = curve(truth["omega_m"], z)[0] + truth["M"] + truth["delta_M"] * massive
    m += truth["sigma"] * random.standard_normal(count) - truth["alpha"] * x + truth["beta"] * c
    errors = np.array([[0.0144, 0.001, 0.0008], [0.001, 0.09, -0.0005], [0.0008, -0.0005, 0.0009]])
    noise = random.standard_normal((count, 3)) @ np.linalg.cholesky(errors).T
    columns = {name: np.full(count, errors[i, j]) for name, i, j in [
        ("mm", 0, 0), ("mx", 0, 1), ("mc", 0, 2), ("xx", 1, 1), ("xc", 1, 2), ("cc", 2, 2)]}
    return columns | dict(
        z=z, survey=survey, massive=massive, place=place, m=m + noise[:, 0], x=x + noise[:, 1],
        c=c + noise[:, 2])


GRID = np.linspace(0, 1.01, 401)


def curve(omega_m: float, z: np.ndarray) -> tuple:
    """Distance moduli and their derivatives in omega_m, interpolated between 401 redshifts."""
    middle = 0.5 * (GRID[1:] + GRID[:-1])

    def sums(rate):
        steps = (rate(GRID[:-1]) + 4 * rate(middle) + rate(GRID[1:])) * (GRID[1] - GRID[0]) / 6
        return np.concatenate([[0], np.cumsum(steps)])

    def square(z):
        return 1 + omega_m * ((1 + z) ** 3 - 1)

    distance = np.interp(z, GRID, sums(lambda z: square(z) ** -0.5))
    slope = np.interp(z, GRID, sums(lambda z: -0.5 * ((1 + z) ** 3 - 1) * square(z) ** -1.5))
    modulus = 5 * np.log10(distance * (1 + z)) + 5 * np.log10(299792.458 / 70) + 25
    return modulus, 5 / np.log(10) * slope / distance


def log_likelihood(t: dict, d: dict) -> tuple:
    """log L and its gradient."""
    survey, u, g = d["survey"], d["place"], d["massive"]
    alpha, beta, sigma = t["alpha"], t["beta"], t["sigma"]
    mu, mu_slope = curve(t["omega_m"], d["z"])
    mean_x = t["x"][survey, 0] + t["x"][survey, 1] * u
    mean_c = t["c"][survey, 0] + t["c"][survey, 1] * u
    a = d["xx"] + t["x"][survey, 2] ** 2
    b = d["cc"] + t["c"][survey, 2] ** 2
    e = d["xc"]
    det = a * b - e * e
    dx, dc = d["x"] - mean_x, d["c"] - mean_c
    p = d["mx"] + alpha * d["xx"] - beta * e
    q = d["mc"] + alpha * e - beta * d["cc"]
    kx, kc = (b * p - e * q) / det, (a * q - e * p) / det
    own = (d["mm"] + alpha**2 * d["xx"] + beta**2 * d["cc"] + 2 * alpha * d["mx"]
           - 2 * beta * d["mc"] - 2 * alpha * beta * e)
    v = sigma**2 + own - kx * p - kc * q
    rho = (d["m"] + alpha * d["x"] - beta * d["c"] - mu - t["M"] - t["delta_M"] * g
           - kx * dx - kc * dc)
    ux, uc = (b * dx - e * dc) / det, (a * dc - e * dx) / det
    value = -0.5 * np.sum(
        3 * np.log(2 * np.pi) + np.log(det) + dx * ux + dc * uc + np.log(v) + rho**2 / v)
    w = rho / v
    h = 0.5 * (w * w - 1 / v)
    gradient = {
        "M": w.sum(), "delta_M": (w * g).sum(), "omega_m": (w * mu_slope).sum(),
        "sigma": 2 * sigma * h.sum(),
        "alpha": (-w * (d["x"] - d["xx"] * ux - e * uc) + 2 * h * (p - kx * d["xx"] - kc * e)).sum(),
        "beta": (w * (d["c"] - e * ux - d["cc"] * uc) - 2 * h * (q - kx * e - kc * d["cc"])).sum(),
    }
    for name, slope, k, precision, other in [("x", ux, kx, b, a), ("c", uc, kc, a, b)]:
        in_mean = slope - w * k
        in_variance = 0.5 * (slope**2 - precision / det) + h * k**2 - w * k * slope
        gradient[name] = np.stack([
            np.bincount(survey, in_mean), np.bincount(survey, in_mean * u),
            2 * t[name][:, 2] * np.bincount(survey, in_variance)], axis=1)
    return value, gradient


def check(t: dict, d: dict) -> None:
    """The gradient against differences, so that what is timed is the likelihood."""
    _, gradient = log_likelihood(t, d)
    for name in t:
        for index in np.ndindex(np.shape(t[name])):
            def at(shift):
                moved = {key: np.array(value, dtype=float) for key, value in t.items()}
                moved[name][index] += shift
                return log_likelihood(moved, d)[0]
            slope = (at(1e-5) - at(-1e-5)) / 2e-5
            assert abs(slope - gradient[name][index]) < 1e-4 * max(1, abs(slope)), name


if __name__ == "__main__":
    truth = dict(
        omega_m=0.3, alpha=0.14, beta=3.1, M=-19.05, delta_M=-0.06, sigma=0.1,
        x=np.tile([0.1, 0.4, 0.9], (SURVEYS, 1)), c=np.tile([-0.02, -0.1, 0.07], (SURVEYS, 1)))
    check(truth, catalog(740, truth))
    for count in [740, 10_000, 100_000, 1_000_000]:
        data = catalog(count, truth)
        times = []
        for _ in range(max(5, min(2000, 2_000_000 // count))):
            start = time.perf_counter()
            log_likelihood(truth, data)
            times.append(time.perf_counter() - start)
        quartile, median = np.quantile(times, [0.25, 0.5])
        print(f"{count}: 25 % {quartile * 1e6:.1f} us, median {median * 1e6:.1f} us")
