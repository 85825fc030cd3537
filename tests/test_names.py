"""The bijection between people's names and Stan's."""

import re
import shutil
import subprocess

import pytest
import stanli
from hypothesis import given, settings
from hypothesis import strategies as st

import stanlevels as sl
from stanlevels.distributions.functions import FUNCTIONS
from stanlevels.engines.home import find_cmdstan
from stanlevels.errors import InternalError
from stanlevels.names import CPP_RESERVED, STAN_FUNCTIONS, STAN_RESERVED, Names, distinct, is_legal, legal
from tests.golden.programs import MODELS
from tests.marginal.test_densities import CASES, CHAINS, DATA, Coefficients, Crossed, Nested, SlopesInStates
from tests.parity.test_correlated import Field, Process, Tree, Walk
from tests.parity.test_correlated import bind as bind_correlated
from tests.passes.test_correlate_borders import DATA as AREAS_DATA
from tests.passes.test_correlate_borders import TABLES as BORDERS
from tests.passes.test_correlate_borders import Map

# The Stan reference manual, "Program structure / Variables / Reserved names" and "Includes": block
# names, types, control keywords, and C++'s words, which a Stan program may not use either.
STAN_MANUAL = """
    for in while repeat until if then else true false target struct typedef export auto extern var static
    lower upper offset multiplier int real complex vector simplex unit_vector sum_to_zero_vector ordered
    positive_ordered row_vector matrix cholesky_factor_corr cholesky_factor_cov corr_matrix cov_matrix
    complex_vector complex_matrix complex_row_vector array tuple functions model data parameters quantities
    transformed generated profile return break continue void
""".split()

# cppreference.com, "C++ keywords" (C++17).
CPP_KEYWORDS = """
    alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t class
    compl const constexpr const_cast continue decltype default delete do double dynamic_cast else enum
    explicit export extern false float for friend goto if inline int long mutable namespace new noexcept
    not not_eq nullptr operator or or_eq private protected public register reinterpret_cast return short
    signed sizeof static static_assert static_cast struct switch template this thread_local throw true try
    typedef typeid typename union unsigned using virtual void volatile wchar_t while xor xor_eq
""".split()

# Names that people give and trackers complain about (pitfalls.md, Names).
ODD = [
    "?",
    "a.b",
    ".lead",
    "two words",
    "größe",
    "ñ",
    "日本",
    "1a",
    "lp__",
    "x__",
    "_",
    "__",
    "_x",
    "e",
    "pi",
    "T",
]

texts = (
    st.text(max_size=12)
    | st.sampled_from(ODD + STAN_MANUAL + CPP_KEYWORDS)
    | st.from_regex(r"[a-z_]{1,4}(_lpdf|__)?", fullmatch=True)
)


def parses(names) -> bool:
    """Whether Stan's own parser takes these names as parameters, beside calls of common functions."""
    declared = "\n".join(f"  real {name};" for name in names)
    stanli.stan_to_mir(
        f"parameters {{\n{declared}\n}}\nmodel {{\n  target += std_normal_lpdf({names[0]});\n}}\n"
    )
    return True


@pytest.mark.parametrize("word", [*STAN_MANUAL, *CPP_KEYWORDS])
def test_a_reserved_word_is_given_another_name(word):
    assert not is_legal(word)
    assert legal(word) == f"{word}_"


def test_every_reserved_word_gets_a_name_that_stan_accepts():
    words = sorted(STAN_RESERVED | CPP_RESERVED | STAN_FUNCTIONS | set(STAN_MANUAL) | set(CPP_KEYWORDS))
    given_names = Names.assign((word, word) for word in words)
    assert parses([given_names[word] for word in words])


def test_every_odd_name_gets_a_name_that_stan_accepts():
    given_names = Names.assign((name, name) for name in ODD)
    assert parses([given_names[name] for name in ODD])


@given(st.lists(texts, min_size=1, max_size=8, unique=True))
@settings(max_examples=60, deadline=None)
def test_whatever_people_write_becomes_names_that_stan_accepts(wanted):
    given_names = Names.assign((name, name) for name in wanted)
    assert parses([given_names[name] for name in wanted])


@given(st.lists(texts, max_size=30))
def test_names_are_distinct_and_legal(wanted):
    keys = list(enumerate(wanted))
    given_names = Names.assign((key, key[1]) for key in keys)
    found = [given_names[key] for key in keys]
    assert len(set(found)) == len(found)
    assert all(is_legal(name) for name in found)


@given(st.lists(texts, max_size=30, unique=True))
def test_a_legal_name_stays_as_it_is_whatever_else_is_there(wanted):
    given_names = Names.assign((name, name) for name in wanted)
    assert all(given_names[name] == name for name in wanted if is_legal(name))


@given(texts)
def test_a_legal_form_is_stable(name):
    assert is_legal(legal(name))
    assert legal(legal(name)) == legal(name)


def test_a_name_that_maps_onto_another_is_numbered():
    given_names = Names.assign([("dot", "a.b"), ("space", "a b"), ("plain", "a_b")])
    assert [given_names[k] for k in ("dot", "space", "plain")] == ["a_b_2", "a_b_3", "a_b"]


def test_numbering_passes_over_names_that_people_use():
    assert distinct("mu", ["mu", "mu_2", "mu_4"]) == "mu_3"


def test_two_things_with_one_name_are_a_bug_of_ours():
    with pytest.raises(InternalError, match="share one Stan name"):
        Names({"a": "x", "b": "x"})


