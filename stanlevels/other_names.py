"""What is asked of models and fits by the names of other packages, or misspelt, and what it is here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, NoReturn

from stanlevels.errors import DeclarationError, FitError
from stanlevels.words import joined, nearest

__all__ = ["OtherNames", "UnknownResult", "UnknownVerb", "unknown_verb"]


class UnknownVerb(DeclarationError, AttributeError):
    """A name that a model does not have; also an AttributeError, as Python has it."""


class UnknownResult(FitError, AttributeError):
    """A name that a bound model or a fit does not have; also an AttributeError, as Python has it."""


_OF_FITS: Mapping[str, str] = {
    **{name: f"fit.{name}()" for name in ("summary", "diagnose", "pooling", "fitted")},
    **{name: f"fit.{name}" for name in ("idata", "notes", "aic", "bic", "log_likelihood")},
    **dict.fromkeys(("to_html", "html"), "fit.report('report.html')"),
    **dict.fromkeys(("to_latex", "extract_eq", "equations"), "fit.latex()"),
    **dict.fromkeys(("draws", "posterior_samples", "get_value", "as_draws", "extract"), "fit.draws('A')"),
    **dict.fromkeys(("effects", "ranef", "random_effects", "re"), "fit.effects('A')"),
    **dict.fromkeys(("fixef", "fe_params", "coef", "params", "results", "results_df"), "fit.summary()"),
    **dict.fromkeys(("posterior", "trace_", "samples"), "fit.idata.posterior"),
    **dict.fromkeys(("plot", "plots", "plot_trace", "traceplot", "mcmc_trace"), "fit.plot.trace()"),
    **dict.fromkeys(("plot_forest", "dotplot", "caterpillar", "plot_effects"), "fit.plot.effects('A')"),
    **dict.fromkeys(("plot_rank", "mcmc_rank_hist"), "fit.plot.rank()"),
    **dict.fromkeys(("predict", "predictions"), "fit.predict(new)"),
    **dict.fromkeys(("fittedvalues", "posterior_epred"), "fit.predict()"),
    **dict.fromkeys(
        ("posterior_predict", "sample_posterior_predictive", "predictive"), "fit.posterior_predictive(new)"
    ),
    **dict.fromkeys(
        ("hypothesis", "contrast", "contrasts", "linear_combination", "lincom"), "fit.evaluate(...)"
    ),
    **dict.fromkeys(("avg_comparisons", "emmeans", "marginal_means", "ate"), "fit.comparisons('x')"),
    **dict.fromkeys(("avg_slopes", "margins", "get_margeff", "ame", "emtrends"), "fit.slopes('x')"),
    **dict.fromkeys(("datagrid", "expand_grid", "conditional_effects"), "fit.grid(x=[0, 1])"),
    **dict.fromkeys(("ranking", "ranks"), "fit.rank('A')"),
    **dict.fromkeys(("mrp", "post_stratify", "poststrat"), "fit.poststratify(cells)"),
    **dict.fromkeys(("loo", "waic", "psis_loo", "elpd", "LOO"), "fit.loo()"),
    **dict.fromkeys(("save", "to_netcdf", "to_file", "to_pickle", "dump", "saveRDS"), "fit.save('fit.zip')"),
    **dict.fromkeys(("llf", "logLik"), "fit.log_likelihood"),
    **dict.fromkeys(
        ("variance_shares", "icc", "vpc", "VarCorr", "variance_components"), "fit.variance_shares()"
    ),
    **dict.fromkeys(("r2", "rsquared", "r_squared", "bayes_R2", "loo_R2"), "fit.r2()"),
    **dict.fromkeys(("simulate_draws", "sim", "sims", "REsim", "FEsim"), "fit.simulate_draws(1000)"),
}
_OF_BOUND = frozenset("plan stan_code stan_data program".split())
_FITTING = frozenset("sample sampling mcmc run train estimate optimize nuts".split())
_VERBS = ("bind", "define", "fit", "graph", "kfold", "prior_predictive", "priors", "roles", "simulate")


def unknown_verb(model: str, name: str, quantities: Iterable[str]) -> UnknownVerb:
    """The error for ``Model.name``.

    Examples
    --------
    >>> print(unknown_verb("Schools", "sample", []).way_out)
    write Schools.fit(df)
    """
    found = f"{model} has no {name!r}"
    if name in _FITTING:
        return UnknownVerb(found, way_out=f"write {model}.fit(df)")
    if name in _OF_FITS:
        return UnknownVerb(found, way_out=f"ask a fit of it: fit = {model}.fit(df), then {_OF_FITS[name]}")
    if name in _OF_BOUND:
        return UnknownVerb(found, way_out=f"it belongs to a model with data: {model}.bind(df).{name}")
    close = nearest(name, [*quantities, *_VERBS])
    return UnknownVerb(
        found,
        expected=f"a quantity of it, or one of {', '.join(_VERBS)}",
        way_out=f"did you mean {joined([f'{model}.{n}' for n in close], 'or')}?" if close else "",
    )


class OtherNames:
    """What has names of its own, and tells those of other packages what they are called here."""

    _called: ClassVar[str] = "fit"
    """What it is called in examples: `fit` or `bound`."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            """Say what was meant by a name that is not here."""
            if name.startswith("_"):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            if hasattr(type(self), name):  # its own property failed: with its own words
                object.__getattribute__(self, name)
            raise _unknown(type(self), self._called, name)


def _unknown(kind: type, called: str, name: str) -> UnknownResult:
    own = [other for other in dir(kind) if not other.startswith("_")]
    way_out = ""
    if called == "bound":
        way_out = "write fit = bound.fit()" if name in _FITTING else ""
        if name in _OF_FITS:
            way_out = f"ask a fit of it: fit = bound.fit(), then {_OF_FITS[name]}"
    elif name in _OF_FITS:
        wanted = _OF_FITS[name].removeprefix("fit.").partition("(")[0].partition(".")[0]
        here = wanted in own and (wanted != "idata" or "draws" in own)
        instead = "fit with method='nuts' for draws of the posterior"
        if "simulate_draws" in own:
            instead += "; fit.simulate_draws() has draws of a normal approximation"
        way_out = f"write {_OF_FITS[name]}" if here else instead
    if not way_out and (close := nearest(name, own)):
        way_out = f"did you mean {joined([f'{called}.{n}' for n in close], 'or')}?"
    return UnknownResult(
        f"a {kind.__name__} has no {name!r}", expected=f"one of {', '.join(own)}", way_out=way_out
    )
