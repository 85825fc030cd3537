"""Effects, variances, chains, priors: what is drawn are the numbers of the tables."""

import numpy as np
import pytest
from scipy import stats

import stanlevels as sl
from stanlevels.results.plots.chains import rank_counts
from stanlevels.results.plots.priors import prior_draws
from stanlevels.results.plots.variances import spreads
from tests.results.plots.conftest import Groups, quietly, rows_of_groups


def segments(ax, place):
    """Ends of the lines of the `place`-th collection, (n, 2 ends, 2 coordinates)."""
    return np.array(list(ax.collections[place].get_segments()))


# --- effects -------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.95, 0.8])
def test_effects_stand_in_order_with_their_intervals(sampled, level):
    ax = sampled.plot.effects("u", level=level)
    wide = sampled.effects("u", level=level).sort_values("estimate", kind="stable")
    narrow = sampled.effects("u", level=0.5).loc[wide.index]
    for place, table in enumerate((wide, narrow)):
        np.testing.assert_allclose(segments(ax, place)[:, :, 0], table[["lower", "upper"]])
    np.testing.assert_allclose(ax.collections[2].get_offsets()[:, 0], wide["estimate"])
    labels = [tick.get_text() for tick in ax.get_yticklabels()]
    assert labels == [f"{row.area}/{row.group}" for row in wide.itertuples()]


def test_effects_stand_in_the_order_that_is_asked_for(groups):
    top_down = [t.get_text() for t in groups.plot.effects("u", order="data").get_yticklabels()][::-1]
    assert top_down[:2] == ["area 0/g0", "area 0/g1"]
    by_rows = groups.plot.effects("u", order="rows").collections[2].get_offsets()[:, 0]
    table = groups.effects("u").sort_values("rows", kind="stable")
    np.testing.assert_allclose(by_rows, table["estimate"])
    with pytest.raises(sl.FitError, match="order is"):
        groups.plot.effects("u", order="size")


def test_effects_of_a_component(lines):
    ax = lines.plot.effects("B", component="slope")
    table = lines.effects("B").query("component == 'slope'")
    np.testing.assert_allclose(np.sort(ax.collections[2].get_offsets()[:, 0]), np.sort(table["estimate"]))
    assert ax.get_xlabel() == "B[slope]"


@pytest.mark.parametrize(
    "call", [{"name": "nothing"}, {"name": "u", "component": "x"}, {"name": "u", "level": 2}]
)
def test_effects_that_do_not_exist_are_refused(groups, call):
    with pytest.raises(sl.FitError):
        groups.plot.effects(**call)


# --- variance ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["groups", "sampled"])
def test_variances_are_those_of_the_summary_and_their_shares_sum_to_one(kind, request):
    fit = request.getfixturevalue(kind)
    found = spreads(fit, 0.95)
    table = fit.summary(["area_sd", "group_sd", "noise"])
    assert [s.label.split("\n")[0] for s in found] == ["a", "u", "y"]
    np.testing.assert_allclose(
        [[s.estimate, s.lower, s.upper] for s in found], table[["estimate", "lower", "upper"]]
    )
    assert sum(s.share for s in found) == pytest.approx(1)
    ax = fit.plot.variance()
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a\n(area)", "u\n(group)", "y\n(row)"]
    assert len(ax.texts) == 3


def test_components_have_shares_of_their_own():
    class Slopes(sl.Model):
        unit = sl.Level()
        B = sl.effects(1, "t", over=unit)
        noise = sl.HalfNormal(2)
        y = sl.Normal(B, noise, observed=True)

    rng = np.random.default_rng(1)
    unit, t = np.repeat(np.arange(9), 6), np.tile(np.arange(6.0), 9)
    y = rng.normal(1, 1, 9)[unit] + rng.normal(2, 0.5, 9)[unit] * t + rng.normal(0, 0.5, len(t))
    fit = quietly(Slopes, {"unit": unit, "t": t, "y": y})
    found = {s.label.split("\n")[0]: s.share for s in spreads(fit, 0.95)}
    table = fit.variance_shares()
    own = table[table["quantity"] == "B"].set_index("component")["share"]
    assert found["B[intercept]"] == pytest.approx(own["intercept"])
    assert found["B[t]"] == pytest.approx(own["t"])
    assert found["B[t]"] != pytest.approx(found["B[intercept]"])
    assert found["y"] == pytest.approx(table["share"].iloc[-1])


def test_a_standard_deviation_that_differs_between_units_is_averaged():
    class Own(sl.Model):
        group = sl.Level()
        noise = sl.HalfNormal(2, over=group)
        y = sl.Normal(0, noise, observed=True)

    data = {"group": list("aaaabbbb"), "y": [1.0, -1, 2, -2, 3, 4, -5, 6]}
    fit = quietly(Own, data)
    rows = fit.by_quantity.whole("noise")[..., 0].mean(axis=2)  # as many rows of each
    (spread,) = spreads(fit, 0.95)
    assert spread.estimate == pytest.approx(rows.mean())
    assert spread.upper == pytest.approx(np.quantile(rows, 0.975))


