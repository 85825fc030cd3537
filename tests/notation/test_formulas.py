"""Formulas: what is written, read as mathematics, means the same; names are theirs; indices lead to units."""

import math
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import stanlevels as sl
from stanlevels.graph import Call, Graph, Number, Op, Ref
from stanlevels.notation.formulas import Line
from stanlevels.notation.latex import latex
from stanlevels.notation.layout import Name
from stanlevels.notation.mathml import mathml
from stanlevels.notation.model import formulas, in_mathml
from stanlevels.notation.places import Places

LINE = Line(Places(Graph("M")), ())
leaves = st.sampled_from([Ref("a"), Ref("long_name"), Number(2), Number(0.5), Number(-3), Number(1e-7)])
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda s, a, b: Op(s, (a, b)), st.sampled_from("+ - * / **".split()), inner, inner),
        st.builds(lambda a: Op("neg", (a,)), inner),
        st.builds(lambda f, a: Call(f, (a,)), st.sampled_from("exp square log1p expm1 sqrt".split()), inner),
    ),
    max_leaves=8,
)
A, LONG = 1.3, 0.7
FUNCTIONS = {
    "exp": lambda x: math.e**x,
    "square": lambda x: x**2,
    "expm1": lambda x: math.e**x - 1,
    "sqrt": lambda x: x**0.5,
}


def value(expr) -> complex:
    """The value of an expression, computed from its tree."""
    match expr:
        case Ref(name=name):
            return {"a": A, "long_name": LONG}[name]
        case Number(value=number):
            return number
        case Op(symbol="neg", args=(x,)):
            return -value(x)
        case Op(symbol=symbol, args=(x, y)):
            left, right = value(x), value(y)
            return {
                "+": lambda: left + right,
                "-": lambda: left - right,
                "*": lambda: left * right,
                "/": lambda: left / right,
                "**": lambda: left**right,
            }[symbol]()
        case Call(function="log1p", args=(x,)):
            return log(1 + value(x))
        case Call(function=function, args=(x,)):
            return FUNCTIONS[function](value(x))
    raise AssertionError(expr)


def log(x):
    import cmath

    return cmath.log(x)


def group(text: str, start: int) -> int:
    """Where the brace that opens at `start` closes."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if not depth:
            return place
    raise AssertionError(text)


def as_python(text: str) -> str:
    """LaTeX of arithmetic as Python, by what its marks mean."""
    while (place := text.find(r"\frac{")) >= 0:
        middle = group(text, place + 5)
        end = group(text, middle + 1)
        top, bottom = text[place + 6 : middle], text[middle + 2 : end]
        text = f"{text[:place]}(({top})/({bottom})){text[end + 1 :]}"
    while (place := text.find(r"\sqrt{")) >= 0:
        end = group(text, place + 5)
        text = f"{text[:place]}(({text[place + 6 : end]})**0.5){text[end + 1 :]}"
    while (place := text.find("^{")) >= 0:
        end = group(text, place + 1)
        text = f"{text[:place]}**({text[place + 2 : end]}){text[end + 1 :]}"
    text = text.replace(r"\left(", "(").replace(r"\right)", ")").replace(r"\cdot", "*").replace(r"\,", "*")
    text = text.replace(r"\times", "*").replace(r"\mathrm{long\_name}", "long_name")
    return text.replace(r"\exp(", "exp(").replace(r"\log(", "log(").replace(r"\exp ", "exp").replace("\\", "")


@settings(max_examples=400, deadline=None)
@given(trees)
def test_what_is_written_read_as_mathematics_means_the_same(expr):
    scope = {"a": A, "long_name": LONG, "exp": FUNCTIONS["exp"], "log": log}
    try:
        meant = value(expr)
    except (OverflowError, ZeroDivisionError, ValueError):
        return
    text = latex(LINE.formula(expr))
    found = eval(as_python(text), scope)
    assert found == pytest.approx(meant, rel=1e-9, abs=1e-7, nan_ok=True), text  # the root of 1e-16 is 1e-8


@settings(max_examples=100, deadline=None)
@given(trees)
def test_mathml_is_well_formed_and_of_known_elements(expr):
    root = ET.fromstring(f"<math>{mathml(LINE.formula(expr))}</math>")
    known = set("math mrow mi mn mo mtext mfrac msqrt msup msub msubsup mover mtable mtr mtd".split())
    assert {element.tag for element in root.iter()} <= known
    for tag, count in {"mfrac": 2, "msup": 2, "msub": 2, "msubsup": 3, "mover": 2}.items():
        assert all(len(element) == count for element in root.iter(tag))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("sigma", r"\sigma"),
        ("sigma_app", r"\sigma_{\mathrm{app}}"),
        ("b_1", "b_{1}"),
        ("lambda_", r"\lambda"),
        ("σ", r"\sigma"),
        ("x", "x"),
        ("app_sd", r"\mathrm{app\_sd}"),
        ("two words", r"\text{two words}"),
        (
            "50 % of $1 & {more}_#~^\\",
            r"\text{50 \% of \$1 \& \{more\}\_\#\textasciitilde{}\textasciicircum{}\textbackslash{}}",
        ),
        ("größe", r"\text{größe}"),
        ("a\nb", r"\text{a b}"),
        ("Sigma", r"\Sigma"),
        ("omicron", r"\mathrm{omicron}"),
    ],
)
def test_names_in_latex(name, written):
    assert latex(Name(name)) == written


def lines(model):
    """Each line's LaTeX, left and right of its relation."""
    return {f.name: (latex(f.left), latex(f.right)) for f in formulas(model.graph())}


