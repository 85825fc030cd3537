"""The picture of the README: partial pooling of the counties' radon, from examples/radon.py."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from radon import Radon, load

import stanlevels as sl


class NoPooling(sl.Model):
    """Each county by itself: what the varying intercepts are compared with."""

    county = sl.Level()
    county_level = sl.Normal(0, 10, over=county)
    floor_effect = sl.Normal(0, 2)
    house_sd = sl.HalfNormal(1)
    log_radon = sl.Normal(county_level + floor_effect * sl.data("floor"), house_sd, observed=True)


def draw(axis, data, seed: int = 1) -> None:
    """Counties by uranium: estimates with intervals, and what each county would say alone."""
    settings = {"seed": seed, "engine": "stanli"}
    fit = Radon.fit(data, **settings)
    alone = NoPooling.fit(data, **settings).effects("county_level").set_index("county")
    uranium = data.groupby("county")["uranium"].first()
    table = fit.effects("county_level").set_index("county")
    base, slope = fit.summary()["estimate"][["base", "uranium_effect"]]
    ends = np.array([uranium.min() - 0.05, uranium.max() + 0.05])

    axis.plot(ends, base + slope * ends, color="#999999", lw=1.2, zorder=1, label="what the uranium says")
    x = uranium[table.index]
    axis.vlines(x, table["estimate"], alone["estimate"], color="#dddddd", lw=0.8, zorder=0)
    size = 5 + 1.2 * table["rows"]
    style = {"facecolors": "none", "edgecolors": "#b0b0b0", "linewidths": 0.8}
    axis.scatter(x, alone["estimate"], s=size, zorder=2, label="each county alone", **style)
    axis.vlines(x, table["lower"], table["upper"], color="#1f6f8b", lw=0.7, alpha=0.6, zorder=3)
    axis.scatter(
        x, table["estimate"], s=size, color="#1f6f8b", zorder=4, label="partial pooling, 95 % interval"
    )
    axis.set(xlabel="log uranium in the county's soil", ylabel="log radon in the basement", xlim=ends)
    axis.set_title("85 counties, 1 to 116 houses each (size of the dot)", fontsize=10)
    axis.legend(frameon=False, fontsize=8, loc="upper left")
    axis.spines[["top", "right"]].set_visible(False)


def main(path: Path = Path(__file__).parents[1] / "docs" / "images" / "radon.png") -> None:
    """Draw and save."""
    plt.rcParams["font.size"] = 9
    figure, axis = plt.subplots(figsize=(7.2, 3.8), layout="constrained")
    draw(axis, load())
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=160)


if __name__ == "__main__":
    main()
