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


INNER = {
    *("ArvizNames", "Decided", "Draws", "Finding", "Groups", "LevelNode", "Numbers", "Planned", "Posterior"),
    *("Program", "RawDraws", "Rendered", "Series", "VariableNode"),
}
"""What the rooms of the package hand each other: the way in for those who work on it."""


def test_the_reference_holds_every_class_that_public_verbs_return(reference):
    shown = {
        name: thing
        for page in reference.pages()
        for name, thing in page.things.items()
        if inspect.isclass(thing) and thing.__module__.startswith("stanlevels")
    }
    package = Path(sl.__path__[0])
    classes = {
        name
        for path in package.rglob("*.py")
        for name in re.findall(r"^class (\w+)", path.read_text(), re.MULTILINE)
    }
    returned = {
        name
        for thing in shown.values()
        for verb, member in inspect.getmembers_static(thing)
        if not verb.startswith("_")
        for name in re.findall(r"\w+", returns(member))
    }
    assert len(returned & classes) > 10
    assert returned & classes - INNER <= set(shown)


def returns(member):
    """What a method or property is annotated to return."""
    for inner in ("fget", "func", "__func__"):
        member = getattr(member, inner, member)
    return str(getattr(member, "__annotations__", {}).get("return", ""))


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