def test_a_road_is_followed_and_components_have_labels():
    class Games(sl.Model):
        team = sl.Level()
        home = sl.Level("h", of=team)
        kind = sl.Index(["attack", "defence"])
        s = sl.HalfNormal(1)
        skill = sl.Normal(0, s, over=(team, kind))
        y = sl.Normal(skill[home][0] - skill[home]["defence"], 1, observed=True)

    found = lines(Games)
    assert found["skill"][0] == r"\mathrm{skill}_{j, k}"
    attack, defence = (
        rf"\mathrm{{skill}}_{{\mathrm{{home}}[i], \text{{{label}}}}}" for label in ("attack", "defence")
    )
    assert found["y"][1] == rf"\mathcal{{N}}({attack} - {defence}, 1)"


def test_a_level_far_above_is_reached_from_the_level_that_lies_in_it():
    class Deep(sl.Model):
        state = sl.Level()
        school = sl.Level(within=state)
        background = sl.Level()
        s = sl.HalfNormal(1)
        S = sl.Normal(0, s, over=state)
        C = sl.Normal(S, s, over=(school, background))
        y = sl.Normal(C, 1, observed=True)

    found = lines(Deep)
    assert found["C"] == ("C_{k, l}", r"\mathcal{N}(S_{\mathrm{state}[k]}, s^{2})")
    assert r"C_{\mathrm{school}[i], \mathrm{background}[i]}" in found["y"][1]


def test_letters_of_units_are_no_names_of_the_model():
    class Taken(sl.Model):
        g = sl.Level()
        j = sl.HalfNormal(1)
        i = sl.Normal(0, j, over=g)
        y = sl.Normal(i * sl.data("k"), 1, observed=True)

    found = lines(Taken)
    assert found["i"][0] == "i_{m}"
    assert found["y"] == ("y_{l}", r"\mathcal{N}(i_{g[l]} \, k_{l}, 1)")


def test_a_named_expression_stands_where_its_quantities_do():
    class Named(sl.Model):
        school = sl.Level()
        room = sl.Level(within=school)
        a = sl.Normal(0, 1)
        S = sl.Normal(0, 1, over=school)
        R = sl.Normal(S, 1, over=room)
        both = S + R
        plain = a / 2
        of_column = a * sl.data("x")
        y = sl.Normal(both + of_column + plain, 1, observed=True)

    found = lines(Named)
    assert found["both"] == (r"\mathrm{both}_{k}", r"S_{\mathrm{school}[k]} + R_{k}")
    assert found["plain"] == (r"\mathrm{plain}", r"\frac{a}{2}")
    assert found["of_column"] == (r"\mathrm{of\_column}_{i}", r"a \, x_{i}")


