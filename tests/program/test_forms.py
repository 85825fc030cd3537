"""Ways to write one density: centred and not, GLM functions and not, weights and repeated rows."""

import numpy as np
import pytest

import stanlevels as sl
from tests.program.kit import densities, density_at, prepared, without_glm

RNG = np.random.default_rng(19)
SCHOOLS, ROOMS = 4, 12


class Base(sl.Model):
    school = sl.Level()
    room = sl.Level(within=school)
    a = sl.Normal(0, 1)
    s = sl.HalfNormal(1)
    k = sl.Index(2)
    m = sl.Normal(0, 1, over=k)
    sds = sl.HalfNormal(1, over=k)
    P = sl.Normal(0, 1, over=school, centered=True)
    corr = sl.LKJCholesky(2, dim=2)


# --- centred and non-centred ---------------------------------------------------------------------
#
# u = location + scale * z, so p(z) = p(u) |du/dz|: each case gives the line in either form, and u and
# log |du/dz| from z and the other parameters, by hand.

PARENT = np.repeat(np.arange(SCHOOLS), 3)  # the school of each room


def common(rng):
    """Values of the parameters that both forms share."""
    return {
        "a": rng.normal(),
        "s": rng.uniform(0.5, 2),
        "m": rng.normal(size=2),
        "sds": rng.uniform(0.5, 2, 2),
        "P": rng.normal(size=SCHOOLS),
        "corr_cholesky": np.linalg.cholesky([[1, 0.3], [0.3, 1]]),
    }


def factor(v):
    return v["sds"][:, None] * v["corr_cholesky"]


def scalar_case(family):
    def line(centered):
        first = (5,) if family is sl.StudentT else ()
        return family(*first, Base.P, Base.s, over=Base.room, centered=centered)

    return line, (ROOMS,), lambda v, z: (v["P"][PARENT] + v["s"] * z, ROOMS * np.log(v["s"]))


CASES = {
    **{f.__name__: scalar_case(f) for f in (sl.Normal, sl.StudentT, sl.Cauchy, sl.Laplace, sl.Logistic)},
    "a scalar": (
        lambda centered: sl.Normal(Base.a, Base.s, centered=centered),
        (),
        lambda v, z: (v["a"] + v["s"] * z, np.log(v["s"])),
    ),
    "a scale per unit": (
        lambda centered: sl.Normal(0, sl.exp(Base.P), over=Base.room, centered=centered),
        (ROOMS,),
        lambda v, z: (np.exp(v["P"])[PARENT] * z, v["P"][PARENT].sum()),
    ),
    "components with their own scales": (
        lambda centered: sl.Normal(Base.m, Base.sds, over=(Base.school, Base.k), centered=centered),
        (SCHOOLS, 2),
        lambda v, z: (v["m"] + v["sds"] * z, SCHOOLS * np.log(v["sds"]).sum()),
    ),
    "components with one scale": (
        lambda centered: sl.Normal(0, Base.s, over=(Base.school, Base.k), centered=centered),
        (SCHOOLS, 2),
        lambda v, z: (v["s"] * z, 2 * SCHOOLS * np.log(v["s"])),
    ),
    "components of another family": (
        lambda centered: sl.StudentT(4, Base.m, Base.s, over=(Base.school, Base.k), centered=centered),
        (SCHOOLS, 2),
        lambda v, z: (v["m"] + v["s"] * z, 2 * SCHOOLS * np.log(v["s"])),
    ),
    "components alone": (
        lambda centered: sl.Normal(Base.m, Base.sds, over=Base.k, centered=centered),
        (2,),
        lambda v, z: (v["m"] + v["sds"] * z, np.log(v["sds"]).sum()),
    ),
    "a vector with means": (
        lambda centered: sl.MultiNormal(
            [Base.a, 2], Base.sds, Base.corr, over=Base.school, centered=centered
        ),
        (2, SCHOOLS),
        lambda v, z: (np.array([v["a"], 2]) + (factor(v) @ z).T, SCHOOLS * np.log(np.diag(factor(v))).sum()),
    ),
    "a vector without means": (
        lambda centered: sl.MultiNormal([0, 0], Base.sds, Base.corr, over=Base.school, centered=centered),
        (2, SCHOOLS),
        lambda v, z: ((factor(v) @ z).T, SCHOOLS * np.log(np.diag(factor(v))).sum()),
    ),
    "a vector with means per unit": (
        lambda centered: sl.MultiNormal([Base.P, 1], Base.sds, Base.corr, over=Base.room, centered=centered),
        (2, ROOMS),
        lambda v, z: (
            np.column_stack([v["P"][PARENT], np.ones(ROOMS)]) + (factor(v) @ z).T,
            ROOMS * np.log(np.diag(factor(v))).sum(),
        ),
    ),
    "a vector with one mean per unit": (
        lambda centered: sl.MultiNormal(Base.P, Base.sds, Base.corr, over=Base.room, centered=centered),
        (2, ROOMS),
        lambda v, z: (
            v["P"][PARENT][:, None] + (factor(v) @ z).T,
            ROOMS * np.log(np.diag(factor(v))).sum(),
        ),
    ),
    "a vector with means that are computed": (
        lambda centered: sl.MultiNormal(Base.m + 1, Base.sds, Base.corr, over=Base.school, centered=centered),
        (2, SCHOOLS),
        lambda v, z: (v["m"] + 1 + (factor(v) @ z).T, SCHOOLS * np.log(np.diag(factor(v))).sum()),
    ),
    "a vector without units": (
        lambda centered: sl.MultiNormal(Base.m, Base.sds, Base.corr, over=Base.k, centered=centered),
        (2,),
        lambda v, z: (v["m"] + factor(v) @ z, np.log(np.diag(factor(v))).sum()),
    ),
}


