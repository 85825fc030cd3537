"""New rows with units that were known, are new, or have no label: who they are and where they lie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.binding import Bound, bind_data
from stanlevels.binding.widen.needs import Needs
from stanlevels.binding.widen.widened import Widened, bind_widened


class Tree(sl.Model):
    country = sl.Level()
    publisher = sl.Level(within=country)
    app = sl.Level(within=publisher)
    device = sl.Level()
    a, sd = sl.Normal(0, 1), sl.HalfNormal(1)
    C = sl.Normal(a, sd, over=country)
    P = sl.Normal(C, sd, over=publisher)
    A = sl.Normal(P, sd, over=app)
    D = sl.Normal(0, sd, over=device)
    y = sl.Normal(A + D, sd, observed=True)


ROWS = ("<rows>",)
NEEDS = Needs(
    frozenset({"app", "device"}),
    {"app": frozenset({"publisher"}), "publisher": frozenset({"country"})},
    {},
)


@pytest.fixture(scope="module")
def old() -> Bound:
    apps = pd.DataFrame({"app": list("abcd"), "publisher": list("ppqr"), "country": list("xxxz")})
    frame = apps.merge(pd.DataFrame({"device": list("uv")}), how="cross")
    return bind_data(Tree._graph, frame.assign(y=1.0))


def wide(old: Bound, new: Mapping[str, Any], **asked: Any) -> Widened:
    return bind_widened(old, new, NEEDS, **asked)


def parents(found: Widened, level: str, target: str) -> list[Any]:
    """The label of what each row's unit lies in, by the units' own links."""
    bound = found.bound
    units = bound.codes((level,), (target,))[bound.codes(ROWS, (level,))]
    return [bound.levels[target].labels[unit] for unit in units.tolist()]


def test_only_the_units_that_rows_have_are_kept(old):
    found = wide(old, {"app": ["d", "a"], "device": ["u", "new"]})
    assert found.bound.levels["app"].labels == ("a", "d")
    assert found.before["app"].tolist() == [0, 3]
    assert found.before["device"].tolist() == [0, -1]
    assert found.bound.levels["publisher"].labels == ("p", "r")
    assert parents(found, "app", "country") == ["z", "x"]
    assert found.standing["publisher"].tolist() == ["known", "known"]


def test_parents_that_nobody_names_are_made_all_the_way_up(old):
    found = wide(old, {"app": ["n", "n", None, "a"], "device": ["u"] * 4})
    for level in ("publisher", "country"):
        units = found.bound.codes(ROWS, (level,)).tolist()
        assert units[0] == units[1] != units[2] != units[3]
        assert found.standing[level].tolist() == ["unknown", "unknown", "unknown", "known"]
    assert parents(found, "app", "publisher") == [None, None, None, "p"]
    np.testing.assert_array_equal(
        found.bound.codes(("app",), ("publisher",))[found.bound.codes(ROWS, ("app",))],
        found.bound.codes(ROWS, ("publisher",)),
    )


def test_a_named_country_is_that_of_a_publisher_nobody_names(old):
    found = wide(old, {"app": ["n"], "country": ["z"], "device": ["u"]})
    assert parents(found, "app", "publisher") == [None]
    assert parents(found, "publisher", "country") == ["z"]
    assert parents(found, "app", "country") == ["z"]


def test_new_units_of_one_new_parent_share_it(old):
    found = wide(
        old, {"app": ["m", "n"], "publisher": ["new"] * 2, "country": ["x"] * 2, "device": ["u"] * 2}
    )
    assert found.bound.levels["publisher"].labels == ("new",)
    assert found.bound.levels["app"].parents["publisher"].tolist() == [0, 0]


def test_an_averaged_level_has_one_unit_for_rows_that_agree(old):
    rows = {"app": ["a", "a", "d"], "device": ["u", "v", "w"]}
    found = wide(old, rows, average_over=["device"], together=["device"])
    assert found.bound.levels["device"].size == 1
    assert found.standing["device"].tolist() == ["averaged"] * 3
    assert wide(old, rows, average_over=["device"]).bound.levels["device"].size == 3


def test_new_units_stand_in_the_order_of_their_labels_whatever_that_of_the_rows(old):
    one = wide(old, {"app": ["n", "m", "a"], "device": ["u"] * 3}).bound.levels["app"].labels
    other = wide(old, {"app": ["a", "m", "n"], "device": ["u"] * 3}).bound.levels["app"].labels
    assert one == other == ("a", "m", "n")


def test_integers_beside_missing_labels_stay_those_that_were_fitted():
    class Days(sl.Model):
        day = sl.Level()
        sd = sl.HalfNormal(1)
        E = sl.Normal(0, sd, over=day)
        y = sl.Normal(E, sd, observed=True)

    old = bind_data(Days._graph, {"day": [1, 2, 3], "y": [0.1, 0.2, 0.3]})
    needs = Needs(frozenset({"day"}), {}, {})
    found = bind_widened(old, pd.DataFrame({"day": [2, None, 9]}), needs)
    assert found.bound.levels["day"].labels == (2, 9, None)
    assert found.standing["day"].tolist() == ["known", "unknown", "new"]


@pytest.mark.parametrize("seed", range(5))
def test_random_rows_have_parents_that_agree_along_every_way(old, seed):
    rng = np.random.default_rng(seed)
    n = 40

    def some(labels: str) -> list[Any]:
        return rng.choice(np.array([*labels, None], dtype=object), n).tolist()

    rows = {"app": some("abcdmn"), "publisher": some("pqrs"), "country": some("xzw"), "device": some("uvw")}
    # a country beside an app whose publisher is left open may be another than the app has
    rows["country"] = [
        None if publisher is None else country
        for publisher, country in zip(rows["publisher"], rows["country"], strict=True)
    ]
    bound = wide(old, rows).bound
    for name, given in rows.items():
        units = bound.codes(ROWS, (name,)).tolist()
        labels = [bound.levels[name].labels[unit] for unit in units]
        # a label of several parents, of which none is named, says no unit
        assert all(label == own or label is None for label, own in zip(labels, given, strict=True) if own)
        if name == "device":
            assert labels == given
    for level, target in (("app", "publisher"), ("publisher", "country"), ("app", "country")):
        above = bound.codes((level,), (target,))[bound.codes(ROWS, (level,))]
        np.testing.assert_array_equal(above, bound.codes(ROWS, (target,)))


def test_nesting_that_nobody_declared_says_nothing_of_a_label_left_open():
    frame = pd.DataFrame({"app": list("abc"), "publisher": list("ppq"), "country": list("xxx")})
    old = bind_data(Tree._graph, frame.assign(device=list("uvu"), y=1.0))
    assert wide(old, {"app": ["a"], "device": [None]}).standing["device"].tolist() == ["unknown"]
    assert wide(old, {"app": ["a"]}).standing["device"].tolist() == ["known"]


def test_the_column_of_a_level_that_rows_lack_may_be_misspelt(old):
    with pytest.raises(sl.DataError, match=r"(?s)'device' \(level device\) is not in.*did you mean 'devcie'"):
        wide(old, {"app": ["a"], "devcie": ["u"]})
