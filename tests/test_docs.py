"""What the README, the docs and the docstrings show runs as it stands."""

import contextlib
import doctest
import importlib
import pkgutil
import re
import sys
import warnings
from pathlib import Path

import pytest

import stanlevels as sl
from stanlevels.commands.scripts import load_script
from stanlevels.engines import choose_engine
from tests.test_docs_show_what_they_print import PAGES as COMPARED

ROOT = Path(__file__).parents[1]
DOCS = [*(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "tutorials").glob("*.md")]
PAGES = ["README.md", *sorted(str(path.relative_to(ROOT)) for path in DOCS)]
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(sl.__path__, "stanlevels.")
    if "driver" not in module.name and not module.name.endswith("__main__")
)


@pytest.fixture
def short_fits(monkeypatch):
    """The embedded engine, so that no page compiles anything; short runs may fall short of thresholds."""
    chooser = "stanlevels.estimation.bayes.nuts.choose_engine"
    monkeypatch.setattr(chooser, lambda name: choose_engine("stanli"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sl.StanlevelsWarning)
        yield


def blocks(page):
    return re.findall(r"^```python\n(.*?)^```$", (ROOT / page).read_text(), re.DOTALL | re.MULTILINE)


def start_of(page):
    """What a page takes for granted: the README's data are those of the demo."""
    if page != "README.md":
        return {}
    return {"df": load_script(ROOT / "examples" / "crashes.py").simulate()[0]}


# Others run in tests/test_docs_show_what_they_print.py, which compares what they print too.
RUN_HERE = [page for page in PAGES if blocks(page) and page not in {f"docs/{page}.md" for page in COMPARED}]


@pytest.mark.parametrize("page", RUN_HERE)
def test_every_python_block_of_a_page_runs_in_order(page, short_fits, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "page", **start_of(page)}
    for block in blocks(page):
        exec(compile(block, page, "exec"), namespace)


@pytest.mark.parametrize("page", PAGES)
def test_links_between_pages_lead_somewhere(page):
    text = re.sub(r"^```.*?^```$", "", (ROOT / page).read_text(), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        if not target.startswith("http"):
            made = target.startswith("reference/")  # when the site is built
            assert made or ((ROOT / page).parent / target).exists(), target


def test_every_public_name_has_a_docstring():
    assert [name for name in sl.__all__ if not getattr(sl, name).__doc__] == []


@pytest.mark.parametrize("name", sl.__all__)
def test_the_example_of_a_public_name_runs(name, short_fits):
    thing = getattr(sl, name)
    assert ">>>" in thing.__doc__
    run_doctests(thing, name)


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_run(module, short_fits):
    run_doctests(importlib.import_module(module), module)


def run_doctests(thing, name):
    """Examples get `sl` and what their module holds."""
    module = sys.modules.get(getattr(thing, "__module__", "") or name)
    scope = {**(vars(module) if module else {}), "sl": sl}
    finder, output = doctest.DocTestFinder(recurse=True), list[str]()
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    with contextlib.redirect_stderr(sys.stdout):
        for test in finder.find(thing, name, module=module, extraglobs=scope):
            runner.run(test, out=output.append)
    assert runner.failures == 0, "".join(output)
