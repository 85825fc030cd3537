"""The pictures of docs/gallery.md, from the examples."""

from io import BytesIO
from pathlib import Path

import matplotlib.pyplot as plt
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

FOLDER = Path(__file__).parents[1] / "docs" / "images"


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


def main(folder: Path = FOLDER) -> None:
    """Draw and save them all."""
    folder.mkdir(parents=True, exist_ok=True)
    graphs(folder)
    pooled(folder)
    sampled(folder)


if __name__ == "__main__":
    main()
