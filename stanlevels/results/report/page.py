"""The page: sections under headings, with its own styles and script, and no request to any network."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from stanlevels.colours import pieces
from stanlevels.errors import DataError, FitError
from stanlevels.graph import ROWS
from stanlevels.results.report import figures, sections
from stanlevels.results.report.sections import Reported
from stanlevels.results.report.tables import PLAIN
from stanlevels.results.tables.describe import check_level
from stanlevels.results.tables.subjects_of_rows import check_has_units
from stanlevels.show import Html, element, paragraph
from stanlevels.version import __version__

__all__ = ["page", "write_report"]

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def write_report(fit: Reported, path: str | os.PathLike[str], **options: Any) -> Path:
    """Write the page to a file; see `page`.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    text = page(fit, **options)
    target = Path(path)
    try:
        target.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise DataError(
            f"the report cannot be written to {str(target)!r}: {error.strerror}",
            expected="a file in a folder that exists",
        ) from None
    return target


def page(
    fit: Reported,
    *,
    title: str | None = None,
    effects: Sequence[str] | None = None,
    level: float = 0.95,
    units: int = 50_000,
    plots: bool = True,
) -> str:
    """The page as text."""
    check_level(level)
    if not isinstance(units, int) or units < 1:
        raise FitError(f"units is {units!r}", expected="a whole number of at least 1")
    names = _with_effects(fit, effects)
    head = title if title is not None else f"{fit.model_name}: a report"
    parts = [(name, key, list(inside)) for name, key, inside in _sections(fit, names, level, units, plots)]
    parts = [(name, key, inside) for name, key, inside in parts if inside]
    links = [element("li", element("a", name, href=f"#{key}")) for name, key, _ in parts]
    body = [
        element(
            "section", element("h2", name, id=f"{key}-head"), *inside, id=key, aria_labelledby=f"{key}-head"
        )
        for name, key, inside in parts
    ]
    main = element("main", *body, id="main")
    header = element("header", element("h1", head), *_facts(fit))
    contents = element("nav", element("ul", *links), aria_label="Sections")
    return _document(head, header, contents, main)


def _section(name: str, key: str, inside: Sequence[Html]) -> Html:
    head = element("h2", name, id=f"{key}-head")
    return element("section", head, *inside, id=key, aria_labelledby=f"{key}-head")


def _document(title: str, *parts: Html) -> str:
    room = files("stanlevels") / "results" / "report"
    styles, script = ((room / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="generator", content=f"stanlevels {__version__}"),
        element("title", title),
        element("link", rel="icon", href="data:,"),
        element("style", Html(styles)),
    )
    skip = element("a", "To the report", href="#main", class_="skip")
    body = element("body", skip, *parts, element("script", Html(script)))
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _facts(fit: Reported) -> Iterator[Html]:
    headline, *_ = repr(fit).splitlines()
    yield paragraph(headline)
    made = datetime.now(UTC)
    yield element("p", f"Page made on {made:%Y-%m-%d} with stanlevels {__version__}.", class_="quiet")


def _sections(
    fit: Reported, names: Sequence[str], level: float, units: int, plots: bool
) -> Iterator[tuple[str, str, Iterable[Html]]]:
    diagnose = getattr(fit, "diagnose", None)
    roles: Mapping[str, str] = getattr(fit, "roles", fit.planned.roles)
    found = diagnose() if diagnose else None
    chains = figures.trace(fit) if plots and found is not None else Html("")
    yield "Diagnosis", "diagnosis", sections.diagnosis(found, fit.notes, _figures(fit), chains)
    yield "Model", "model", sections.model(fit, figures.graph(fit) if plots else Html(""))
    yield "Data", "data", sections.data(fit)
    yield "Estimates", "estimates", sections.estimates(fit, level, plots=plots)
    yield "Effects", "effects", sections.effects(fit, names, level, units, plots=plots)
    if plots:
        outcomes = (figures.predictive(fit, *each) for each in figures.outcomes(fit))
        yield "Outcomes", "outcomes", [drawn for drawn in outcomes if drawn]
    yield "Priors", "priors", sections.priors(fit, fit.planned.decided.priors)
    yield "Plan", "plan", sections.plan(fit, roles)
    code = getattr(fit, "stan_code", None)
    yield "Stan program", "stan", [_program(code)] if code else [paragraph(_NO_PROGRAM)]
    yield "How it was made", "made", _made(fit)


def _program(code: str) -> Html:
    """The Stan program; the page's styles colour its pieces by their kind."""
    parts = (element("span", text, class_=kind) if kind else text for kind, text in pieces(code))
    return element("pre", element("code", *parts), class_="stan", tabindex="0")


_NO_PROGRAM = "This method of estimation runs no Stan program."


def _with_effects(fit: Reported, asked: Sequence[str] | None) -> list[str]:
    """Quantities over levels; those over rows where they are not too many for a page."""
    if asked is not None:
        names = [asked] if isinstance(asked, str) else list(asked)
        for name in names:
            check_has_units(fit.planned, name)
        return names
    lines = fit.planned.lines
    chosen: Sequence[str] | None = getattr(fit, "recorded", None)
    known = set(fit.planned.recorded if chosen is None else chosen)
    return [
        name
        for name, line in lines.items()
        if line.domain
        and not line.is_observed
        and name in known
        and (ROWS not in line.domain or fit.bound.size(line.domain) <= PLAIN)
    ]


def _figures(fit: Any) -> list[tuple[str, str]]:
    """What a fit without draws is judged by."""
    named = ("log_likelihood", "n_parameters", "deviance", "aic", "bic")
    words = {"aic": "AIC", "bic": "BIC", "log_likelihood": "log likelihood", "n_parameters": "parameters"}
    return [(words.get(n, n), f"{getattr(fit, n):,.6g}") for n in named if hasattr(type(fit), n)]


def _settings(chosen: Any) -> dict[str, str]:
    if chosen is None:
        return {}
    return {
        "draws of each chain": f"{chosen.draws:,}",
        "warm-up": f"{chosen.warmup:,}",
        "target acceptance": f"{chosen.target_accept:g}",
        "longest tree": f"depth {chosen.max_depth}",
    }


def _made(fit: Any) -> Iterator[Html]:
    facts: dict[str, str] = {}
    raw = getattr(fit, "raw", None)
    if raw is not None:
        facts["engine"] = f"{raw.engine} {raw.versions.get(raw.engine, '')}".strip()
        facts["seed"] = str(raw.seed)
        facts["chains"] = f"{len(raw.chains)}"
        facts |= _settings(getattr(fit, "settings", None))
        facts |= {f"seconds of {step}": f"{float(sum(taken)):.1f}" for step, taken in raw.seconds.items()}
        facts |= {f"{name}": version for name, version in raw.versions.items() if name != raw.engine}
    if method := getattr(fit, "method", ""):
        facts["method"] = str(method)
    facts["stanlevels"] = __version__
    facts["Python"] = platform.python_version()
    parts = [part for name, fact in facts.items() for part in (element("dt", name), element("dd", fact))]
    yield element("dl", *parts, class_="facts")
