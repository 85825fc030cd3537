"""The script that makes the gallery makes all that it shows, and what other pages draw."""

import importlib
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGES = ("gallery", "smooths", "several-outcomes")
TEXTS = [(ROOT / "docs" / f"{page}.md").read_text() for page in PAGES]
SHOWN = {name for text in TEXTS for name in re.findall(r"\(images/([^)]+)\)", text)}


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "examples"))
    yield importlib.import_module("make_gallery")
    for name in ("make_gallery", "crashes", "football", "radon", "romcom", "sleepstudy", "students"):
        sys.modules.pop(name, None)


def test_graphs_are_those_of_the_page(script, tmp_path):
    script.graphs(tmp_path)
    made = {path.name for path in tmp_path.iterdir()}
    assert made <= {path.name for path in (ROOT / "docs" / "images").iterdir()}
    assert {name for name in SHOWN if name.endswith(".svg")} <= made


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::stanlevels.StanlevelsWarning")
def test_pictures_are_those_of_the_page(script, tmp_path):
    script.pooled(tmp_path)
    script.sampled(tmp_path, draws=100)
    for page in script.PAGES:
        script.of_page(page, tmp_path)
    assert set(script.PAGES) < set(PAGES)
    assert {path.name for path in tmp_path.iterdir()} == {name for name in SHOWN if name.endswith(".png")}
    assert max(path.stat().st_size for path in tmp_path.iterdir()) < 80_000


def test_pictures_of_the_page_are_small():
    sizes = {name: (ROOT / "docs" / "images" / name).stat().st_size for name in SHOWN}
    assert {name: size for name, size in sizes.items() if size > 80_000} == {}
