"""The page is whole: sections, headings, tables, unique ids, and nothing of what people wrote as HTML."""

import base64
import itertools
import json
import pickle
import re
import warnings
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.results.report.page import page
from stanlevels.results.report.tables import Shown, frame_table
from tests.results.report.conftest import ODD, Apps, rows

VOID = {"meta", "link", "br", "img", "hr", "input", "col"}


class Parsed(HTMLParser):
    """Elements of a page, checked for their nesting."""

    def __init__(self, text):
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, Any]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] not in (["script"], ["style"]):
            self.text.append(data)

    def of(self, *tags):
        return [attrs for tag, attrs in self.elements if tag in tags]

    @property
    def words(self):
        return " ".join("".join(self.text).split())


SECTIONS = ["Diagnosis", "Model", "Data", "Estimates", "Effects", "Priors", "Plan", "Stan program"]


@pytest.fixture(scope="module")
def text(sampled):
    return page(sampled)


def test_every_element_is_closed_and_every_id_is_there_once(text):
    parsed = Parsed(text)
    ids = [attrs["id"] for _, attrs in parsed.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for _, attrs in parsed.elements:
        assert {*attrs.get("aria-labelledby", "").split()} <= set(ids)
        if attrs.get("href", "").startswith("#"):
            assert attrs["href"][1:] in ids


def test_there_is_one_first_heading_and_no_level_is_left_out(text):
    levels = [int(tag[1]) for tag in re.findall(r"<(h[1-6])[ >]", text)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_every_section_has_its_heading_and_its_link(text):
    found = re.findall(r"<h2[^>]*>([^<]*)</h2>", text)
    assert [name for name in SECTIONS if name not in found] == []
    parsed = Parsed(text)
    assert [attrs["href"] for attrs in parsed.of("a") if "skip" not in attrs.get("class", "")] == [
        f"#{attrs['id']}" for attrs in parsed.of("section")
    ]
    assert {"header", "nav", "main"} <= {tag for tag, _ in parsed.elements}
    assert parsed.of("html") == [{"lang": "en"}]


def test_every_table_has_a_caption_and_headings_with_a_scope(text):
    parsed = Parsed(text)
    assert all("aria-labelledby" in attrs for attrs in parsed.of("table"))
    assert {attrs.get("scope") for attrs in parsed.of("th")} == {"col", "row"}
    assert all(attrs.get("alt") for attrs in parsed.of("img"))


def test_it_asks_for_nothing_from_elsewhere(text):
    parsed = Parsed(text)
    addresses = [attrs[key] for _, attrs in parsed.elements for key in ("src", "href") if key in attrs]
    assert [a for a in addresses if not a.startswith(("#", "data:"))] == []
    assert re.findall(r"@import|url\(", text) == []
    policy = next(a["content"] for a in parsed.of("meta") if "http-equiv" in a)
    assert policy.startswith("default-src 'none'")


def test_what_people_wrote_is_text(text):
    parsed = Parsed(text)
    assert ODD in parsed.words
    assert "<b>by device</b>" in parsed.words
    assert ODD not in text
    assert text.count("<script") == 1  # its own


def test_it_says_what_the_fit_says(text, sampled):
    words = Parsed(text).words
    assert "Fit of Apps: 2 chains of 100 draws" in words
    assert f"Measured: {sampled.diagnose().measured}." in words
    assert "Every app has an A of its own: normal around its publisher's P" in words
    assert "A second paragraph." in words
    assert "90 rows of data." in words
    assert f"seed {sampled.raw.seed}" in words
    for line in sampled.stan_code.splitlines():
        assert " ".join(line.split()) in words
    priors = {row[0]: row[2] for row in sampled.priors.rows}
    assert priors["noise"] in words
    assert r"\mathrm{noise} &\sim \operatorname{Half-Normal}(0, " in words
    table = sampled.effects("A")
    assert all(str(label) in words for label in table["app"])
    assert "<math" in text


def test_estimates_stand_under_their_columns(sampled):
    parsed = re.search(
        r'<table class="sortable" aria-labelledby="summary-caption">(.*?)</table>', page(sampled)
    )
    assert parsed
    heads = re.findall(r"<th[^>]*>([^<]*)</th>", parsed[1].split("</thead>")[0])
    assert heads[:5] == ["quantity", "estimate", "sd", "lower", "upper"]
    line = re.search(r'<th scope="row">overall</th>(.*?)</tr>', parsed[1])
    assert line
    cells = [float(cell) for cell in re.findall(r"<td[^>]*>([^<]*)</td>", line[1])]
    row = sampled.summary().loc["overall"]
    assert cells[:4] == pytest.approx(row[["estimate", "sd", "lower", "upper"]].tolist(), rel=2e-3)


def test_long_tables_are_data_with_their_first_rows_as_html(estimated):
    text = page(estimated, plots=False)
    parsed = Parsed(text)
    assert "6,000 rows. Without a script the first 200 are shown." in parsed.words
    found = re.search(r'<script type="application/json" id="effects-1-table-0-rows">(.*?)</script>', text)
    assert found
    columns = json.loads(found[1])
    table = estimated.effects("A")
    assert columns[0] == table["app"].tolist()
    assert [columns[1]["texts"][k] for k in columns[1]["at"]] == table["publisher"].tolist()
    assert columns[3] == pytest.approx(table["estimate"].tolist(), rel=1e-3)
    assert ODD not in text
    assert len(text) < 1_200_000


def test_units_bounds_the_page_and_the_page_says_so(estimated):
    text = page(estimated, units=20, effects=["A"], plots=False)
    assert "6,000 rows. This page holds the first 20." in Parsed(text).words
    labels = estimated.effects("A")["app"]
    assert f">{labels[19]}<" in text
    assert f">{labels[20]}<" not in text
    assert len(text) < 100_000


def test_an_estimate_has_its_figures_and_no_stan_program(estimated):
    words = Parsed(page(estimated, units=20)).words
    assert "log likelihood" in words
    assert "This method of estimation runs no Stan program." in words
    assert "This method of estimation uses no priors" in words
    assert "overall, publisher_sd, app_sd and noise are fixed parameters, found by likelihood." in words


def test_a_fit_without_its_rows_has_a_page_that_says_so(estimated):
    words = Parsed(page(pickle.loads(pickle.dumps(estimated)), units=20, plots=False)).words
    assert "18,000 rows of data. The rows themselves were not kept with the fit." in words


def test_an_approximation_says_that_it_is_one():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sl.StanlevelsWarning)
        fit = Apps.fit(rows(), "laplace", seed=1, draws=100, engine="stanli", progress=False)
    words = Parsed(page(fit)).words
    assert "these draws are approximate" in words
    assert "laplace" in words


def test_the_graph_is_drawn_and_said(text, sampled):
    images = [attrs for attrs in Parsed(text).of("img") if attrs["src"].startswith("data:image/svg+xml")]
    assert "A depends on P and app_sd" in images[0]["alt"]
    assert b"<svg" in base64.b64decode(images[0]["src"].partition(",")[2])
    assert "<img" not in page(sampled, plots=False)


def test_pooling_spreads_and_chains_are_drawn_and_said(text, sampled):
    said = [attrs["alt"] for attrs in Parsed(text).of("img")]
    for start in ("Density and path", "How much varies", "Shrinkage of P", "Shrinkage of A"):
        assert [words for words in said if words.startswith(start)]
    weights = sampled.effects("A")["weight"]
    assert f"{weights.min():.2g} to {weights.max():.2g}" in next(s for s in said if "of A:" in s)


def test_outcomes_are_drawn_beside_what_the_model_draws(text, estimated):
    said = [attrs["alt"] for attrs in Parsed(text).of("img")]
    assert [words for words in said if words.startswith("Posterior predictive check of reliability")]
    again = pickle.loads(pickle.dumps(estimated))
    assert "reliability is not drawn: the rows were not kept" in Parsed(page(again, effects=[])).words


def test_no_figure_is_left_open(text):
    from matplotlib import pyplot as plt

    assert plt.get_fignums() == []


def test_draws_of_an_estimate_have_a_page():
    fit = Apps.fit(rows(), "mle", progress=False).simulate_draws(100)
    words = Parsed(page(fit)).words
    assert "A, a row for each app" in words
    assert "This method of estimation runs no Stan program." in words


def test_a_saved_fit_has_the_same_page(sampled, tmp_path):
    sampled.save(tmp_path / "fit.zip")
    again = page(sl.load(tmp_path / "fit.zip"), effects=["A"])
    first = page(sampled, effects=["A"])
    assert "The rows themselves were not kept with the fit." in again
    table = re.compile(r'<table class="sortable" aria-labelledby="effects-0-table-0-caption".*?</table>')
    assert table.findall(again) == table.findall(first) != []


def test_problems_are_said_with_what_helps():
    class Stuck(sl.Model):
        group = sl.Level()
        s = sl.HalfCauchy(5)
        u = sl.Normal(0, s, over=group, centered=True)
        y = sl.Normal(u, 10, observed=True)

    data = {"group": list("abcdefgh"), "y": [28.0, 8, -3, 7, -1, 1, 18, 12]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sl.StanlevelsWarning)
        plan = sl.Plan.literal()
        fit = Stuck.fit(
            data, plan=plan, seed=1, chains=2, warmup=30, draws=30, engine="stanli", progress=False
        )
    found = fit.diagnose()
    assert not found.ok
    words = Parsed(page(fit)).words
    assert "This fit did not pass its checks." in words
    for finding in found.problems:
        assert finding.title in words
        assert " ".join(finding.message.split()) in words


def test_models_of_every_kind_have_a_page():
    team = sl.Level()
    kind = sl.Index(["a", "b"])
    home, away = sl.Level("h", of=team), sl.Level("w", of=team)
    s = sl.HalfNormal(1)
    skill = sl.Normal(0, s, over=(team, kind))
    chain = sl.data("chain", categorical=True)
    b = sl.Normal(0, 1, over=chain)
    lines = {"team": team, "kind": kind, "home": home, "away": away, "s": s, "skill": skill}
    lines |= {"chain": chain, "b ä": b}
    lines["data"] = sl.Poisson(
        log=skill[home][0] - skill[away]["b"] + b @ chain, observed="goals", weights="n"
    )
    lines["won"] = sl.Bernoulli(logit=skill[home][1], observed=True)
    Games = sl.Model.define("Odd games <i>", lines, "Doc.")
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "h": list("xyzxyz") * 5,
            "w": list("yzxzxy") * 5,
            "chain": ["<1>", "2"] * 15,
            "goals": rng.poisson(2, 30),
            "n": rng.integers(1, 3, 30),
            "won": rng.integers(0, 2, 30),
        }
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sl.StanlevelsWarning)
        fit = Games.fit(frame, seed=1, chains=2, warmup=100, draws=50, engine="stanli", progress=False)
    words = Parsed(page(fit)).words
    assert "Odd games <i>: a report" in words
    assert "skill, a, a row for each team" in words
    assert "A row counts as often as n says." in words
    assert "The home of a row is a team, named by the column h." in words