def with_line(frame, line):
    """A model in which `u` is used, with all that a case may need."""
    vector = line.family == "MultiNormal" or Base.k in line.over
    use = line[0] + line[1] if vector else line
    lines = {  # each with an outcome of its own: in one sum, effects are sampled with what is beside them
        "u": line,
        "y": sl.Normal(use, Base.s, observed=True),
        "again": sl.Normal(Base.a, Base.s, observed="y"),
        "once_more": sl.Normal(Base.P, Base.s, observed="y"),
    }
    return Base.define("M", lines).bind(frame, plan=sl.Plan(soften=False))  # the scales as they are


@pytest.mark.parametrize("case", CASES)
def test_the_two_forms_of_a_line_have_one_density(case, frame):
    make, shape, affine = CASES[case]
    centred, raw = with_line(frame, make(True)), with_line(frame, make(False))
    rng = np.random.default_rng(23)
    for _ in range(3):
        values, z = common(rng), rng.normal(size=shape)
        u, log_jacobian = affine(values, z)
        found = density_at(raw, {**values, "u_raw": z})
        assert found == pytest.approx(density_at(centred, {**values, "u": u}) + log_jacobian, rel=1e-10)


@pytest.mark.parametrize("case", CASES)
def test_a_chosen_form_is_the_form_of_the_program(case, frame):
    make, _, _ = CASES[case]
    assert "u_raw;" not in with_line(frame, make(True)).stan_code
    assert "u_raw;" in with_line(frame, make(False)).stan_code


# --- GLM functions ---------------------------------------------------------------------------------

X = sl.covariates("x", "z")
K = sl.Index(2)
SHARED = {
    "X": X,
    "K": K,
    "school": Base.school,
    "b": (B := sl.Normal(0, 1, over=X)),
    "g": (G := sl.Normal(0, 1, over=Base.school)),
    "cut": (CUT := sl.Normal(0, 3, over=K, ordered=True)),
    "s": (S := sl.HalfNormal(1)),
}
GLM = {
    "normal_id_glm": lambda eta: sl.Normal(eta, S, observed="y"),
    "bernoulli_logit_glm": lambda eta: sl.Bernoulli(logit=eta, observed="flag"),
    "poisson_log_glm": lambda eta: sl.Poisson(log=eta, observed="count"),
    "neg_binomial_2_log_glm": lambda eta: sl.NegBinomial(log=eta, shape=S, observed="count"),
    "binomial_logit_glm": lambda eta: sl.Binomial(sl.data("trials"), logit=eta, observed="count"),
    "ordered_logistic_glm": lambda eta: sl.OrderedLogistic(eta, CUT, observed="choice"),
}
ETAS = {
    "alone": (lambda: B @ X, lambda: B["x"] * sl.data("x") + B["z"] * sl.data("z")),
    "with effects": (
        lambda: 1 + B @ X + G - S,
        lambda: 1 + B["x"] * sl.data("x") + B["z"] * sl.data("z") + G - S,
    ),
}