def test_a_model_in_which_nothing_varies_has_no_picture_of_it():
    class Coin(sl.Model):
        p = sl.Beta(1, 1)
        heads = sl.Bernoulli(p, observed=True)

    fit = quietly(Coin, {"heads": [1, 0, 1]})
    with pytest.raises(sl.FitError, match="standard deviation"):
        fit.plot.variance()


# --- chains --------------------------------------------------------------------------------------


def test_paths_are_the_draws(sampled):
    figure = sampled.plot.trace("mean")
    path = [line for line in figure.axes[1].lines if len(line.get_xdata()) == 200]
    np.testing.assert_allclose(
        [line.get_ydata() for line in path], sampled.by_quantity.whole("mean")[:, :, 0, 0]
    )
    densities = [line.get_data() for line in figure.axes[0].lines if len(line.get_xdata()) > 150]
    assert [np.trapezoid(y, x) for x, y in densities] == pytest.approx([1, 1], abs=0.02)


def test_by_default_what_has_no_units_is_drawn(sampled):
    names = [ax.get_xlabel() for ax in sampled.plot.trace().axes[::2]]
    assert names == ["mean", "area_sd", "group_sd", "noise"]
    assert len(sampled.plot.rank().axes) == 4
    assert len(sampled.plot.rank(["u"]).axes) == 12


def test_ranks_count_every_draw_once():
    rng = np.random.default_rng(0)
    values = rng.normal(size=(4, 500))
    counts = rank_counts(values, 20)
    assert counts.sum(axis=1).tolist() == [500] * 4
    assert counts.sum(axis=0).tolist() == [100] * 20
    low, high = stats.binom.ppf([1e-5, 1 - 1e-5], 500, 1 / 20)  # 80 counts: wrong once in 600
    assert low <= counts.min() <= counts.max() <= high
    shifted = rank_counts(values + np.arange(4)[:, None], 20)
    assert shifted[0, 0] > 60
    assert shifted[3, 0] < 5


@pytest.mark.parametrize("call", [{"names": "nothing"}, {"names": ["mean", "y"]}])
def test_unknown_names_are_named(sampled, call):
    with pytest.raises(sl.FitError, match="there are no draws of"):
        sampled.plot.trace(**call)


@pytest.mark.parametrize("picture", ["trace", "rank", "prior_posterior"])
def test_fits_without_draws_say_so(groups, picture):
    with pytest.raises(sl.FitError, match="method='nuts'"):
        getattr(groups.plot, picture)()


def test_axes_are_as_many_as_a_picture_needs(sampled):
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(1, 2)
    assert sampled.plot.trace("mean", ax=axes) is figure
    with pytest.raises(sl.FitError, match="ax holds 2 axes"):
        sampled.plot.rank("mean", ax=axes)


# --- priors --------------------------------------------------------------------------------------


def test_the_prior_is_that_of_the_line(sampled):
    """Kolmogorov-Smirnov against the declared distributions; wrong once in 1,000 for each."""
    assert stats.kstest(prior_draws(sampled, "mean")[:, 0], stats.norm(0, 5).cdf).pvalue > 1e-3
    assert stats.kstest(prior_draws(sampled, "noise")[:, 0], stats.halfnorm(0, 2).cdf).pvalue > 1e-3


def test_prior_and_posterior_have_density_one(sampled):
    ax = sampled.plot.prior_posterior("mean")
    areas = [np.sum(p.get_data().values * np.diff(p.get_data().edges)) for p in ax.patches]
    assert areas == pytest.approx([0.98, 1], abs=0.02)
    assert ax.get_xlabel() == "mean"


def test_several_numbers_are_a_figure(sampled):
    figure = sampled.plot.prior_posterior()
    assert [ax.get_xlabel() for ax in figure.axes] == ["mean", "area_sd", "group_sd", "noise"]
    with pytest.raises(sl.FitError, match="quantities without units"):
        sampled.plot.prior_posterior("u")


def test_other_packages_names_lead_here(sampled):
    with pytest.raises(AttributeError, match=r"fit\.plot\.trace"):
        sampled.plot_trace
    assert "shrinkage()" in repr(sampled.plot)


def test_drawing_needs_no_display_and_warns_of_nothing():
    """In a fresh process, in which no backend was chosen."""
    import subprocess
    import sys

    code = (
        "import warnings; warnings.simplefilter('error')\n"
        "import stanlevels as sl\n"
        "class M(sl.Model):\n"
        "    g = sl.Level()\n"
        "    u = sl.Normal(0, 1, over=g)\n"
        "    y = sl.Normal(u, 1, observed=True)\n"
        "fit = M.fit({'g': list('aabb'), 'y': [1, 2, 3, 5]}, method='mle', progress=False)\n"
        "fit.plot.shrinkage('u').figure.savefig('/dev/null', format='png')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_pictures_survive_a_pickle(groups):
    import pickle

    again = pickle.loads(pickle.dumps(groups))
    for name in ("shrinkage", "effects"):
        one, two = (getattr(fit.plot, name)("u") for fit in (groups, again))
        assert [c.get_offsets().tolist() for c in one.collections] == [
            c.get_offsets().tolist() for c in two.collections
        ]
    assert Groups.bind(rows_of_groups()).graph.sizes["group"] == 12
