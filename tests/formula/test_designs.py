"""Random right sides beside the model matrices that patsy, which follows R, makes of them."""

import random

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl

patsy = pytest.importorskip("patsy")

RNG = np.random.default_rng(3)
N = 40
DF = pd.DataFrame({"x": RNG.normal(size=N), "z": RNG.normal(size=N), "w": RNG.gamma(2, 1, N)})
DF["f"], DF["k"] = np.resize(["a", "b", "c"], N), np.resize(["k1", "k1", "k2", "k2"], N)
DF["h"], DF["y"] = np.resize([1, 1, 1, 2, 2, 3], N), RNG.normal(size=N)

PIECES = [  # ours, and as patsy writes it where that is something else
    *((each, each) for each in "x z f k x*f f:k x:z f*k f*k*x f/k f:x k/x x/f".split()),
    *((each, each.replace("^", "**")) for each in "(x+f)^2 (f+k+x)^2 (x+z+k)^3".split()),
    ("I(x^2)", "I(x**2)"),
    ("{x * z - 1}", "I(x * z - 1)"),
    ("log(w)", "np.log(w)"),
    ("sqrt(w) * k", "np.sqrt(w) * k"),
    ("factor(h)", "C(h)"),
    ("factor(h):x", "C(h):x"),
    ("f %in% k", "f:k"),
    ("scale(z)", "I((z - np.mean(z)) / np.std(z, ddof=1))"),
]
ALONE = [  # in which a coding stands that other terms of the column would be held to
    ("C(f, contr.sum) + x", "C(f, Sum) + x"),
    ("C(f, contr.sum) * x", "C(f, Sum) * x"),
    ("C(k, contr.treatment(base = 2)) * x", "C(k, Treatment('k2')) * x"),
    ("relevel(f, ref = 'b') + z", "C(f, Treatment('b')) + z"),
    ("k + C(f, Treatment('c')):k", "k + C(f, Treatment('c')):k"),
    ("C(h, contr.poly) + x", "C(h, Poly) + x"),
    ("factor(h) + poly(x, 2, raw = TRUE)", "C(h) + x + I(x**2)"),
]


def columns_of(formula):
    """Our columns, and those of the class that is printed."""
    model = sl.formula(f"y ~ {formula}", DF)
    scope = {"sl": sl}
    exec(str(model), scope)
    assert scope["YModel"].graph() == model.graph()
    found = model.bind(DF).data.matrix(("<rows>",), "b_covariates")
    return np.asarray(found)


def are_same(found, wanted):
    """Whether each column is one of the other matrix, in whatever order."""
    left = list(wanted.T)
    for column in found.T:
        place = next((i for i, other in enumerate(left) if np.allclose(column, other, atol=1e-10)), None)
        if place is None:
            return False
        left.pop(place)
    return not left


def rank(matrix):
    return np.linalg.matrix_rank(matrix, tol=1e-8)


@pytest.mark.parametrize("start", [0, 100])
def test_random_right_sides_fit_what_patsy_fits(start):
    """Where a term stands without its margins, patsy leaves out columns that R keeps, or takes others."""
    alike = 0
    for seed in range(start, start + 100):
        rng = random.Random(seed)
        pieces = rng.sample(PIECES, rng.randint(1, 4))
        first = rng.choice(["", "", "0 + "])
        ours, other = (first + " + ".join(piece[i] for piece in pieces) for i in range(2))
        if first and len(pieces) == 1:  # of a single column nothing makes a set
            ours, other = f"{ours} + I(z^2)", f"{other} + I(z**2)"
        found, wanted = columns_of(ours), np.asarray(patsy.dmatrix(other, DF))
        assert rank(found) == rank(wanted) == rank(np.hstack([found, wanted])), ours
        alike += are_same(found, wanted)
    assert alike >= 85


@pytest.mark.parametrize(("formula", "reference"), ALONE)
def test_codings_are_those_of_patsy(formula, reference):
    assert are_same(columns_of(formula), np.asarray(patsy.dmatrix(reference, DF)))