def test_derived_columns_and_lists_and_coded_covariates():
    class Derived(sl.Model):
        school = sl.Level()
        X = sl.covariates(1, sl.standardize(sl.data("x")), sl.polynomial(sl.data("z"), 2), "w")
        region = sl.data("region", categorical=True)
        b = sl.Normal(0, 1, over=X)
        c = sl.Normal(0, 1, over=region)
        mean_x = sl.mean(sl.data("x"), over=school) + sl.center(sl.log(sl.data("x")))
        corr = sl.LKJCholesky(2, dim=2)
        B = sl.MultiNormal([0, 1], [1, 2], corr, over=school)
        y = sl.Normal(b @ X + c @ region + mean_x + B[1], 1, observed=True)

    found = lines(Derived)
    assert found["mean_x"][1] == (r"\overline{x}_{\mathrm{school}[i]} + \log(x_{i}) - \overline{\log(x)}")
    assert r"\frac{x_{i} - \overline{x}}{\operatorname{sd}(x)}" in found["X"][1]
    assert r"\operatorname{polynomial}(z_{i}, 2)" in found["X"][1]
    assert (
        found["region"][1] == r"\begin{pmatrix} \operatorname{treatment}(\mathrm{region}_{i}) \end{pmatrix}"
    )
    assert found["B"][1].startswith(r"\mathcal{N}\left( \begin{pmatrix} 0 \\ 1 \end{pmatrix},")
    assert r"X_{i} \, b" in found["y"][1]
    assert r"B_{\mathrm{school}[i], \text{1}}" in found["y"][1]


def test_alternative_parameterisations_are_written_in_the_standard_one():
    class Counts(sl.Model):
        eta = sl.Normal(0, 1)
        phi = sl.Exponential(1)
        a = sl.NegBinomial(log=eta, shape=phi, observed=True)
        b = sl.Binomial(sl.data("n"), logit=eta, observed=True)
        c = sl.Beta(logit=eta, concentration=phi, observed=True)
        d = sl.Categorical(logit=[0, eta], observed=True)

    found = lines(Counts)
    assert found["a"][1] == r"\operatorname{Negative-Binomial}(\exp(\eta), \phi)"
    assert found["b"][1] == r"\operatorname{Binomial}(n_{i}, \operatorname{logit}^{-1}(\eta))"
    logit = r"\operatorname{logit}^{-1}"
    assert found["c"][1] == rf"\operatorname{{Beta}}({logit}(\eta) \, \phi, {logit}(-\eta) \, \phi)"
    assert r"\operatorname{softmax} \begin{pmatrix} 0 \\ \eta \end{pmatrix}" in found["d"][1]


def test_odd_names_are_escaped_in_both():
    name = "<script>alert('&')</script> $x$ {"
    lines_of = {
        "lvl": sl.Level(name),
        name: sl.Normal(0, 1),
    }
    model = sl.Model.define(
        "Odd", {**lines_of, "y": sl.Normal(lines_of[name] * sl.data("%"), 1, observed=True)}
    )
    text = in_mathml(formulas(model.graph()))
    root = ET.fromstring(text)
    assert name in {element.text for element in root.iter("mi")}
    assert "<script" not in text
    source = model.latex()
    assert r"\$x\$ \{" in source
    assert re.sub(r"\\.", "", source).count("$") == 0


def test_symbols_take_the_place_of_names_and_unknown_ones_are_refused():
    class Apps(sl.Model):
        app = sl.Level()
        app_sd = sl.HalfNormal(1)
        A = sl.Normal(0, app_sd, over=app)
        y = sl.Normal(A, 1, observed=True)

    assert r"A_{j} &\sim \mathcal{N}(0, {\sigma_A}^{2})" in Apps.latex({"app_sd": r"\sigma_A"})
    with pytest.raises(sl.DeclarationError, match="app_ds"):
        Apps.latex({"app_ds": "s"})
    with pytest.raises(sl.DeclarationError, match="symbols="):
        Apps.latex({"app_sd": 3})  # type: ignore[dict-item]


def test_notebooks_get_the_mathematics_and_terminals_the_text():
    class Coin(sl.Model):
        p = sl.Beta(1, 1)
        heads = sl.Bernoulli(p, observed=True)

    text = Coin.latex()
    assert text._repr_latex_() == f"$$\n{text}\n$$"
    assert text.startswith("\\begin{aligned}\n")
    assert text.endswith("\n\\end{aligned}")