@pytest.mark.parametrize("eta", ETAS)
@pytest.mark.parametrize("function", GLM)
def test_a_glm_function_has_the_density_of_the_sum_written_out(function, eta, frame):
    spellings = [
        sl.Model.define("M", {**SHARED, "o": GLM[function](make())}).bind(frame) for make in ETAS[eta]
    ]
    for glm in spellings:
        if (function, eta) != ("ordered_logistic_glm", "with effects"):  # it has no place for an intercept
            assert f"{function}_l" in glm.stan_code
        assert "_glm_" not in without_glm(glm).stan_code
        assert densities(glm) == pytest.approx(densities(without_glm(glm)), rel=1e-10)
    assert densities(spellings[0]) == pytest.approx(densities(spellings[1]), rel=1e-10)


@pytest.mark.parametrize(
    "eta", [lambda: 2 * (B @ X), lambda: -(B @ X), lambda: sl.tanh(B @ X), lambda: B @ X + B @ X]
)
def test_where_no_glm_function_fits_there_is_none(eta, frame):
    bound = sl.Model.define("M", {**SHARED, "o": GLM["normal_id_glm"](eta())}).bind(frame)
    assert "_glm_" not in bound.stan_code
    assert np.all(np.isfinite(densities(bound)))


def test_coefficients_that_vary_over_units_are_a_dot_product_by_row(frame):
    b = sl.Normal(0, 1, over=(Base.school, X), centered=True)
    terms = {"dot": b @ X, "sum": b["x"] * sl.data("x") + b["z"] * sl.data("z")}
    found = [
        densities(sl.Model.define("M", {**SHARED, "b": b, "o": sl.Normal(eta, S, observed="y")}).bind(frame))
        for eta in terms.values()
    ]
    assert found[0] == pytest.approx(found[1], rel=1e-10)


# --- weights -----------------------------------------------------------------------------------------

R = sl.LKJCholesky(2)
OUTCOMES = {
    "normal": lambda **w: sl.Normal(G, S, observed="y", **w),
    "glm": lambda **w: sl.Normal(B @ X, S, observed="y", **w),
    "poisson": lambda **w: sl.Poisson(log=G + B @ X, observed="count", **w),
    "half normal": lambda **w: sl.HalfNormal(S, observed="positive", **w),
    "categorical": lambda **w: sl.Categorical(logit=[0, G, 1], observed="choice", **w),
    "ordered": lambda **w: sl.OrderedLogistic(G, CUT, observed="choice", **w),
    "binomial": lambda **w: sl.Binomial(sl.data("trials"), logit=G, observed="count", **w),
    "multivariate": lambda **w: sl.MultiNormal([G, 0], [1, 2], R, observed=["y", "y2"], **w),
    "dirichlet": lambda **w: sl.Dirichlet([1, 2, 3], observed=["s1", "s2", "s3"], **w),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_weight_of_w_is_w_equal_rows(outcome, frame):
    make = OUTCOMES[outcome]
    lines = {**SHARED, "R": sl.LKJCholesky(2, dim=2), "o": None}

    def model(**weights):
        line = make(**weights)
        corr = dict(line.args).get("corr")
        return sl.Model.define("M", {**lines, "R": corr if corr is not None else lines["R"], "o": line})

    repeated = {column: np.repeat(values, frame["times"]) for column, values in frame.items()}
    plan = model(weights="times").bind(frame).plan
    weighted = densities(model(weights="times").bind(frame, plan=plan))
    assert weighted == pytest.approx(densities(model().bind(repeated, plan=plan)), rel=1e-10)


def test_weights_of_zero_leave_rows_out(frame):
    zeros = {**frame, "times": np.zeros(24, dtype=int)}
    lines = {**SHARED, "o": OUTCOMES["half normal"](weights="times")}
    bound = sl.Model.define("M", lines).bind(zeros)
    without = {**SHARED, "o": sl.HalfNormal(S, observed="positive")}
    none = sl.Model.define("M", without).bind(
        {c: v[:0] for c, v in frame.items()} | {"school": frame["school"][:0]}
    )
    # The same parameters but for the four effects of schools, standard normals at 0 here.
    first, second = prepared(bound), prepared(none)
    expected = second.log_density(np.zeros(second.n_unconstrained))[0] - 2 * np.log(2 * np.pi)
    assert first.log_density(np.zeros(first.n_unconstrained))[0] == pytest.approx(expected)
