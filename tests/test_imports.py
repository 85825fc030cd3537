"""Which room may know which: imports go one way only, and nothing heavy is loaded early."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import stanlevels

PACKAGE = Path(stanlevels.__file__).parent

# The way of the data (design.md, section 3): a room imports from rooms to its left, or its own.
ROOMS = (
    ("version", "arrays", "errors", "words", "macros", "names", "processors", "records", "resources"),
    ("colours", "other_names"),
    ("show", "signatures", "drawing"),  # drawing: boxes and arrows, which know nothing of models
    ("graph",),
    ("distributions",),
    ("notation",),
    ("language",),
    ("gaussian",),
    ("binding",),
    ("plan",),
    ("values",),
    ("linear",),
    ("passes",),
    ("program",),
    ("engines",),
    ("estimation",),
    ("results",),
    (
        *("bound_fit", "bound_model", "bind_graph", "crossvalidation", "model_fit", "model_draws", "model"),
        *("episodes", "own_checks", "own_family"),
        "formulas",  # names models, and makes them of texts
        *("typing", "cli", "commands", "__main__"),
    ),
)
ORDER = {name: place for place, names in enumerate(ROOMS) for name in names}

# What the column "may not know of" says, as far as imports can show it.
FRAMES = {"pandas", "polars", "pyarrow", "narwhals"}
PLOTS = {"matplotlib", "arviz", "xarray"}
RUNNERS = {"stanli", "cmdstanpy", "nutpie"}
PROCESSES = {"subprocess", "multiprocessing"}
UNKNOWN = {
    "errors": FRAMES | PLOTS | RUNNERS | {"numpy", "scipy", "jinja2"},
    "macros": FRAMES | PLOTS | RUNNERS | {"numpy", "scipy", "jinja2"},
    "names": FRAMES | PLOTS | RUNNERS | {"numpy", "scipy", "jinja2"},
    "drawing": FRAMES | RUNNERS | PROCESSES | {"arviz", "xarray", "jinja2"},
    "graph": FRAMES | PLOTS | RUNNERS | {"numpy", "scipy", "jinja2"},
    "distributions": FRAMES | PLOTS | RUNNERS | PROCESSES | {"jinja2"},
    "plan": FRAMES | PLOTS | RUNNERS | PROCESSES | {"jinja2"},
    "values": FRAMES | PLOTS | RUNNERS | PROCESSES | {"jinja2"},
    "linear": FRAMES | PLOTS | RUNNERS | PROCESSES | {"jinja2"},
    "language": FRAMES | PLOTS | RUNNERS | {"scipy", "jinja2"},
    "gaussian": FRAMES | PLOTS | RUNNERS | PROCESSES | {"jinja2"},
    "binding": PLOTS | RUNNERS | PROCESSES | {"jinja2"},
    "passes": FRAMES | PLOTS | RUNNERS | PROCESSES | {"jinja2"},
    "program": FRAMES | PLOTS | RUNNERS | PROCESSES,
    "engines": FRAMES | PLOTS | {"jinja2"},
    "estimation": FRAMES | PLOTS | PROCESSES | {"jinja2"},
    "results": RUNNERS | PROCESSES | {"jinja2"},
}
FILES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Modules that a file imports: at its head, in functions, and for type checkers alone."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def module_of(path: Path) -> str:
    """The name under which a file is imported."""
    parts = (PACKAGE.name, *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


def known_files(path: Path) -> set[str]:
    """The files of the package that a file imports: of `from room import name`, the room or the file."""
    found = set()
    for name, _ in imports(path):
        if name in MODULES:
            found.add(name)
        elif (parent := name.rpartition(".")[0]) in MODULES:
            found.add(parent)
    return found


MODULES = {module_of(path): path for path in FILES}


def test_every_module_belongs_to_a_room():
    unknown = {room_of(path) for path in FILES} - set(ORDER) - {"__init__"}
    assert unknown == set()


def test_the_docs_say_what_every_room_is_for():
    page = (PACKAGE.parent / "docs" / "how-it-works.md").read_text()
    rooms = {path.parent.relative_to(PACKAGE).parts for path in PACKAGE.rglob("__init__.py")}
    named = {
        parts[-1] for parts in rooms if len(parts) == 1 or (parts[:1] == ("results",) and len(parts) == 2)
    }
    assert {room for room in named if f"{room}/`" not in page} == set()


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_imports_only_from_rooms_before_it(path):
    here = room_of(path)
    if here == "__init__":
        return
    for module, line in imports(path):
        parts = module.split(".")
        if parts[0] == "stanlevels" and len(parts) > 1:
            assert ORDER[parts[1]] <= ORDER[here], f"line {line}: {here} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_does_not_import_what_it_may_not_know_of(path):
    barred = UNKNOWN.get(room_of(path), set())
    known = {module.split(".")[0]: line for module, line in imports(path)}
    assert barred & set(known) == set()


def test_files_import_each_other_in_no_circle():
    """Nor by an import inside a function, nor by one for type checkers alone."""
    left = {name: known_files(path) - {name} for name, path in MODULES.items()}
    while free := [name for name, known in left.items() if not known & set(left)]:
        for name in free:
            del left[name]  # whatever it needs is gone: it stands in no circle
    assert left == {}, "these import each other, or what does"


def offered(path: Path) -> set[str] | None:
    """What a file says that others may import of it; None where it does not say, or computes it."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value)) if isinstance(node.value, ast.List) else None
    return None


