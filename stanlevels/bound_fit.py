"""The verb `fit` of a bound model: what each method takes, and the kind of fit that it gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, overload

from stanlevels.signatures import signed_by_its_last_overload

if TYPE_CHECKING:
    from stanlevels.estimation.settings import Inits, Recorded
    from stanlevels.results.approximate_fit import ApproximateFit
    from stanlevels.results.fit import Fit
    from stanlevels.results.point_fit import PointFit


__all__ = ["BoundFit"]


class BoundFit:
    """What has a `fit`, which `BoundModel` carries out."""

    @overload
    def fit(
        self,
        method: Literal["nuts"] = "nuts",
        *,
        engine: str | None = None,
        chains: int | None = None,
        warmup: int | None = None,
        draws: int | None = None,
        seed: int | None = None,
        target_accept: float | None = None,
        max_depth: int | None = None,
        inits: Inits | None = None,
        parallel: int | None = None,
        record: Recorded | None = None,
        start: Fit | PointFit | None = None,
        progress: bool = True,
    ) -> Fit: ...

    @overload
    def fit(
        self,
        method: Literal["laplace", "pathfinder", "advi"],
        *,
        engine: str | None = None,
        draws: int | None = None,
        seed: int | None = None,
        record: Recorded | None = None,
        progress: bool = True,
    ) -> ApproximateFit: ...

    @overload
    def fit(
        self,
        method: Literal["mle"],
        *,
        nAGQ: int | None = None,
        priors: bool | None = None,
        start: Fit | PointFit | None = None,
        progress: bool = True,
    ) -> PointFit: ...

    @overload
    def fit(
        self,
        method: Literal["reml"],
        *,
        start: Fit | PointFit | None = None,
        progress: bool = True,
    ) -> PointFit: ...

    @overload
    def fit(
        self,
        method: Literal["em"],
        *,
        tolerance: float | None = None,
        max_steps: int | None = None,
        start: Fit | PointFit | None = None,
        progress: bool = True,
    ) -> PointFit: ...

    @overload
    def fit(
        self,
        method: Literal["ols"],
        *,
        progress: bool = True,
    ) -> PointFit: ...

    @overload
    def fit(
        self,
        method: str = "nuts",
        *,
        engine: str | None = None,
        chains: int | None = None,
        warmup: int | None = None,
        draws: int | None = None,
        seed: int | None = None,
        target_accept: float | None = None,
        max_depth: int | None = None,
        inits: Inits | None = None,
        parallel: int | None = None,
        record: Recorded | None = None,
        priors: bool | None = None,
        nAGQ: int | None = None,
        tolerance: float | None = None,
        max_steps: int | None = None,
        start: Fit | PointFit | None = None,
        progress: bool = True,
    ) -> Fit | PointFit: ...

    @signed_by_its_last_overload
    def fit(self, method: str = "nuts", *, progress: bool = True, **settings: Any) -> Fit | PointFit:
        """Fit the model: the posterior by sampling, or estimates with random variables integrated out.

        A setting that the method does not use is refused; None stands for its default.

        Parameters
        ----------
        method : {"nuts", "mle", "reml", "em", "ols", "laplace", "pathfinder", "advi"}
            Full Bayes with the No-U-Turn sampler; maximum likelihood of the parameters; restricted
            maximum likelihood; maximum likelihood by expectation-maximisation; least squares (these four
            need no engine); approximations to the posterior, labelled as such (the last two need CmdStan).
        engine : {"auto", "cmdstan", "stanli", "nutpie"}
            Of "nuts" and the approximations. "auto" takes CmdStan where it is installed, else the
            embedded interpreter. "nutpie" is another sampler of "nuts" over the interpreter's gradients, with
            a metric of low rank that it finds itself (`pip install stanlevels[nutpie]`).
        chains, warmup, draws : int
            Of "nuts": number of chains (4), of iterations per chain that adapt the sampler, and of kept draws
            per chain (1000). By default the planner decides on the warm-up: short where a pilot found the
            posterior's shape, else Stan's 1000; the number is in `fit.settings.warmup`, the reason in
            `fit.plan`. The approximations take `draws` alone.
        seed : int, optional
            Draws reproduce per engine; None draws a seed and records it.
        target_accept, max_depth
            Of the sampler: 0.8 (0.9 after a pilot of few unknowns; again 0.95 where draws diverge), and 10.
        inits : float, mapping, or one mapping per chain
            Where chains start: by default where a pilot found the posterior, apart; a radius around 0 on
            the unconstrained scale (Stan uses 2); or starting values by Stan parameter. No pilot then runs.
        parallel : int, optional
            Chains at a time; by default as many as there are processors.
        record : str, sequence of str, or mapping of str to bool
            Of "nuts" and the approximations: the quantities of which draws are recorded, by default all
            that vary (named expressions over rows are computed when asked for). Names: these alone.
            ``{"A": False}``: all but `A`. What is not recorded takes no memory and has no results.
        priors : bool
            Of "mle": penalise by the priors of parameters.
        nAGQ : int
            Of "mle": quadrature points for models that are not Gaussian (1, the Laplace approximation).
        tolerance, max_steps
            Of "em": what the log likelihood may still gain (1e-9), and how many steps at most (20,000).
        start : Fit or PointFit
            An earlier fit of the same model, as a rule on other data, in memory or loaded; units are matched
            by their labels. Of "nuts": chains start at its draws and take the inverse metric from them, new
            units are drawn from their distribution, and the warm-up is short (75 iterations); from a fit
            without draws they start at its estimates. Of "mle", "reml" and "em": the search begins at its
            estimates, or posterior means.
        progress : bool
            Show a progress bar and which engine runs; of fits without draws that take more than some
            seconds the evaluations (or steps) and the log likelihood.

        Returns
        -------
        Fit or PointFit
            With draws, or without.

        Raises
        ------
        FitError
            For an unknown method, for a setting that it does not use, and where no outcome depends on
            anything unknown.
        DataError
            Where there is no row that counts.
        KeyboardInterrupt
            From a fit without draws that Ctrl-C ends.
        InitializationError
            Where no starting point has a finite log density; names the line.
        EngineMissing
            Where the engine asked for is not installed.
        """
        return self._fit(method, settings, progress)

    if TYPE_CHECKING:  # what carries it out

        def _fit(self, method: str, given: Mapping[str, Any], progress: bool) -> Fit | PointFit: ...
