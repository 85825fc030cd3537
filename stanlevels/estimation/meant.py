"""Settings and methods of a fit by the names of other packages, or misspelt: what they are here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stanlevels.words import joined, nearest

__all__ = ["meant_by_method", "meant_by_setting"]

_HERE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("iter", "iterations", "n_iter", "niter"), ("warmup", "draws")),
    **dict.fromkeys(("iter_warmup", "tune", "burnin", "burn", "num_warmup", "nwarmup"), ("warmup",)),
    **dict.fromkeys(
        ("iter_sampling", "samples", "n_samples", "num_samples", "nsamples", "ndraws", "n_draws"), ("draws",)
    ),
    **dict.fromkeys(("nchains", "n_chains", "num_chains"), ("chains",)),
    **dict.fromkeys(("cores", "parallel_chains", "n_jobs", "njobs", "threads"), ("parallel",)),
    **dict.fromkeys(("adapt_delta", "delta"), ("target_accept",)),
    **dict.fromkeys(("max_treedepth", "treedepth"), ("max_depth",)),
    **dict.fromkeys(("random_seed", "rng", "random_state"), ("seed",)),
    **dict.fromkeys(("init", "initvals", "initial_values"), ("inits",)),
    **dict.fromkeys(
        ("progressbar", "show_progress", "progress_bar", "verbose", "refresh", "silent", "quiet"),
        ("progress",),
    ),
    **dict.fromkeys(("algorithm", "sampler", "step", "inference_method"), ("method",)),
    **dict.fromkeys(("backend", "nuts_sampler"), ("engine",)),
    **dict.fromkeys(("maxiter", "max_iter"), ("max_steps",)),
    "tol": ("tolerance",),
    **dict.fromkeys(("pars", "save_pars", "var_names", "keep", "variables"), ("record",)),
}
"""What brms, rstanarm, cmdstanpy, PyMC and statsmodels call the settings of a fit, and what they are here."""

_ALONE = "a fit is always to the data, none draws from the priors alone; bound.priors shows them"
_SAID: Mapping[str, str] = {
    **dict.fromkeys(("prior_only", "sample_prior", "prior_PD", "prior_predictive"), _ALONE),
    **dict.fromkeys(("thin", "thinning"), "every draw is kept: draws= says how many, record= of what"),
    **dict.fromkeys(("control", "nuts_kwargs"), "its entries are settings by themselves: target_accept="),
    **dict.fromkeys(("prior", "prior_intercept"), "priors stand in the model: b = sl.Normal(0, 1)"),
    **dict.fromkeys(("family", "formula"), "it stands in the model, in the line with observed=True"),
    **dict.fromkeys(("data", "df"), "the data come first: Model.fit(df); what is bound has them already"),
    **dict.fromkeys(("REML", "reml"), "write method='reml', or method='mle'"),
    **dict.fromkeys(("weights",), "weights stand in the model: sl.Normal(..., observed=True, weights='n')"),
    **dict.fromkeys(("optimizer",), "write method='mle' for a maximum, which needs no choice of optimizer"),
    "nAGQ": "nAGQ= belongs to method='mle'",
}

_METHODS: Mapping[str, str] = {
    **dict.fromkeys(("sample", "sampling", "mcmc", "hmc", "bayes", "full", "no-u-turn", "nutpie"), "nuts"),
    **dict.fromkeys(("ml", "lmer", "glmer", "maxlik", "maximum likelihood", "optimize", "marginal"), "mle"),
    **dict.fromkeys(("vi", "vb", "variational", "meanfield", "fullrank"), "advi"),
    **dict.fromkeys(("lm", "least squares", "regression"), "ols"),
    **dict.fromkeys(("map", "mode", "inla"), "laplace"),
}


def meant_by_setting(name: str, own: Iterable[str], settings: Mapping[str, Mapping[str, Any]]) -> str:
    """What a setting that a method does not take is called, or where it belongs; "" for nothing known.

    Examples
    --------
    >>> meant_by_setting("iter", ["draws", "warmup"], {})
    'iter= is called warmup= and draws='
    >>> meant_by_setting("chain", ["draws", "chains"], {})
    'did you mean chains=?'
    """
    known = [*own, "method", "progress"]
    here = _HERE.get(name, ())
    if here and all(word in known for word in here):
        return f"{name}= is called {joined([f'{word}=' for word in here], 'and')}"
    takers = [repr(method) for method, others in settings.items() if {name, *here[-1:]} & set(others)]
    if takers:
        called = f"is called {here[-1]}=, which" if here else ""
        return f"{name}= {called} belongs to method={' or '.join(takers)}".replace("  ", " ")
    if name in _SAID:
        return f"{name}=: {_SAID[name]}"
    close = nearest(name, known)
    return f"did you mean {joined([f'{word}=' for word in close], 'or')}?" if close else ""


def meant_by_method(method: object, known: Iterable[str]) -> str:
    """What a method that there is not is called here; "" for nothing known.

    Examples
    --------
    >>> meant_by_method("MLE", ["nuts", "mle"]), meant_by_method("sample", ["nuts", "mle"])
    ("did you mean method='mle'?", "did you mean method='nuts'?")
    """
    if not isinstance(method, str):
        return "data come first, then the method by its name: Model.fit(df, 'nuts'); bound.fit('nuts')"
    if "~" in method:
        return "a formula makes a class of its own: sl.formula('y ~ x + (1 | g)', df).fit(df)"
    other = _METHODS.get(method.lower())
    close = [other] if other else nearest(method, known)
    return f"did you mean {joined([f'method={word!r}' for word in close], 'or')}?" if close else ""