def test_what_is_imported_of_a_file_is_what_it_offers():
    offers = {name: known for name, path in MODULES.items() if (known := offered(path)) is not None}
    beyond = set()
    for path in FILES:
        for name, line in imports(path):
            parent, _, own = name.rpartition(".")
            if parent in offers and name not in MODULES and own not in offers[parent] | {"*"}:
                beyond.add(f"{path.relative_to(PACKAGE)}:{line} imports {name}")
    assert beyond == set()


def test_nothing_imports_the_public_names():
    """They are for people: a room that asked for them would ask for every room."""
    mine = {name for name, path in MODULES.items() if PACKAGE.name in known_files(path)}
    assert mine == set()


def test_engines_know_of_no_model():
    """The room's own column: engines run programs, and know neither models nor levels (as `gaussian`)."""
    mine = {
        m.split(".")[1] for p in FILES if room_of(p) == "engines" for m, _ in imports(p) if "stanlevels." in m
    }
    assert mine <= {"arrays", "errors", "engines", "gaussian", "names", "processors", "resources"}


def test_names_and_errors_know_nothing_else_of_the_package():
    rooms = ("errors", "macros", "names")
    mine = {m for p in FILES if room_of(p) in rooms for m, _ in imports(p) if "stanlevels" in m}
    assert {".".join(name.split(".")[:2]) for name in mine} <= {"stanlevels.errors", "stanlevels.macros"}


def test_importing_the_package_loads_nothing_heavy():
    heavy = ["pandas", "arviz", "matplotlib", "cmdstanpy", "stanli", "narwhals", "scipy", "polars", "jinja2"]
    code = f"import sys, stanlevels; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_binding_and_reading_the_program_load_no_results_engine_or_plot():
    heavy = ["arviz", "matplotlib", "cmdstanpy", "stanli"]
    code = (
        "import sys, stanlevels as sl\n"
        "class Coin(sl.Model):\n"
        "    p = sl.Beta(1, 1)\n"
        "    heads = sl.Bernoulli(p, observed=True)\n"
        "bound = Coin.bind({'heads': [1, 0]}); bound.stan_code, bound.plan\n"
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_module_is_longer_than_four_hundred_lines():
    assert {p.name: n for p in FILES if (n := len(p.read_text().splitlines())) > 400} == {}
