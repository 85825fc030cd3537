"""Each check with draws made to trip it, and with draws that just do not."""

from dataclasses import replace

import arviz as az
import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.engines.base import Settings
from stanlevels.plan.quantities import Sampled, Standardised
from stanlevels.results.checks.convergence import r_hat_threshold
from tests.results.kit import failure, fit_of, stats_of


class Houses(sl.Model):
    county = sl.Level()
    street = sl.Level()
    mu = sl.Normal(0, 1)
    county_sd = sl.HalfNormal(1)
    street_sd = sl.HalfNormal(1)
    A = sl.Normal(mu, county_sd, over=county, centered=True)
    S = sl.Normal(0, street_sd, over=street)
    y = sl.Normal(A + S, 1, observed=True)


class Slopes(sl.Model):
    subject = sl.Level()
    k = sl.Index(["level", "days"])
    sds = sl.HalfNormal(1, over=k)
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([0, 0], sds, corr, over=subject)
    y = sl.Normal(B[0] + B[1] * sl.data("x"), 1, observed=True)


def frame(n: int = 12) -> pd.DataFrame:
    return pd.DataFrame(
        {"county": [f"c{i % 3}" for i in range(n)], "street": np.arange(n) // 4, "y": np.arange(n) * 1.0}
    )


def drawn(seed: int = 2, **replaced):
    """Independent draws, positive for scales, some replaced."""
    rng = np.random.default_rng(seed)

    def make(name, shape):
        if name in replaced:
            return np.broadcast_to(replaced[name], shape)
        values = rng.normal(size=shape)
        return np.exp(values) if name.endswith(("sd", "sds")) else values

    return make


def centred(fit):
    """The plan's choice: A centred, S not."""
    raw = {"S": Sampled(Standardised("mu", "sigma"))} if "S" in fit.planned.lines else {}
    planned = fit.planned.with_values(raw)
    return replace(fit, planned=planned)


def houses(seed: int = 2, draws: int = 1000, **changes):
    replaced = changes.pop("replaced", {})
    return centred(fit_of(Houses, frame(), drawn(seed, **replaced), draws=draws, **changes))


def only(diagnosis, kind):
    (finding,) = [f for f in diagnosis.findings if f.kind == kind]
    return finding


def test_good_draws_pass_and_the_sentence_says_what_was_measured():
    found = houses().diagnose()
    assert found.ok
    assert found.findings == ()
    assert found.sentence.startswith("no sign of trouble: R-hat at most 1.00")
    assert found.sentence.endswith("no divergences among 4,000 draws in 4 chains")


# --- divergences ---------------------------------------------------------------------------------


def diverging(where: np.ndarray) -> dict[str, np.ndarray]:
    return {**stats_of(*where.shape), "diverging": where}


def test_divergences_at_small_values_of_a_scale_are_named_with_its_level_and_the_other_form():
    sd = np.exp(np.random.default_rng(0).normal(size=(4, 1000)))
    fit = houses(replaced={"county_sd": sd}, stats=diverging(sd < np.quantile(sd, 0.005)))
    finding = only(fit.diagnose(), "divergences")
    assert finding.subjects == ("A",)
    assert finding.title.startswith(
        "20 divergent draws (0.5 %), with county_sd, the scale of A (over county)"
    )
    assert "it is smaller there" in finding.message
    assert "unreliable" not in finding.message
    assert finding.way_out.startswith("A is centred: try A = sl.Normal(..., centered=False)")
    assert not fit.diagnose().ok


def test_divergences_at_large_values_of_a_non_centred_scale_suggest_centring():
    sd = np.exp(np.random.default_rng(0).normal(size=(4, 1000)))
    fit = houses(replaced={"street_sd": sd}, stats=diverging(sd > np.quantile(sd, 0.98)))
    finding = only(fit.diagnose(), "divergences")
    assert finding.subjects == ("S",)
    assert "more than 1 %" in finding.message.lower()
    assert finding.way_out.startswith("S is non-centred: try S = sl.Normal(..., centered=True)")


def scattered(*draws, chains=4, length=1000):
    where = np.zeros((chains, length), dtype=bool)
    for chain, draw in draws:
        where[chain, draw] = True
    return where


def test_one_divergence_in_a_short_run_warns_and_says_that_its_level_is_not_sure():
    one = scattered((2, 17), length=200)
    fit = houses(draws=200, stats=diverging(one), settings=Settings(draws=200, target_accept=0.95))
    finding = only(fit.diagnose(), "divergences")
    assert "in chain 3" in finding.message
    assert finding.subjects[0] in ("A", "S")
    assert "too little to be sure" in finding.message
    assert finding.way_out.startswith("target_accept=0.99")
    assert fit.diagnose().sentence.startswith("this fit did not pass its checks: 1 divergent draw (0.1 %)")


@pytest.mark.parametrize("where", [[(2, 17)], [(0, 3), (2, 17)], [(0, 900), (1, 20), (1, 700), (3, 500)]])
def test_a_few_scattered_divergences_among_thousands_are_a_note(where):
    fit = houses(stats=diverging(scattered(*where)))
    found = fit.diagnose()
    assert found.ok
    assert found.sentence.startswith("no sign of trouble")
    assert "scattered divergent draw" in only(found, "divergences").title
    assert "target_accept=0.95" in only(found, "divergences").way_out


def test_a_share_above_one_in_a_thousand_is_a_problem_wherever_they_are():
    where = scattered((0, 900), (1, 20), (1, 700), (3, 500), (2, 400))
    assert not houses(stats=diverging(where)).diagnose().ok


def test_as_few_in_the_neck_of_a_funnel_are_a_problem():
    sd = np.exp(np.random.default_rng(0).normal(size=(4, 1000)))
    fit = houses(replaced={"county_sd": sd}, stats=diverging(sd <= np.sort(sd.ravel())[2]))
    finding = only(fit.diagnose(), "divergences")
    assert finding.serious
    assert "with county_sd" in finding.title


def test_as_few_one_after_another_are_a_problem():
    assert not houses(stats=diverging(scattered((1, 20), (1, 21), (1, 27)))).diagnose().ok


def test_divergences_of_a_component_name_the_component():
    scales = np.exp(np.random.default_rng(3).normal(size=(4, 500, 2)))
    data = pd.DataFrame({"subject": [1, 1, 2, 2], "x": [0.0, 1, 0, 1], "y": [0.0, 1, 2, 3]})
    where = scales[..., 1] < np.quantile(scales[..., 1], 0.01)
    fit = fit_of(Slopes, data, drawn(sds=scales), draws=500, stats=diverging(where))
    finding = only(fit.diagnose(), "divergences")
    assert "sds, the scale of B[days] (over subject)" in finding.title
    assert finding.way_out.startswith("B is centred: try B = sl.MultiNormal(..., centered=False)")


class NoLevels(sl.Model):
    mu = sl.Normal(0, 1)
    y = sl.Normal(mu, 1, observed=True)


def test_divergences_of_a_model_without_levels_are_counted_all_the_same():
    where = np.zeros((4, 200), dtype=bool)
    where[0, :3] = True
    fit = fit_of(NoLevels, {"y": [1.0, 2.0]}, drawn(), draws=200, stats=diverging(where))
    finding = only(fit.diagnose(), "divergences")
    assert "No scale of a level tells divergent draws from others." in finding.message
    every = fit_of(NoLevels, {"y": [1.0, 2.0]}, drawn(), draws=200, stats=diverging(~np.zeros_like(where)))
    assert "800 of 800 draws (100 %)" in only(every.diagnose(), "divergences").message


# --- energy, tree depth --------------------------------------------------------------------------


def creeping(chains: int, draws: int, step: float) -> np.ndarray:
    """Energy as a random walk with small steps around 0: E-BFMI about 2 (1 - phi)."""
    rng = np.random.default_rng(9)
    energy = rng.normal(size=(chains, draws))
    for t in range(1, draws):
        energy[:, t] = (1 - step) * energy[:, t - 1] + np.sqrt(2 * step) * energy[:, t]
    return energy


def test_a_low_e_bfmi_names_its_chains_and_the_scale_that_the_energy_moves_with():
    energy = stats_of(4, 1000)["energy"]
    energy[1] = creeping(1, 1000, 0.08)[0]
    sd = np.exp(np.random.default_rng(5).normal(size=(4, 1000)) + energy)
    fit = houses(replaced={"county_sd": sd}, stats={**stats_of(4, 1000), "energy": energy})
    low = az.bfmi(energy)  # ArviZ's own computation
    assert (low < 0.3).tolist() == [False, True, False, False]
    finding = only(fit.diagnose(), "energy")
    assert finding.title == f"E-BFMI of {low[1]:.2f} in chain 2"
    assert finding.subjects == ("A",)
    assert "county_sd, the scale of A (over county)" in finding.message


def test_an_e_bfmi_just_above_the_threshold_is_no_finding():
    energy = creeping(4, 1000, 0.25)
    assert az.bfmi(energy).min() > 0.3
    assert houses(stats={**stats_of(4, 1000), "energy": energy}).diagnose().ok


def test_saturated_trees_are_a_note_about_speed_and_the_fit_passes():
    depth = np.full((4, 1000), 3)
    depth[:, :20] = 10
    found = houses(stats={**stats_of(4, 1000), "tree_depth": depth}).diagnose()
    assert found.ok
    finding = only(found, "tree_depth")
    assert "2.0 % of trajectories were cut at 1,023 steps: slow, not wrong." in finding.message
    assert "note: 2.0 % of trajectories at the largest tree depth (10)" in found.sentence
    depth[:, 5:20] = 3
    assert houses(stats={**stats_of(4, 1000), "tree_depth": depth}).diagnose().findings == ()


# --- R-hat and effective sample size -------------------------------------------------------------


def test_the_threshold_of_r_hat_grows_with_the_number_looked_at():
    # 99 % quantiles of the largest of 10 / 100 / 1,000 good R-hats with 4 chains of 1,000 draws
    assert [r_hat_threshold(n) for n in (1, 10, 100, 1000)] == [1.01, 1.018, 1.02, 1.022]
    grown = [r_hat_threshold(n) for n in range(2, 5000, 7)]
    assert grown == sorted(grown)


def shifted(amount: float, units: int | None = None, seed: int = 6) -> np.ndarray:
    shape = (4, 1000) if units is None else (4, 1000, units)
    values = np.random.default_rng(seed).normal(size=shape)
    values[0] += amount
    return values


def test_a_scalar_whose_chains_disagree_is_named_with_its_value():
    values = shifted(1.0)
    found = houses(replaced={"mu": values}).diagnose()
    finding = only(found, "r_hat")
    expected = float(az.rhat(az.convert_to_dataset({"x": values}))["x"])
    assert finding.title == f"R-hat up to {expected:.3f} (mu)"
    assert finding.subjects == ("mu",)
    assert "Chains disagree" in finding.message
    assert "draws=2000" in finding.way_out


def test_the_same_r_hat_fails_a_scalar_and_passes_as_one_of_many_units():
    shift = np.random.default_rng(0).normal(size=(4, 1000))
    shift[0] += 0.38
    r_hat = float(az.rhat(az.convert_to_dataset({"x": shift}))["x"])
    assert 1.01 < r_hat < r_hat_threshold(3)
    assert only(houses(replaced={"mu": shift}).diagnose(), "r_hat").subjects == ("mu",)
    units = np.random.default_rng(1).normal(size=(4, 1000, 3))
    units[..., 1] = shift
    assert houses(replaced={"A": units}).diagnose().ok


def test_a_unit_whose_chains_disagree_is_named_with_its_level_and_how_many_there_are():
    units = np.random.default_rng(1).normal(size=(4, 1000, 3))
    units[0, :, 2] += 2
    finding = only(houses(replaced={"A": units}).diagnose(), "r_hat")
    assert "(A of county 'c2')" in finding.title
    assert "(1 of 3 are above 1.015)" in finding.message
    assert "A is centred: try A = sl.Normal(..., centered=False)" in finding.way_out


def test_few_effective_draws_are_a_finding_and_enough_of_them_are_not():
    def with_memory(phi):
        rng = np.random.default_rng(7)
        values = rng.normal(size=(4, 1000))
        for t in range(1, 1000):
            values[:, t] = phi * values[:, t - 1] + np.sqrt(1 - phi**2) * values[:, t]
        return values

    slow = with_memory(0.9)  # about 4,000 (1 - phi) / (1 + phi) = 210 effective draws
    finding = only(houses(replaced={"mu": slow}).diagnose(), "ess")
    assert finding.subjects == ("mu",)
    assert "400 are wanted (100 per chain)" in finding.message
    assert [f.kind for f in houses(replaced={"mu": with_memory(0.6)}).diagnose().findings] == []


def test_numbers_that_are_constant_by_declaration_are_not_judged():
    data = pd.DataFrame({"subject": [1, 1, 2, 2], "x": [0.0, 1, 0, 1], "y": [0.0, 1, 2, 3]})
    rho = np.tanh(np.random.default_rng(0).normal(size=(4, 500)))
    corr = np.ones((4, 500, 2, 2))
    corr[..., 0, 1] = corr[..., 1, 0] = rho
    fit = fit_of(Slopes, data, drawn(corr=corr), draws=500)
    assert fit.diagnose().findings == ()
    assert fit.summary().loc["corr[level, days]", "estimate"] == pytest.approx(rho.mean())


def test_a_parameter_that_never_moves_and_one_that_is_not_finite_are_named():
    units = np.random.default_rng(1).normal(size=(4, 1000, 3))
    units[1, 5, 0] = np.inf
    found = houses(replaced={"mu": np.full((4, 1000), 2.0), "A": units}).diagnose()
    assert only(found, "stuck").title == "mu never moved"
    assert only(found, "values").title == "draws of A of county 'c0' that are not finite"


# --- chains --------------------------------------------------------------------------------------


def test_a_failed_chain_is_named_with_its_reason():
    fit = houses(failures=(failure(3, "killed, probably out of memory"),), chains=3)
    finding = only(fit.diagnose(), "chains")
    assert finding.title == "chain 3 of 4 failed"
    assert "killed, probably out of memory. The results are those of the other 3." in finding.message
    assert not fit.diagnose().ok


def test_an_interrupted_run_is_a_note():
    fit = houses(failures=(failure(3, "stopped"), failure(4, "stopped")), chains=2, interrupted=True)
    assert fit.diagnose().ok
    assert "note: chains 3 and 4 of 4 stopped" in fit.diagnose().sentence


def test_one_chain_says_what_r_hat_cannot_see():
    found = houses(chains=1).diagnose()
    assert found.ok
    assert "cannot see that chains started elsewhere disagree" in only(found, "chains").message


@pytest.mark.parametrize(
    ("draws", "judged"), [(50, "a rough guess"), (3, "cannot judge them"), (1, "cannot judge them")]
)
def test_too_few_draws_are_said_once_and_not_as_low_ess(draws, judged):
    found = houses(draws=draws).diagnose()
    assert judged in only(found, "draws").message
    assert "ess" not in {f.kind for f in found.findings}


# --- how it reads --------------------------------------------------------------------------------


def test_problems_come_before_notes_and_the_text_says_what_helps():
    depth = np.full((4, 1000), 10)
    found = houses(replaced={"mu": shifted(2.0)}, stats={**stats_of(4, 1000), "tree_depth": depth}).diagnose()
    assert [f.serious for f in found.findings] == [True, True, False]
    text = str(found)
    assert text.startswith("This fit did not pass its checks.\n\nProblem: R-hat up to")
    assert "What helps: " in text
    assert text.index("Problem") < text.index("Note: 100 % of trajectories")
    assert repr(found) == text


def test_labels_are_escaped_in_notebooks():
    data = frame()
    data["county"] = data["county"].replace("c2", "<img onerror=x>")
    units = np.random.default_rng(1).normal(size=(4, 1000, 3))
    units[0] += 2
    fit = centred(fit_of(Houses, data, drawn(A=units), draws=1000))
    for page in (fit.diagnose()._repr_html_(), fit._repr_html_(), fit.effects("A")._repr_html_()):
        assert "<img" not in page
    assert "R-hat up to" in fit._repr_html_()
    assert "&lt;img" in fit.effects("A")._repr_html_()
