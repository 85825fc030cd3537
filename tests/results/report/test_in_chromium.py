"""The page in a browser: sorting is clicked, a search typed, and nothing is asked of any network."""

import pytest

from stanlevels.results.report.page import page
from tests.results.report.chromium import Browser, chromium
from tests.results.report.conftest import ODD


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    program = chromium()
    if program is None:
        pytest.skip("no Chromium is installed")
    found = Browser(program, tmp_path_factory.mktemp("chromium"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def sampled_page(sampled, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "sampled.html"
    path.write_text(page(sampled), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def long_page(estimated, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "long.html"
    path.write_text(page(estimated, effects=["A"], plots=False), encoding="utf-8")
    return path


TABLE = "document.querySelector('[aria-labelledby=\"{}\"].sortable')"


def cells(browser, caption, column):
    """Texts of a column of a table, as shown."""
    table = TABLE.format(caption)
    return browser.run(f"[...{table}.tBodies[0].rows].map(row => row.cells[{column}].textContent.trim())")


def click(browser, caption, column):
    browser.run(f"{TABLE.format(caption)}.tHead.rows[0].cells[{column}].querySelector('button').click()")


def type_into(browser, caption, text):
    field = f"{TABLE.format(caption)}.closest('.sheet').querySelector('input')"
    browser.run(f"{field}.focus(); {field}.value = ''; {field}.dispatchEvent(new Event('input'))")
    browser.ask("Input.insertText", text=text)


def quiet(browser, path):
    """Nothing in the console, and the file alone was read."""
    assert browser.troubles == []
    assert browser.requests == []
    assert browser.files == [path.resolve().as_uri()]


def test_columns_are_sorted_by_number_and_by_name(browser, sampled, sampled_page):
    browser.open(sampled_page)
    effects = sampled.effects("A")
    names = [str(name) for name in effects["app"]]
    assert cells(browser, "effects-1-table-0-caption", 0) == names
    estimate = list(effects.columns).index("estimate")
    click(browser, "effects-1-table-0-caption", estimate)
    rising = [names[k] for k in effects["estimate"].argsort(kind="stable")]
    assert cells(browser, "effects-1-table-0-caption", 0) == rising
    head = f"{TABLE.format('effects-1-table-0-caption')}.tHead.rows[0].cells[{estimate}]"
    assert browser.run(f"{head}.getAttribute('aria-sort')") == "ascending"
    click(browser, "effects-1-table-0-caption", estimate)
    assert cells(browser, "effects-1-table-0-caption", 0)[0] == rising[-1]
    click(browser, "effects-1-table-0-caption", 0)
    found = cells(browser, "effects-1-table-0-caption", 0)
    assert found[:4] == [ODD, "app 2", "app 3", "app 4"]  # 10 after 9
    quiet(browser, sampled_page)


def test_a_search_finds_units_and_their_parents(browser, sampled, sampled_page):
    browser.open(sampled_page)
    type_into(browser, "effects-1-table-0-caption", "APP 2")
    found = cells(browser, "effects-1-table-0-caption", 0)
    assert sorted(found) == sorted(["app 2", *(f"app {k}" for k in range(20, 30))])
    type_into(browser, "effects-1-table-0-caption", "publisher 3")
    assert set(cells(browser, "effects-1-table-0-caption", 1)) == {"publisher 3"}
    type_into(browser, "effects-1-table-0-caption", "no such thing")
    assert cells(browser, "effects-1-table-0-caption", 0) == []
    said = f"{TABLE.format('effects-1-table-0-caption')}.closest('.sheet').querySelector('[role=status]')"
    assert browser.run(f"{said}.textContent") == "0 of 0 rows shown, 30 in all"
    quiet(browser, sampled_page)


def test_rows_that_are_data_are_shown_piece_by_piece(browser, estimated, long_page):
    browser.open(long_page)
    effects = estimated.effects("A")
    caption = "effects-0-table-0-caption"
    assert cells(browser, caption, 0) == [str(name) for name in effects["app"][:100]]
    browser.run(f"{TABLE.format(caption)}.closest('.sheet').querySelector('.more').click()")
    assert len(cells(browser, caption, 0)) == 600
    click(browser, caption, 3)
    lowest = [str(effects["app"][k]) for k in effects["estimate"].argsort(kind="stable")[:1]]
    assert cells(browser, caption, 0)[:1] == lowest
    shown = [float(text) for text in cells(browser, caption, 3)]
    assert shown == sorted(shown)
    type_into(browser, caption, "app 5999")
    assert cells(browser, caption, 0) == ["app 5999"]
    type_into(browser, caption, "<script>")
    assert cells(browser, caption, 0) == [ODD]
    quiet(browser, long_page)


def test_without_a_script_everything_is_there_to_be_read(browser, sampled, sampled_page):
    browser.without_script()
    try:
        browser.open(sampled_page)
        text = browser.ask("DOM.getOuterHTML", nodeId=browser.ask("DOM.getDocument")["root"]["nodeId"])
        assert "app 30" in text["outerHTML"]
        assert "<button" not in text["outerHTML"]
    finally:
        browser.without_script(False)


@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_a_phone_and_a_desk_by_day_and_by_night(browser, sampled_page, width, dark):
    browser.open(sampled_page, width, dark=dark)
    assert browser.run("document.documentElement.scrollWidth") <= width
    assert browser.run(LOWEST_CONTRAST) >= 4.5  # WCAG 2, level AA
    quiet(browser, sampled_page)


LOWEST_CONTRAST = """
(() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255).map((v) =>
      v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = numbers(getComputedStyle(at).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let lowest = 21;
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    const [one, other] = [numbers(getComputedStyle(element).color), behind(element)].map(light);
    lowest = Math.min(lowest, (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05));
  }
  return lowest;
})()
"""


def test_formulas_are_laid_out_as_mathematics(browser, sampled_page):
    browser.open(sampled_page)
    box = "document.querySelector('msub').getBoundingClientRect()"
    base = "document.querySelector('msub > *').getBoundingClientRect()"
    assert browser.run(f"{box}.height > {base}.height")
    lines = "[...document.querySelectorAll('mtable.lines > mtr')]"
    columns = browser.run(f"{lines}.map(line => line.children[1].getBoundingClientRect().x)")
    assert len({round(x) for x in columns}) == 1
    assert browser.run("document.querySelector('math').getBoundingClientRect().height") > 100


def test_it_prints(browser, sampled_page, long_page):
    browser.open(sampled_page)
    assert browser.printed().startswith(b"%PDF")
    browser.open(long_page)
    assert browser.printed().count(b"/Type /Page\n") <= 12  # not 6,000 rows
