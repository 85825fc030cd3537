"""The pages of the reference, written from the public names: whatever is public stands in it."""

import inspect
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import stanlevels as sl
from stanlevels.bound_model import BoundModel
from stanlevels.graph import Graph
from stanlevels.graph.with_data import GraphWithData
from stanlevels.language import callables, functions
from stanlevels.own_checks import Checked
from stanlevels.plan.decisions import Priors
from stanlevels.results.approximate_fit import ApproximateFit
from stanlevels.results.checks.findings import Diagnosis
from stanlevels.results.crossvalidation.elpd import CrossValidation
from stanlevels.results.fit import Fit
from stanlevels.results.marginal.evaluation import Evaluation
from stanlevels.results.plots.accessor import Plots
from stanlevels.results.point_fit import PointFit
from stanlevels.results.simulated_fit import SimulatedFit
from stanlevels.results.simulation.simulated import Simulated
from stanlevels.results.tables.shown import Shown
from stanlevels.show import Latex, Source, Table

RESULTS = (ApproximateFit, SimulatedFit, Simulated, Evaluation, CrossValidation, Diagnosis, Checked)
SHOWN = (Shown, Table, Source, Latex)
PICTURES = (Plots, Graph, GraphWithData)
NOT_CALLED = (sl.Model, BoundModel, Priors, Fit, PointFit, *RESULTS, *PICTURES, Shown, Table)
"""What the package makes: nobody calls it."""
WITHOUT_INHERITED = (Shown, Simulated, Source, Latex, ApproximateFit, GraphWithData, Priors)
"""What is a DataFrame, a text, a Fit, a Graph or a Table besides."""


@dataclass(frozen=True)
class Page:
    """A page of the reference.

    Attributes
    ----------
    file, title, words : str
        Its name, its heading, and what stands below that.
    things : dict
        What it describes, by the name under which it is shown.
    whole : bool
        Whether classes are shown with their members.
    """

    file: str
    title: str
    words: str
    things: dict[str, object] = field(default_factory=dict)
    whole: bool = True


def pages() -> list[Page]:
    """Every public name on one page, with the classes of what they return."""
    public = {name: getattr(sl, name) for name in sl.__all__}
    distributions = {name: public.pop(name) for name in callables.__all__}
    mathematics = {name: public.pop(name) for name in functions.__all__}
    errors = {name: public.pop(name) for name, thing in tuple(public.items()) if _is_error(thing)}
    models = {"Model": public.pop("Model"), "BoundModel": BoundModel, "Plan": public.pop("Plan")}
    models["Priors"] = Priors
    language = {name: public.pop(name) for name in tuple(public) if _room(public[name]) in ("language", "")}
    results, pictures, shown = (
        {thing.__name__: thing for thing in things} for things in (RESULTS, PICTURES, SHOWN)
    )
    return [
        Page("models", "Models", "A model is declared as a class, bound to data, and fitted.", models),
        Page("fit", "Fit", "What sampling returns, and what can be asked of it.", {"Fit": Fit}),
        Page("point-fit", "PointFit", "What methods without draws return.", {"PointFit": PointFit}),
        Page("results", "Other results", "Other fits, and what questions return.", results),
        Page("pictures", "Pictures", "What `fit.plot` and `Model.graph()` are.", pictures),
        Page("functions", "Functions", "Other public functions.", public),
        Page("levels", "Levels and covariates", "What stands beside distributions in a class.", language),
        Page("distributions", "Distributions", "Each may be an outcome or a prior.", distributions),
        Page("mathematics", "Mathematics", "Functions of quantities and columns.", mathematics),
        Page("tables", "Tables and programs", "How results show themselves.", shown),
        Page("errors", "Errors", "What is raised, and warned of.", errors, whole=False),
    ]


def _is_error(thing: object) -> bool:
    return inspect.isclass(thing) and issubclass(thing, Exception)


def _room(thing: object) -> str:
    module = inspect.getmodule(thing) if callable(thing) else inspect.getmodule(type(thing))
    return ((module.__name__ if module else "") + ".").split(".")[1]


def write_reference(folder: Path) -> None:
    """Write the pages into a folder, and an index of them."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    every = pages()
    for page in every:
        (folder / f"{page.file}.md").write_text("\n".join(_lines(page)), encoding="utf-8")
    listed = "\n".join(page.file for page in every)
    (folder / "index.md").write_text(
        "# Reference\n\nEvery public name, from its docstring: `import stanlevels as sl`. What a class or a"
        " function takes, gives and raises, with an example that the tests run.\n\n"
        f"```{{toctree}}\n:maxdepth: 2\n\n{listed}\n```\n",
        encoding="utf-8",
    )


def _lines(page: Page) -> Iterator[str]:
    yield f"# {page.title}\n\n{page.words}\n"
    yield "```{eval-rst}"
    for name, thing in page.things.items():
        yield from _directive(name, thing, page.whole)
        yield ""
    yield "```\n"


def _directive(name: str, thing: object, whole: bool) -> Iterator[str]:
    where = "stanlevels" if name in sl.__all__ else f"{thing.__module__}"
    if not inspect.isclass(thing):
        yield f".. auto{'function' if inspect.isroutine(thing) else 'data'}:: {where}.{name}"
        return
    yield f".. autoclass:: {where}.{name}{'()' if thing in NOT_CALLED else ''}"
    if whole:
        yield "   :members:"
        if thing not in WITHOUT_INHERITED:
            yield "   :inherited-members: object"
