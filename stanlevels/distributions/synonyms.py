"""Arguments of distributions by the names of other packages: what they are called, or how they are said."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["CALLED", "MEANS", "OTHERWISE"]

MEANS = ("mu", "mean", "rate", "theta", "eta")
CALLED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("mean", "mu", "loc", "location", "m", "expected"), MEANS),
    **dict.fromkeys(("sd", "std", "stddev", "stdev", "sds", "s", "scale"), ("sigma",)),
    **dict.fromkeys(("lam", "lambda_", "lambd", "lmbda", "rate"), ("rate", "beta")),
    **dict.fromkeys(("p", "prob", "probs", "probability", "pi"), ("theta",)),
    **dict.fromkeys(("logit_p", "logits", "logit_mu", "logodds", "log_odds"), ("logit",)),
    **dict.fromkeys(("log_mu", "log_rate", "log_lam", "log_mean"), ("log",)),
    **dict.fromkeys(("n", "N", "total", "n_trials", "trial"), ("trials", "shape")),
    **dict.fromkeys(("df", "dof", "degrees_of_freedom"), ("nu",)),
    **dict.fromkeys(("phi", "kappa", "dispersion", "overdispersion"), ("shape", "concentration")),
    **dict.fromkeys(("a", "lower", "low", "min", "lb"), ("alpha",)),
    **dict.fromkeys(("b", "upper", "high", "max", "ub"), ("beta",)),
    **dict.fromkeys(("cut", "cuts", "cutpoint", "threshold", "thresholds"), ("cutpoints",)),
    "size": ("trials", "shape"),
    "alpha": ("shape", "nu"),
    "beta": ("sigma", "rate"),
    "shape": ("alpha",),
    "cholesky": ("corr",),
    "chol": ("corr",),
    "rho": ("corr",),
}
"""Arguments by the names of PyMC, brms, SciPy, NumPy and Stan: which of ours it may be, most likely first."""

_COVARIANCE = "sigma= are standard deviations, and corr = sl.LKJCholesky(2, dim=...) correlates"
OTHERWISE: Mapping[tuple[str, str], str] = {
    ("scale", "beta"): "beta= is the rate, 1 / scale",
    ("variance", "sigma"): "sigma= is the standard deviation, sl.sqrt(variance)",
    ("var", "sigma"): "sigma= is the standard deviation, sl.sqrt(variance)",
    ("tau", "sigma"): "sigma= is the standard deviation, 1 / sl.sqrt(precision)",
    ("precision", "sigma"): "sigma= is the standard deviation, 1 / sl.sqrt(precision)",
    ("cov", "corr"): _COVARIANCE,
    ("covariance", "corr"): _COVARIANCE,
    ("n", "eta"): "the number of rows is dim=",
    ("p", "shape"): "mu= is the mean, shape * (1 - p) / p",
    ("probit", "theta"): "write theta=sl.Phi(...)",
    ("cloglog", "theta"): "write theta=sl.inv_cloglog(...)",
    ("log", "theta"): "write theta=sl.exp(...), or logit=",
}
"""What is said otherwise, by the name given and the argument that says it."""
