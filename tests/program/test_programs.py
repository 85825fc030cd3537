"""Whole programs: they compile, know where their lines came from, and depend on structure alone."""

import pickle
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.engines import get_engine
from stanlevels.plan.planned import Planned
from stanlevels.program.alone import alone
from stanlevels.program.program import Declared, Statement
from stanlevels.program.stan import shape
from tests.golden.programs import MODELS, bind
from tests.program.kit import prepared

ALL = pytest.mark.parametrize("name", MODELS)


@pytest.fixture(scope="module")
def bound(frame):
    """Every model with its data, bound once."""
    return {name: bind(name, frame) for name in MODELS}


@ALL
def test_a_program_compiles_and_has_a_finite_density_and_gradient(name, bound):
    program = prepared(bound[name])
    point = np.random.default_rng(3).normal(0, 0.2, program.n_unconstrained)
    density, gradient = program.log_density(point)
    assert np.isfinite(density)
    assert np.all(np.isfinite(gradient))


@ALL
def test_the_data_are_what_the_data_block_declares(name, bound):
    model = bound[name]
    entries = (*model.program.data, *model.program.numbers)
    assert list(model.stan_data) == [d.name for d in entries]
    for declared in entries:
        value = np.asarray(model.stan_data[declared.name])
        assert value.shape == shape(declared.type, model.stan_data)
        assert (value.dtype.kind == "i") == (declared.type.kind == "int")


@ALL
def test_no_number_of_the_data_or_of_a_prior_stands_in_the_text(name, bound):
    """Sizes and numbers of priors are data: what is left are small numbers of expressions."""
    code = re.sub(r"//.*", "", bound[name].stan_code)
    code = code[code.index("\ndata {") :]  # functions are the same for all
    numbers = {float(n) for n in re.findall(r"(?<![\w.])\d+\.?\d*(?:[eE][-+]?\d+)?(?![\w.])", code)}
    assert all(n <= 10 for n in numbers)


@ALL
def test_every_statement_of_the_target_knows_the_line_it_came_from(name, bound):
    """The comment over a statement begins with the name that the map gives to its line."""
    text, sources = bound[name].stan_code.splitlines(), bound[name].rendered.sources
    declared = None
    for number, line in enumerate(text, start=1):
        if comment := re.match(r"  // (\S+) ~ ", line):
            declared = comment[1]
        if "target +=" in line:
            assert sources[number] == declared


@ALL
def test_the_map_names_lines_of_the_model_alone(name, bound):
    model = bound[name]
    text = model.stan_code.splitlines()
    assert set(model.rendered.sources.values()) <= set(model.planned.lines)
    for number, source in model.rendered.sources.items():
        assert 1 <= number <= len(text)
        if re.match(r"  \w+(<.*>)?(\[.*\])? \w+;$", text[number - 1]):
            stan = text[number - 1].split()[-1].rstrip(";")
            assert stan.startswith(source.strip("_")) or source in ("target", "rows", "sd")


@ALL
def test_statements_alone_sum_to_the_whole(name, bound):
    model = bound[name]
    engine = get_engine("stanli")
    whole = prepared(model)
    point = np.random.default_rng(5).normal(0, 0.3, whole.n_unconstrained)

    def density(statement: Statement) -> float:
        return engine.prepare(alone(model.program, statement), model.stan_data).log_density(point)[0]

    statements = [s for s in model.program.model if isinstance(s, Statement)]
    jacobian = density(Statement((), ""))
    found = sum((density(s) - jacobian for s in statements if s.is_density), 0.0)
    assert found + jacobian == pytest.approx(whole.log_density(point)[0], rel=1e-10)


@ALL
def test_the_draws_hold_every_quantity_that_is_recorded(name, bound):
    """Latent lines but those integrated out, and named expressions of parameters that are not over rows."""
    model = bound[name]
    shapes = prepared(model).shapes
    outputs = model.program.outputs
    drawn_back = {n for n, quantity in model.planned.quantities.items() if quantity.is_integrated}
    assert set(model.planned.latent) - drawn_back <= set(outputs)
    assert not drawn_back & set(outputs)
    for name, stan in outputs.items():
        line = model.planned.lines[name]
        units = (model.data.size(line.domain),) if line.domain else ()
        count = int(np.prod([len(model.planned.axes[a]) for a in line.components]))
        components = (count,) * (1 + line.is_correlation) if line.components else ()
        assert shapes[stan] == units + components


@ALL
def test_a_bound_model_survives_pickling(name, bound):
    back = pickle.loads(pickle.dumps(bound[name]))
    assert isinstance(back.planned, Planned)
    assert back.stan_code == bound[name].stan_code


@ALL
def test_binding_twice_gives_the_same_text_and_data(name, bound, frame):
    again = bind(name, frame)
    assert again.stan_code == bound[name].stan_code
    for key, value in bound[name].stan_data.items():
        np.testing.assert_array_equal(again.stan_data[key], value)


