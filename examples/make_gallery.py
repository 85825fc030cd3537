"""The pictures of docs/gallery.md, from the examples."""

import re
from contextlib import chdir
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from crashes import AppCrashes
from crashes import simulate as simulate_crashes
from football import Football
from PIL import Image
from radon import Radon
from radon import load as load_radon
from romcom import Romcom
from romcom import simulate as simulate_romcoms
from sleepstudy import Sleepstudy
from sleepstudy import load as load_sleep
from students import Students

import stanlevels as sl

DOCS = Path(__file__).parents[1] / "docs"
FOLDER = DOCS / "images"
PAGES = ("smooths", "several-outcomes")
"""Pages of the documentation whose code saves pictures."""


class Cholesterol(sl.Model):
    """Body mass index by age and cholesterol, cholesterol by age."""

    start, by_age, spread = sl.Normal(), sl.Normal(), sl.HalfNormal()
    base, of_age, of_chl, noise = sl.Normal(), sl.Normal(), sl.Normal(), sl.HalfNormal()

    chl = sl.Normal(start + by_age * sl.data("age"), spread, observed=True, missing="model")
    bmi = sl.Normal(base + of_age * sl.data("age") + of_chl * chl, noise, observed=True, missing="model")


def nhanes() -> pd.DataFrame:
    """25 persons: age group, body mass index, cholesterol."""
    n = np.nan
    age = [1, 2, 1, 3, 1, 3, 1, 1, 2, 2, 1, 2, 3, 2, 1, 1, 3, 2, 1, 3, 1, 1, 1, 3, 2]
    bmi = [n, 22.7, n, n, 20.4, n, 22.5, 30.1, 22.0, n, n, n, 21.7, 28.7, 29.6, n, 27.2, 26.3, 35.3, 25.5, n]
    chl = [n, 187, 187, n, 113, 184, 118, 187, 238, n, n, n, 206, 204, n, n, 284, 199, 218, n, n, 229, 131, n]
    return pd.DataFrame({"age": age, "bmi": [*bmi, 33.2, 27.5, 24.9, 27.4], "chl": [*chl, 186]})


def graphs(folder: Path) -> None:
    """Dependency graphs of models, and of one with its data."""
    for model in (Romcom, Students, AppCrashes, Football):
        model.graph().save(folder / f"graph-{model.__name__.lower()}.svg")
    Radon.bind(load_radon()).graph.save(folder / "graph-radon.svg", data=True)


def save(made, folder: Path, name: str) -> None:
    """A picture as a small file."""
    figure = getattr(made, "figure", None) or made
    drawn = BytesIO()
    figure.savefig(drawn, dpi=110)
    plt.close(figure)
    Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
        folder / f"{name}.png", optimize=True
    )


def pooled(folder: Path) -> None:
    """Pictures of fits by REML: shrinkage, variance, predictions."""
    radon = Radon.fit(load_radon(), method="reml", progress=False)
    save(radon.plot.shrinkage("county_level", by="uranium"), folder, "shrinkage-radon")
    save(radon.plot.predictive(by="county"), folder, "predictive-counties")
    save(radon.plot.predictive(), folder, "predictive-radon")
    sleep = Sleepstudy.fit(load_sleep(), method="reml", progress=False)
    save(sleep.plot.shrinkage("B"), folder, "shrinkage-sleepstudy")
    apps = AppCrashes.fit(simulate_crashes()[0], method="reml", progress=False)
    save(apps.plot.shrinkage("A", by="publisher"), folder, "shrinkage-apps")
    save(apps.plot.variance(), folder, "variance-apps")


def sampled(folder: Path, draws: int = 1000) -> None:
    """Pictures of draws from the posterior."""
    fit = Romcom.fit(simulate_romcoms()[0], seed=1, draws=draws, engine="stanli", progress=False)
    save(fit.plot.shrinkage("interest"), folder, "shrinkage-romcom")
    save(fit.plot.effects("interest"), folder, "effects-romcom")
    save(fit.plot.trace(["overall", "spread"]), folder, "trace-romcom")
    save(fit.plot.rank(["overall", "spread"]), folder, "rank-romcom")
    save(fit.plot.prior_posterior(["overall", "spread"]), folder, "prior-romcom")


def imputed(folder: Path, draws: int = 1000) -> None:
    """Values that the data lack, as the fit of docs/missing.md knows them."""
    data = nhanes()
    fit = Cholesterol.fit(data, seed=1, draws=draws, engine="stanli", progress=False)
    table = fit.imputed("chl").set_index("row")
    seen, there = data.dropna(), data.loc[table.index, "bmi"].notna()
    figure, ax = plt.subplots(figsize=(6, 3.4), layout="constrained")
    ax.plot(seen["chl"], seen["bmi"], "o", color="#333333", label="seen")
    rows = table[there]
    reach = [rows["estimate"] - rows["lower"], rows["upper"] - rows["estimate"]]
    bmi = data.loc[rows.index, "bmi"]
    ax.errorbar(rows["estimate"], bmi, xerr=reach, fmt="o", color="#2f6db3", lw=1, label="chl imputed")
    ax.set(xlabel="cholesterol", ylabel="body mass index")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
    save(figure, folder, "missing-nhanes")


def of_page(page: str, folder: Path) -> None:
    """Pictures that the code of a page saves."""
    blocks = re.findall(
        r"^```python\n(.*?)^```$", (DOCS / f"{page}.md").read_text(), re.DOTALL | re.MULTILINE
    )
    with TemporaryDirectory() as own, chdir(own):
        names: dict[str, object] = {"__name__": page}
        for block in blocks:
            exec(compile(block, page, "exec"), names)
        for path in Path(own).glob("*.png"):
            with Image.open(path) as made:
                small = made.convert("RGB").quantize(256, dither=Image.Dither.NONE)
                small.save(folder / path.name, optimize=True)


def main(folder: Path = FOLDER) -> None:
    """Draw and save them all."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in PAGES:
        of_page(page, folder)
    graphs(folder)
    pooled(folder)
    sampled(folder)
    imputed(folder)


if __name__ == "__main__":
    main()