@pytest.mark.parametrize(
    "name",
    [
        "beta",
        "gamma",
        "normal",
        "mu",
        "sigma",
        "lambda",
        "alpha",
        "y",
        "N",
        "school",
        "mean",
        "sd",
        "size",
        "sum",
        "max",
        "e",
        "pi",
    ],
)
def test_names_that_models_use_every_day_are_legal(name):
    assert is_legal(name)
    assert parses([name])


@pytest.mark.parametrize("name", ["y_lpdf", "count_rng", "a_lpmf", "b_lcdf", "c_lp", "d_jacobian"])
def test_names_with_a_suffix_that_stan_gives_to_functions_are_changed(name):
    assert not is_legal(name)
    assert parses([legal(name)])


def test_every_function_that_a_program_calls_is_kept_from_variables(frame):
    called = {row.stan for row in FUNCTIONS.values()}
    codes = [model.bind(frame).stan_code for model in MODELS.values()]
    alone = sl.Plan(marginalize=CHAINS[Nested])
    pooled = sl.Plan(marginalize=CHAINS[Nested], compress=True)
    besides = sl.Plan(marginalize=[*CHAINS[Nested], "mu"])
    plans = [
        (SlopesInStates, None),
        (Nested, alone),
        (Nested, pooled),
        (Crossed, sl.Plan(marginalize=CHAINS[Crossed])),
        (SlopesInStates, sl.Plan(compress=True)),
        (Nested, besides),
        (Coefficients, sl.Plan(marginalize=CASES[Coefficients])),
    ]
    codes += [model.bind(DATA, plan=plan).stan_code for model, plan in plans]
    codes += [bind_correlated(model).stan_code for model in (Process, Walk, Tree, Field)]
    codes.append(Map.bind(AREAS_DATA, tables=BORDERS).stan_code)
    for stan_code in codes:
        code = re.sub(r"//.*", "", stan_code)
        code = code[code.index("\ndata {") :]  # functions see no variable of the program
        called |= {
            name for name in re.findall(r"([A-Za-z]\w*)\(", code) if not name.endswith(("_lpdf", "_lpmf"))
        }
    assert called - {"for"} <= STAN_FUNCTIONS
    assert STAN_FUNCTIONS - called <= {"positive_infinity", "negative_infinity"}


MACROS = [
    "errno",
    "NAN",
    "EOF",
    "INFINITY",
    "NZERO",
    "ETIME",
    "EDOM",
    "stdin",
    "NULL",
    "BUFSIZ",
    "M_PI",
    "M_PIf64",
]
MACROS += ["assert", "I", "INT_MAX", "UINT_FAST64_MAX", "BOOST_VERSION", "EIGEN_MAX_ALIGN_BYTES"]


@pytest.mark.parametrize("name", MACROS)
def test_a_macro_of_the_libraries_gets_another_name(name):
    assert not is_legal(name)
    assert legal(name) == f"{name}_"


@pytest.mark.parametrize("name", ["EDUCATION", "AGE", "ESS", "M_1", "M_E2", "INT", "CV", "SIZE", "Etime"])
def test_names_of_people_that_are_like_macros_stay(name):
    assert legal(name) == name


@pytest.mark.parametrize(
    "name", ["stanlevels_program_model", "stanlevels_program", "x_model_namespace", "stan_model"]
)
def test_the_name_of_the_compiled_program_is_taken(name):
    assert legal(name) != name


@pytest.mark.cmdstan
def test_the_compiler_takes_every_name_of_its_library_that_we_leave_to_people(tmp_path):
    """A new version of Stan that reserves a word, or forbids a function's name to variables, is seen here."""
    home = find_cmdstan()
    if home is None:
        pytest.skip("no CmdStan here")
    stanc = [str(home / "bin/stanc")]
    listed = subprocess.run(
        [*stanc, "--dump-stan-math-signatures"], capture_output=True, text=True, check=True
    )
    functions = set(re.findall(r"^(\w+)\(", listed.stdout, flags=re.MULTILINE))
    free = sorted(name for name in functions if is_legal(name))
    assert len(free) > 200
    (tmp_path / "all.stan").write_text("data {\n" + "".join(f"  real {name};\n" for name in free) + "}\n")
    done = subprocess.run(
        [*stanc, f"--o={tmp_path / 'all.hpp'}", str(tmp_path / "all.stan")], capture_output=True, text=True
    )
    assert done.stderr == ""
    assert done.returncode == 0


@pytest.mark.cmdstan
@pytest.mark.slow
def test_every_macro_that_a_compiled_program_includes_is_known(tmp_path):
    """As the preprocessor lists them; those that take arguments are none without parentheses."""
    home = find_cmdstan()
    if home is None or shutil.which("g++") is None:
        pytest.skip("no CmdStan with a compiler here")
    (tmp_path / "all.cpp").write_text("#include <stan/model/model_header.hpp>\n")
    roots = ["include", "stan/src", "stan/lib/stan_math", "stan/lib/rapidjson_1.1.0"]
    roots += [str(path) for path in home.glob("stan/lib/stan_math/lib/*")]
    roots += [str(path) for path in home.glob("stan/lib/stan_math/lib/*/include")]
    command = ["g++", "-std=c++17", "-D_REENTRANT", *(f"-I{home / root}" for root in roots)]
    listed = subprocess.run(
        [*command, "-dM", "-E", str(tmp_path / "all.cpp")], capture_output=True, text=True, check=True
    )
    found = re.findall(r"^#define ([A-Za-z]\w*)(?!\w|\()", listed.stdout, flags=re.MULTILINE)
    assert len(found) > 1000
    assert [name for name in found if is_legal(name)] == []
