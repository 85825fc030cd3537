"""The shape of a posterior of many unknowns, and its program along directions."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.engines import Shapes, get_engine
from stanlevels.engines.stanli import Stanli
from stanlevels.estimation.bayes import precondition
from stanlevels.estimation.bayes.directions import Shape, shape_of, widths_of
from stanlevels.estimation.bayes.many import Layout, acceptance, pilot_of_many
from stanlevels.estimation.bayes.turned import layout_of, starts_along, turned


class Crossed(sl.Model):
    """Answers of persons to items, with a covariate."""

    person = sl.Level()
    item = sl.Level()
    mean = sl.Normal(0, 2)
    slope = sl.Normal(0, 1)
    person_sd = sl.HalfNormal(1)
    item_sd = sl.HalfNormal(1)
    P = sl.Normal(mean, person_sd, over=person)
    I = sl.Normal(0, item_sd, over=item)  # noqa: E741
    yes = sl.Bernoulli(logit=P + I + slope * sl.data("x"), observed=True)


RNG = np.random.default_rng(5)
ROWS = pd.DataFrame({"person": np.repeat(np.arange(30), 21), "item": np.tile(np.arange(21), 30)})
ROWS["x"] = RNG.normal(size=len(ROWS))
_LOGIT = RNG.normal(0, 1, 30)[ROWS["person"]] + RNG.normal(0, 1, 21)[ROWS["item"]] + ROWS["x"] / 2
ROWS["yes"] = (RNG.random(len(ROWS)) < 1 / (1 + np.exp(-_LOGIT))).astype(int)
FORMS = [
    sl.Plan(center={"P": True, "I": True}),
    sl.Plan(center={"P": False, "I": "between"}, lift=False),
]


def built(posterior):
    return get_engine("stanli").prepare(posterior.text, posterior.stan_data, shapes=posterior.shapes)


@pytest.mark.parametrize("plan", FORMS)
def test_starts_along_directions_are_the_same_points(plan):
    posterior = Crossed.bind(ROWS, plan=plan).posterior
    own = built(posterior)
    n = own.n_unconstrained
    push, pull = (RNG.normal(size=(n, 1)) * layout_of(posterior).turned[:, None] / n for _ in range(2))
    shape = Shape(np.ones(n), push, pull)
    along = turned(posterior, shape)
    q = RNG.normal(size=(2, n)) / 10
    found = starts_along(posterior, along, shape, [own.constrained(point) for point in q], q)
    for start, point in zip(found, q, strict=True):
        np.testing.assert_allclose(built(along).unconstrain(start), shape.back(point), atol=1e-10)


@pytest.mark.parametrize("plan", FORMS)
def test_a_program_along_directions_is_the_same_posterior(plan):
    posterior = Crossed.bind(ROWS, plan=plan).posterior
    own, layout = built(posterior), layout_of(posterior)
    n = own.n_unconstrained
    push, pull = (RNG.normal(size=(n, 2)) * layout.turned[:, None] / np.sqrt(n) for _ in range(2))
    shape = Shape(np.ones(n), push, pull)
    along = built(turned(posterior, shape))
    values = []
    for q in RNG.normal(size=(3, n)) / 10:
        value, slope = own.log_density(q)
        there, turned_slope = along.log_density(shape.back(q))
        values.append(value - there)
        np.testing.assert_allclose(turned_slope, slope + (slope @ push) @ pull.T, rtol=1e-8, atol=1e-8)
        drawn, same = (program.echo(at[None]) for program, at in ((own, q), (along, shape.back(q))))
        for name in posterior.program.outputs.values():
            np.testing.assert_allclose(drawn[name], same[name], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(values, values[0], atol=1e-8)


class Taken(sl.Model):
    """A model whose names are those that directions would have."""

    unit = sl.Level()
    along = sl.Normal(0, 1)
    A_along = sl.Normal(0, 1)
    N_directions = sl.HalfNormal(1)
    A = sl.Normal(along, 1, over=unit)
    y = sl.StudentT(4, A + A_along, N_directions, observed=True)


def test_names_of_a_program_along_directions_are_new():
    posterior = Taken.bind({"unit": [1, 1, 2, 3], "y": [0.0, 1.0, 2.0, 3.0]}).posterior
    n = built(posterior).n_unconstrained
    along = turned(posterior, Shape(np.ones(n), np.zeros((n, 1)), np.zeros((n, 1))))
    q = np.linspace(-1, 1, n)
    assert built(along).log_density(q)[0] == built(posterior).log_density(q)[0]


def test_coordinates_of_units_are_blocks_and_all_others_stand_alone():
    layout = layout_of(Crossed.bind(ROWS, plan=FORMS[0]).posterior)
    assert sorted(len(block) for block in layout.blocks) == [21, 30]
    assert len(layout.alone) == 4
    assert layout.turned.sum() == 21 + 30 + 2  # all but the standard deviations


def normal(covariance):
    precision = np.linalg.inv(covariance)
    return lambda q: (-float(q @ precision @ q) / 2, -precision @ q)


def test_directions_and_widths_make_a_normal_density_round():
    n = 60
    together = RNG.normal(size=(n, 2))
    widths = np.geomspace(1e-3, 1e3, n)
    covariance = widths[:, None] * (np.eye(n) + 4 * together @ together.T) * widths
    variances = np.diag(covariance)
    shape = shape_of(normal(covariance), np.zeros(n), variances, np.ones(n, dtype=bool))
    root = shape.spread(np.eye(n)).T
    white = np.linalg.solve(root, np.linalg.solve(root, covariance).T)
    values = np.linalg.eigvalsh(white)
    before = np.linalg.eigvalsh(covariance / np.sqrt(np.outer(variances, variances)))
    assert values.max() / values.min() < 20 < before.max() / before.min()


def test_widths_agree_with_draws_and_their_gradients():
    sds = np.geomspace(1e-4, 1e4, 9)
    draws = RNG.normal(size=(50, 9)) * sds
    found = widths_of(np.square(3 * sds), draws, -draws / np.square(sds))
    np.testing.assert_allclose(found, np.square(sds), rtol=0.2 + 0.5)
    np.testing.assert_allclose(widths_of(np.square(sds), draws, -draws / sds**2), sds**2, rtol=1e-6)


def test_a_pilot_of_many_finds_the_shape_from_few_gradients():
    posterior = Crossed.bind(ROWS, plan=FORMS[0]).posterior
    own, layout = built(posterior), layout_of(posterior)
    turn = lambda shape: built(turned(posterior, shape))  # noqa: E731
    found = pilot_of_many(own, np.zeros(own.n_unconstrained), 1, layout, turn)
    assert found is not None
    assert isinstance(found.shape, Shape)
    assert found.shape.n_directions >= 1  # persons against items
    assert found.steps < 20
    white = found.shape.back(found.points - found.centre) / np.sqrt(found.shape.variances)
    assert 0.5 < np.square(white).mean() < 2


def test_trajectories_of_a_normal_density_just_turn():
    n = 600
    coin = "parameters { vector[600] x; } model { x ~ std_normal(); }"
    shapes = Shapes({"x": (n,)}, {})
    program = Stanli().prepare(coin, {}, shapes=shapes)
    run = lambda accept, step: program.walk(  # noqa: E731
        np.zeros(n),
        inverse_metric=np.ones(n),
        warmup=140,
        draws=50,
        seed=1,
        step_size=step,
        target_accept=accept,
    )
    usual = run(0.8, 0.5)
    fitted = run(acceptance(usual.step_size, n), usual.step_size)
    assert fitted.stats["n_leapfrog__"].mean() < 0.6 * usual.stats["n_leapfrog__"].mean()
    assert acceptance(1e-9, 600) == 0.9


def test_without_anything_to_turn_there_are_widths_alone():
    nothing = Layout(np.arange(3), (), np.zeros(3, dtype=bool))
    shape = shape_of(normal(np.eye(3)), np.zeros(3), np.ones(3), nothing.turned)
    assert shape.n_directions == 0


def test_chains_along_directions_have_the_posterior_of_others(monkeypatch):
    bound = Crossed.bind(ROWS, plan=FORMS[0])
    dense = bound.fit(engine="stanli", progress=False, seed=3, draws=500)
    monkeypatch.setattr(precondition, "LARGEST", 5)
    along = bound.fit(engine="stanli", progress=False, seed=4, draws=500)
    (record,) = [record for record in along.plan.records if record.step == "precondition"]
    assert "that many numbers share" in record.decision
    assert along.diagnose().ok
    a, b = dense.summary(), along.summary()
    error = np.hypot(a["sd"] / np.sqrt(a["ess_bulk"]), b["sd"] / np.sqrt(b["ess_bulk"]))
    assert ((a["estimate"] - b["estimate"]).abs() < 5 * error).all()


def test_what_was_sampled_along_directions_is_sampled_so_again(monkeypatch):
    monkeypatch.setattr(precondition, "LARGEST", 5)
    bound = Crossed.bind(ROWS, plan=FORMS[0])
    first = bound.fit(engine="stanli", progress=False, seed=4, draws=500)
    again = bound.fit(engine="stanli", progress=False, seed=5, draws=500, start=first)
    assert again.diagnose().ok
    assert again.raw.stats["n_steps"].mean() < 20
    a, b = first.summary(), again.summary()
    error = np.hypot(a["sd"] / np.sqrt(a["ess_bulk"]), b["sd"] / np.sqrt(b["ess_bulk"]))
    assert ((a["estimate"] - b["estimate"]).abs() < 5 * error).all()
