"""What a person reads before a fit: tables as text, as HTML, as a DataFrame."""

import pytest

import stanlevels as sl
from stanlevels.show import Table, text_table

DATA = {"g": list("aabbcc"), "y": [1.0, 2.0, 4.0, 3.0, 7.0, 5.0]}


class Groups(sl.Model):
    """Groups & <more>."""

    g = sl.Level()
    spread = sl.HalfNormal()
    u = sl.Normal(0, spread, over=g)
    y = sl.Normal(u, observed=True)


@pytest.fixture(scope="module")
def bound():
    return Groups.bind(DATA)


def test_columns_are_as_wide_as_their_longest_cell():
    assert text_table(["a", "bb"], [["xyz", "1"], ["x", "22"]]) == "a    bb\nxyz  1\nx    22"


def test_a_column_without_any_text_is_left_out():
    assert text_table(["a", "b", "c"], [["1", "", "3"], ["4", "", "6"]]) == "a  c\n1  3\n4  6"


def test_long_cells_are_wrapped_in_their_column():
    lines = text_table(["a", "b"], [["word " * 6, "x"]], width=12).splitlines()
    assert lines == ["a          b", "word word  x", "word word", "word word"]


def test_a_table_without_rows_shows_its_heads():
    assert text_table(["a", "b"], []) == "a  b"


@pytest.mark.parametrize("name", ["plan", "priors"])
def test_a_table_reads_the_same_in_a_terminal_and_by_print(bound, name):
    table = getattr(bound, name)
    assert repr(table) == str(table)
    assert str(table).splitlines()[0] == f"{name.capitalize()} of Groups"
    assert all(row[0] in str(table) for row in table.rows)


@pytest.mark.parametrize("name", ["plan", "priors"])
def test_a_table_becomes_a_data_frame_with_its_columns(bound, name):
    table = getattr(bound, name)
    frame = table.to_frame()
    assert tuple(frame.columns) == table.columns
    assert [tuple(row) for row in frame.to_numpy()] == list(table.rows)


def test_whatever_stands_in_a_cell_is_escaped_in_html():
    html = Table("<t>", ("a & b",), (("<script>",),))._repr_html_()
    assert "<script>" not in html
    for text in ("&lt;t&gt;", "a &amp; b", "&lt;script&gt;"):
        assert text in html


def test_the_plan_names_every_decision_with_its_pass_and_reason(bound):
    assert bound.plan.columns == ("quantity", "step", "decision", "reason", "instead")
    assert {(row[0], row[1]) for row in bound.plan.rows} >= {
        ("y_sigma", "open"),
        ("y_sigma", "priors"),
        ("spread", "priors"),
        ("u", "marginalize"),
    }
    assert [r.subject for r in bound.plan.records] == [row[0] for row in bound.plan.rows]


def test_the_plan_of_a_model_without_decisions_is_empty():
    class Fixed(sl.Model):
        y = sl.Normal(0, 1, observed=True)

    plan = Fixed.bind({"y": [1.0]}).plan
    assert (plan.rows, plan.centered) == ((), {})


def test_priors_leave_out_random_variables_with_estimated_parameters(bound):
    assert [row[0] for row in bound.priors.rows] == ["spread", "y_sigma"]


def test_priors_name_the_units_of_a_prior_over_units():
    class M(sl.Model):
        g = sl.Level()
        k = sl.Index(2)
        u = sl.Normal(0, 1, over=(g, k))
        e = sl.Normal(0, 1, over=sl.rows)
        y = sl.Normal(u[0] + e, 1, observed=True)

    assert {row[0]: row[1] for row in M.bind(DATA).priors.rows} == {"u": "g x k", "e": "rows"}


def test_a_plan_cannot_be_changed(bound):
    with pytest.raises(AttributeError):
        bound.plan.centered = {}


def test_a_prior_beside_a_covariate_of_negative_mean_is_shown_as_a_sum():
    class Line(sl.Model):
        a = sl.Normal()
        b = sl.Normal()
        y = sl.Normal(a + b * sl.data("x"), 1, observed=True)

    bound = Line.bind({"x": [-3.0, -4.0, -8.0], "y": [1.0, 2.0, 6.0]})
    assert bound.priors.to_frame().set_index("quantity")["prior"]["a"].startswith("Normal(3 + 5 * b, ")


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_tables_of_text_fit_the_terminal(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    rows = [["effect", "word " * 30, "another " * 20], ["sd", "short", ""]]
    lines = text_table(["quantity", "decision", "why"], rows).splitlines()
    assert max(map(len, lines)) <= columns
    words = " ".join(lines).split()
    assert (words.count("word"), words.count("another")) == (30, 20)


def test_labels_stay_whole_where_no_line_can_fit(monkeypatch):
    monkeypatch.setenv("COLUMNS", "10")
    assert text_table(["quantity", "n"], [["app_effects", "10"]]) == "quantity     n\napp_effects  10"