def test_a_model_without_levels_has_a_page():
    class Coin(sl.Model):
        p = sl.Beta(1, 1)
        heads = sl.Bernoulli(p, observed=True)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sl.StanlevelsWarning)
        fit = Coin.fit({"heads": [1, 0, 1]}, seed=1, chains=1, warmup=100, draws=50, progress=False)
    assert "No quantity of this model is over a level." in Parsed(page(fit)).words


def test_what_was_not_recorded_is_left_out():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sl.StanlevelsWarning)
        fit = Apps.fit(rows(), seed=1, chains=2, warmup=100, draws=50, record=["overall"], progress=False)
    words = Parsed(page(fit)).words
    assert "No quantity of this model is over a level" in words or "A, a row for each app" not in words
    assert "Not shown: " in Parsed(page(fit, effects=["A"])).words


def test_what_cannot_be_meant_is_refused(sampled, tmp_path):
    with pytest.raises(sl.FitError, match="'B'"):
        page(sampled, effects=["B"])
    with pytest.raises(sl.FitError, match="units is 0"):
        page(sampled, units=0)
    with pytest.raises(sl.FitError, match="level of the intervals"):
        page(sampled, level=95)
    with pytest.raises(sl.DataError, match="nowhere"):
        sampled.report(tmp_path / "nowhere" / "report.html")


def test_a_report_is_a_file_with_its_title(sampled, tmp_path):
    path = sampled.report(tmp_path / "report.html", title="Apps < week 3")
    assert path == tmp_path / "report.html"
    assert "<title>Apps &lt; week 3</title>" in path.read_text(encoding="utf-8")


def test_numbers_that_are_not_there_leave_cells_empty_and_draw_no_interval():
    frame = pd.DataFrame(
        {
            "unit": ["a", "b"],
            "estimate": [1.0, np.nan],
            "lower": [0.0, np.nan],
            "upper": [2.0, np.nan],
        }
    )
    text = frame_table(frame, Shown("t", "T", bars=True))
    assert "nan" not in text.lower()
    assert text.count("<i ") == 1
    assert 'style="--a:0%;--m:50%;--b:0%"' in text
    assert "<td" not in frame_table(frame.iloc[:0], Shown("t", "T", bars=True))
