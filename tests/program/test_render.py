"""From the typed program to text: people's text stays inside comments, and lines know their source."""

import re

import pytest
import stanli

import stanlevels as sl
from stanlevels.plan.quantities import Natural
from stanlevels.program.program import Declared, Parameter, Program, Statement
from stanlevels.program.render import render
from stanlevels.program.stan import Block, Increment, Literal, Type, Variable
from stanlevels.resources import folder

NASTY = [
    "two\nlines",
    "\r\n}",
    "*/ }",
    '"quoted"',
    "'single'",
    "\ue000y\ue001",
    "\u2028",
    "\x00",
    "\\",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "#include <x>",
    "größe 日本 😀",
    "// target += 1;",
]


REAL, INT = Type("real"), Type("int", lower=Literal(0))
A = Variable("a")
INCREMENT = Increment(A)
PARAMETERS = (Parameter("a", Natural(), "a", REAL),)


def small(**blocks):
    return Program("M", parameters=PARAMETERS, **blocks)


def test_a_program_has_its_blocks_in_the_order_of_stan():
    everything = Program(
        "M",
        functions=("stack_rows",),
        data=(Declared(INT, "N", ""),),
        transformed_data=(Declared(REAL, "b", "b", Literal(1)),),
        parameters=PARAMETERS,
        transformed_parameters=(Declared(REAL, "c", "c", A),),
        model=(Statement((INCREMENT,), "a", "a ~ Flat()"),),
        generated_quantities=(Declared(REAL, "d", "d", A),),
    )
    heads = [
        line.removesuffix(" {")
        for line in render(everything).text.splitlines()
        if line.endswith(" {") and line[0] != " "
    ]
    assert heads == [
        "functions",
        "data",
        "transformed data",
        "parameters",
        "transformed parameters",
        "model",
        "generated quantities",
    ]


def test_empty_optional_blocks_are_left_out():
    assert render(small()).text == "// M\ndata {\n}\nparameters {\n  real a;\n}\nmodel {\n}\n"


def test_every_line_of_a_statement_and_of_a_declaration_knows_its_source():
    program = small(model=(Statement((Block((INCREMENT,)),), "a", "a ~ Flat()"),))
    rendered = render(program)
    lines = rendered.text.splitlines()
    written = {"real a;", "// a ~ Flat()", "{", "target += a;", "}"}
    assert {lines[n - 1].strip() for n in rendered.sources} == written
    assert set(rendered.sources.values()) == {"a"}


@pytest.mark.parametrize("text", NASTY)
def test_a_title_a_docstring_a_note_and_a_comment_stay_comments(text):
    program = Program(
        title=text,
        doc=(text,),
        data=(Declared(INT, "N", "N", note=text),),
        parameters=PARAMETERS,
        transformed_parameters=(Declared(REAL, "b", "b", A, note=text),),
        model=(Statement((INCREMENT,), "a", text),),
    )
    rendered = render(program)
    assert len(rendered.text.splitlines()) == len(rendered.text.split("\n")) - 1 == 15
    model = stanli.Model(stan_code=rendered.text, data={"N": 1})
    assert model.log_prob_grad([2.5])[0] == 2.5


@pytest.mark.parametrize("text", NASTY)
def test_a_source_comes_back_as_it_was(text):
    rendered = render(small(model=(Statement((INCREMENT,), text, "words"),)))
    assert text in rendered.sources.values()
    assert stanli.Model(stan_code=rendered.text, data={}).n_unconstrained == 1


@pytest.mark.parametrize("text", [text for text in NASTY if "\x00" not in text])
def test_a_column_a_level_and_a_label_may_be_called_anything(text):
    class M(sl.Model):
        group = sl.Level(text)
        k = sl.Index([text, "other"])
        b = sl.Normal(0, 1, over=k)
        u = sl.Normal(0, 1, over=group)
        y = sl.Normal(u + b[text] * sl.data(text + "x"), 1, observed=text + "y")

    M.__doc__ = text
    bound = M.bind({text: ["a", "b"], text + "x": [1.0, 2.0], text + "y": [1.0, 2.0]})
    assert stanli.Model(stan_code=bound.stan_code, data=bound.stan_data).n_unconstrained == 4


def test_a_column_cannot_be_called_what_no_program_can_hold():
    with pytest.raises(sl.DeclarationError, match="character 0"):

        class M(sl.Model):
            group = sl.Level("\x00")


def test_the_declaration_stands_over_its_statement_and_the_docstring_on_top():
    class M(sl.Model):
        """What it is.

        And why.
        """

        mu = sl.Normal(0, 10)
        y = sl.Normal(mu, 1, observed="weight")

    assert M.bind({"weight": [1.0, 2.0]}).stan_code == (
        "// M\n"
        "// What it is.\n"
        "//\n"
        "// And why.\n"
        "data {\n"
        "  int<lower=0> N;  // rows\n"
        "  vector[N] y;  // observed as 'weight'\n"
        "  // numbers in the declarations\n"
        "  real<lower=0> mu_sigma;\n"
        "  real<lower=0> y_sigma;\n"
        "}\n"
        "parameters {\n"
        "  real mu;\n"
        "}\n"
        "model {\n"
        "  // mu ~ Normal(0, 10)\n"
        "  target += normal_lpdf(mu | 0, mu_sigma);\n"
        "  // y ~ Normal(mu, 1), observed as weight\n"
        "  target += normal_lpdf(y | mu, y_sigma);\n"
        "}\n"
    )


def test_the_templates_decide_nothing():
    """Loops and "if present" only: no filter but ours, no arithmetic, no names of distributions."""
    for path in folder("stan_templates").glob("*.jinja"):
        text = path.read_text()
        assert "lpdf" not in text
        assert "set " not in text
        assert text.count("|") == sum(
            text.count(f"| {f}") for f in ("comment", "type", "expression", "lines", "written")
        )


@pytest.mark.parametrize(
    "path", sorted(folder("stan_templates").glob("functions/*.stan")), ids=lambda p: p.stem
)
def test_a_stan_function_parses_with_those_it_calls(path):
    text = path.read_text()
    called = [p for p in path.parent.glob("*.stan") if p != path and re.search(rf"\b{p.stem}\(", text)]
    source = "\n".join(p.read_text() for p in [*called, path])
    assert stanli.stan_to_mir(f"functions {{\n{source}\n}}\n")


def test_stacked_vectors_are_the_rows_of_a_matrix_also_when_there_are_none():
    source = (folder("stan_templates") / "functions" / "stack_rows.stan").read_text()
    code = (
        f"functions {{\n{source}\n}}\n"
        "data { int n; int k; array[n] vector[k] x; }\n"
        "parameters { real a; }\n"
        "model {\n"
        "  matrix[n, k] m = stack_rows(x, n, k);\n"
        "  target += a * (n == 0 ? 1 : m[2, 3]);\n"
        "}\n"
    )
    some = stanli.Model(stan_code=code, data={"n": 2, "k": 3, "x": [[1, 2, 3], [4, 5, 6]]})
    none = stanli.Model(stan_code=code, data='{"n": 0, "k": 3, "x": []}')
    assert some.log_prob_grad([2.0])[0] == 12.0
    assert none.log_prob_grad([2.0])[0] == 2.0