@ALL
def test_other_data_of_the_same_structure_give_the_same_text(name, bound, frame):
    """Twice the rows, other numbers: with the old plan only the data differ (decision 15)."""
    rng = np.random.default_rng(11)
    larger = {column: np.concatenate([values, values]) for column, values in frame.items()}
    for column in ("y", "y2", "x", "z"):
        larger[column] = larger[column] * 3 + rng.normal(size=48)
    again = MODELS[name].bind(larger, plan=bound[name].plan)
    assert again.stan_code == bound[name].stan_code
    assert again.data.n_rows == 48
    assert again.stan_data.get("N", 48) == 48  # cells need no rows
    assert again.plan.centered == bound[name].plan.centered


def stanc() -> Path | None:
    """Stan's own compiler, where an installation has one."""
    homes = sorted(Path.home().glob(".cmdstan/cmdstan-*"), reverse=True)
    return next((home / "bin" / "stanc" for home in homes if (home / "bin" / "stanc").exists()), None)


@ALL
def test_the_compiler_has_nothing_to_say(name, bound, tmp_path):
    """Pedantic mode: it takes scales that are data for missing priors, and says that it may be wrong.

    Loops over columns it takes for loops over values: their ends are sizes of an argument.
    """
    compiler = stanc()
    if compiler is None:
        pytest.skip("no CmdStan is installed, so there is no stanc")
    path = tmp_path / "model.stan"
    path.write_text(bound[name].stan_code)
    done = subprocess.run(
        [compiler, "--warn-pedantic", f"--o={tmp_path / 'model.hpp'}", path], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    warnings = [w for w in re.split(r"(?m)^Warning in ", done.stderr + done.stdout) if w.strip()]
    ours = "(swept|residual_scores|messages_above)"
    mistaken = f"has no priors|control flow statement inside function {ours} depends"
    assert [w for w in warnings if not re.search(mistaken, " ".join(w.split()))] == []


def test_changing_the_numbers_of_a_prior_changes_data_and_comments_alone():
    def model(scale):
        mu = sl.Normal(0, scale)
        return sl.Model.define("M", {"mu": mu, "y": sl.Normal(mu, 1, observed=True)}).bind({"y": [1.0, 2.0]})

    narrow, wide = model(1), model(100)
    assert re.sub(r"//.*", "", narrow.stan_code) == re.sub(r"//.*", "", wide.stan_code)
    assert (narrow.stan_data["mu_sigma"], wide.stan_data["mu_sigma"]) == (1.0, 100.0)


def test_a_program_without_data_rows_keeps_its_shapes_and_its_prior_density():
    g, X, k = sl.Level(), sl.covariates("x", "z"), sl.Index(2)
    b, r = sl.Normal(0, 1, over=X), sl.LKJCholesky(2)
    B = sl.MultiNormal([0, 0], [1, 1], r, over=g)
    e = sl.Normal(0, 1, over=(g, k))
    lines = {"g": g, "X": X, "k": k, "b": b, "r": r, "B": B, "e": e}
    M = sl.Model.define("M", {**lines, "y": sl.Normal(B[0] + e[1] + b @ X, 1, observed=True)})
    none = np.array([], dtype=float)
    bound = M.bind({"g": np.array([], dtype=str), "x": none, "z": none, "y": none})
    assert bound.stan_data["X"].shape == (0, 2)
    program = prepared(bound)
    assert program.n_unconstrained == 3
    # Two standard normals at 0; a 2 x 2 LKJ(2) correlation r has density (1 - r^2) * 3/4, and with
    # r = tanh(q) the Jacobian is 1 - r^2: both factors are 1 at q = 0.
    assert program.log_density(np.zeros(3))[0] == pytest.approx(-np.log(2 * np.pi) + np.log(3 / 4))


def test_one_row_and_one_unit_are_enough():
    g = sl.Level()
    sd, noise = sl.HalfNormal(), sl.HalfNormal()
    u = sl.Normal(0, sd, over=g)
    M = sl.Model.define(
        "M", {"g": g, "sd": sd, "noise": noise, "u": u, "y": sl.Normal(u, noise, observed=True)}
    )
    bound = M.bind({"g": ["a"], "y": [3.0]})
    assert np.isfinite(prepared(bound).log_density(np.zeros(3))[0])


def test_a_vector_of_one_component_is_a_vector():
    g, r = sl.Level(), sl.LKJCholesky(2)
    for centered in (True, False):
        B = sl.MultiNormal([0], [2], r, over=g, centered=centered)
        M = sl.Model.define("M", {"g": g, "r": r, "B": B, "y": sl.Normal(B[0], 1, observed=True)})
        bound = M.bind({"g": ["a", "b"], "y": [3.0, 1.0]})
        assert np.isfinite(prepared(bound).log_density(np.zeros(2))[0])


def test_a_comment_is_over_every_statement_of_the_model_block(bound):
    for model in bound.values():
        for item in model.program.model:
            if isinstance(item, Statement):
                assert item.comment.startswith(f"{item.source} ~ ")
            else:
                assert isinstance(item, Declared)
