"""The one reader: a term is the same sum however it is spelled, and says what is not linear."""

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.linear.forms import Forms, NotLinear
from stanlevels.linear.multiples import Columns
from stanlevels.linear.sums import Opaque, Place, Reader, Unknown
from tests.passes.kit import bind

X = np.array([1.0, 2.0, 4.0, 8.0])
DATA = {"x": X, "z": X[::-1].copy(), "g": list("aabb"), "y": X + 1, "w": [3.0, 3.0, 5.0, 5.0]}


def read(mean, /, **lines):
    """What each unknown of a mean is multiplied by in every row, and the offset."""
    bound = bind({**lines, "y": sl.Normal(mean, 1, observed=True)}, DATA)
    line, reader = bound.planned.lines["y"], Reader(bound.planned)
    columns = Columns(bound.planned, bound.data)
    found: dict[tuple[str, int | None] | str, np.ndarray] = {}
    addends = reader.read(line.args["mu"], Place(line.domain))
    for addend in addends:
        if isinstance(addend.unknown, Unknown):
            matrix = columns.matrix(addend) if addend.covariates else columns.multiple(addend)
            key = (addend.unknown.name, addend.unknown.position)
            found[key] = found.get(key, 0) + np.broadcast_to(matrix, (4, matrix.shape[1]))
    found["offset"] = np.broadcast_to(columns.offset(addends, 4), (4, 1))
    return {key: np.squeeze(value).tolist() for key, value in found.items()}


def scalars():
    return sl.Normal(0, 1), sl.Normal(0, 1)


x, z = sl.data("x"), sl.data("z")


@pytest.mark.parametrize(
    ("spell", "slope"),
    [
        (lambda a, b: a + b * x, X),
        (lambda a, b: b * x + a, X),
        (lambda a, b: a - -b * x, X),
        (lambda a, b: (a + b * x) * 1.0 + 0, X),
        (lambda a, b: -(-a - x * b), X),
        (lambda a, b: a + b * (x - 5), X - 5),
        (lambda a, b: a + (x - 5) * b, X - 5),
        (lambda a, b: a + b * x / 2, X / 2),
        (lambda a, b: (2 * a + b * x) / 2, X / 2),
        (lambda a, b: a + b * x**2, X**2),
        (lambda a, b: a + b * sl.log(x) * z, np.log(X) * X[::-1]),
        (lambda a, b: a + b * (x + z) - b * z, X),
        (lambda a, b: a + x * (b * z), X * X[::-1]),
        (lambda a, b: a + b / (1 / x), X),
    ],
)
def test_a_slope_is_multiplied_by_the_same_numbers_however_it_is_written(spell, slope):
    a, b = scalars()
    found = read(spell(a, b), a=a, b=b)
    assert found["a", None] == [1.0] * 4
    assert found["b", None] == pytest.approx(slope.tolist())
    assert found["offset"] == [0.0] * 4


def test_names_of_covariates_of_parts_and_of_parts_of_parts_are_seen_through():
    a, b = scalars()
    named, part = x - 1, b * x
    mean = a + part
    whole = 2 * mean
    found = read(whole + named, a=a, b=b, named=named, part=part, mean=mean, whole=whole)
    assert found["b", None] == (2 * X).tolist()
    assert found["offset"] == (X - 1).tolist()


def test_coefficients_times_covariates_are_a_column_for_each():
    M = sl.covariates("x", "z")
    b = sl.Normal(0, 1, over=M)
    found = read(1 - 2 * (b @ M), M=M, b=b)
    assert found["b", None] == np.column_stack([-2 * X, -2 * X[::-1]]).tolist()
    assert found["offset"] == [1.0] * 4


def test_a_quantity_of_a_level_stands_with_the_lookup_of_its_units():
    g, a = sl.Level(), sl.Normal(0, 1)
    u = sl.Normal(a, 1, over=g)
    bound = bind({"g": g, "a": a, "u": u, "y": sl.Normal(u * sl.data("x"), 1, observed=True)}, DATA)
    (addend,) = Reader(bound.planned).read(bound.planned.lines["y"].args["mu"], Place(("<rows>",)))
    assert isinstance(addend.unknown, Unknown)
    units = Columns(bound.planned, bound.data).units(addend.unknown.place)
    assert np.asarray(units).tolist() == [0, 0, 1, 1]


def test_a_named_expression_of_a_level_is_read_at_its_units():
    g, c = sl.Level(), sl.Normal(0, 1)
    of_group = c * sl.data("w")
    u = sl.Normal(of_group, 1, over=g)
    found = read(of_group + u, g=g, c=c, of_group=of_group, u=u)
    assert found["c", None] == [3.0, 3.0, 5.0, 5.0]


@pytest.mark.parametrize(
    ("spell", "words"),
    [
        (lambda a, b: a * b * x, "a product of unknown quantities, 'a' and 'b', is not linear"),
        (lambda a, b: a + sl.exp(b * x), "exp of 'b' is not linear"),
        (lambda a, b: a / b, "a product of unknown quantities, 'a' and 'b', is not linear"),
        (lambda a, b: a + b**2, "** of 'b' is not linear"),
    ],
)
def test_what_is_not_linear_is_said_as_a_value(spell, words):
    a, b = scalars()
    bound = bind({"a": a, "b": b, "y": sl.Normal(spell(a, b), 1, observed=True)}, DATA)
    line = bound.planned.lines["y"]
    found = Forms(bound.planned, bound.data, {}).term(line, line.args["mu"])
    assert isinstance(found, NotLinear)
    assert found.what == words


def test_a_function_of_data_alone_is_a_covariate_and_no_function_of_unknowns():
    a, b = scalars()
    bound = bind({"a": a, "b": b, "y": sl.Normal(a + b * sl.exp(x), 1, observed=True)}, DATA)
    read_ = Reader(bound.planned).read(bound.planned.lines["y"].args["mu"], Place(("<rows>",)))
    assert not any(isinstance(addend.unknown, Opaque) for addend in read_)


def test_a_sum_of_two_thousand_terms_is_read():
    b = [sl.Normal(0, 1) for _ in range(2000)]
    mean = b[0] * x
    for each in b[1:]:
        mean = mean + each * x
    found = read(mean, **{f"b{i}": each for i, each in enumerate(b)})
    assert found["b1999", None] == X.tolist()
    assert len(found) == 2001
