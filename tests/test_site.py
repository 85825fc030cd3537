"""The site: every page has its place in the navigation, every public name its place in the reference."""

import importlib.util
import inspect
import re
from pathlib import Path

import pytest

import stanlevels as sl

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(
    str(path.relative_to(DOCS).with_suffix(""))
    for path in DOCS.rglob("*.md")
    if path.relative_to(DOCS).parts[0] not in ("reference", "_ext", "_static")
)
TREE = re.compile(r"^```\{toctree\}\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def leads_to(page):
    """Pages that a page has in the navigation."""
    text = (DOCS / f"{page}.md").read_text()
    lines = [line for tree in TREE.findall(text) for line in tree.splitlines()]
    parent = Path(page).parent
    return [str(parent / line) for line in lines if line and not line.startswith(":")]


@pytest.fixture(scope="module")
def reference():
    """The module that writes the pages of the reference."""
    spec = importlib.util.spec_from_file_location("reference", DOCS / "_ext" / "reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_navigation_holds_every_page_once():
    reached, left = [], ["index"]
    while left:
        page = left.pop()
        reached.append(page)
        left += leads_to(page) if page != "reference/index" else []  # written when the site is built
    assert sorted(reached) == sorted([*PAGES, "reference/index"])


def test_pages_that_list_others_list_all_of_theirs():
    """The lists that people read, beside those that the navigation is made of."""
    for page in ("guides", "background", "tutorials/index"):
        text = TREE.sub("", (DOCS / f"{page}.md").read_text())
        listed = [str(Path(page).parent / link) for link in re.findall(r"\]\(([\w/-]+)\.md\)", text)]
        assert sorted(listed) == sorted(leads_to(page)), page


def test_the_reference_holds_every_public_name_once(reference):
    shown = [name for page in reference.pages() for name in page.things]
    assert len(shown) == len(set(shown))
    assert set(sl.__all__) <= set(shown)


def test_the_reference_holds_every_kind_of_fit(reference):
    shown = {thing for page in reference.pages() for thing in page.things.values() if inspect.isclass(thing)}
    verbs = {"summary", "effects"}
    results = Path(sl.__path__[0]) / "results"
    fits = {
        name
        for path in results.glob("*fit*.py")
        for name in re.findall(r"^class (\w*Fit)\b", path.read_text(), re.MULTILINE)
    }
    assert fits <= {thing.__name__ for thing in shown if verbs <= set(dir(thing))}


def test_the_reference_is_written_as_pages_that_its_index_lists(reference, tmp_path):
    reference.write_reference(tmp_path / "reference")
    index = (tmp_path / "reference" / "index.md").read_text()
    for path in (tmp_path / "reference").glob("*.md"):
        if path.stem != "index":
            assert f"\n{path.stem}\n" in index
    text = (tmp_path / "reference" / "distributions.md").read_text()
    assert ".. autofunction:: stanlevels.Normal\n" in text
    assert ".. autoclass:: stanlevels.Model()\n   :members:" in (tmp_path / "reference/models.md").read_text()


def test_nothing_of_the_site_comes_from_a_network():
    for path in (DOCS / "_static").iterdir():
        assert not re.search(r"https?://|@import", path.read_text())
    conf = (DOCS / "conf.py").read_text()
    assert not re.search(r"https?://|mathjax|intersphinx", conf)
