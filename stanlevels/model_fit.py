"""The verb `fit` of a model class: what each method takes, and the kind of fit that it gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, overload

from stanlevels.language.messages.calls import in_words
from stanlevels.signatures import signed_by_its_last_overload

if TYPE_CHECKING:
    from stanlevels.estimation.settings import Inits, Recorded
    from stanlevels.plan.decisions import Plan
    from stanlevels.results.approximate_fit import ApproximateFit
    from stanlevels.results.fit import Fit
    from stanlevels.results.point_fit import PointFit


__all__ = ["ModelFit"]


class ModelFit:
    """What has a `fit` of data, which `Model` carries out."""

    @overload
    @classmethod
    def fit(
        cls,
        data: Any,
        method: Literal["nuts"] = "nuts",
        *,
        tables: Mapping[str, Any] | None = None,
        missing: Literal["error", "drop"] = "error",
        roles: Mapping[str, Any] | None = None,
        plan: Plan | None = None,
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
    @classmethod
    def fit(
        cls,
        data: Any,
        method: Literal["laplace", "pathfinder", "advi"],
        *,
        tables: Mapping[str, Any] | None = None,
        missing: Literal["error", "drop"] = "error",
        roles: Mapping[str, Any] | None = None,
        plan: Plan | None = None,
        engine: str | None = None,
        draws: int | None = None,
        seed: int | None = None,
        record: Recorded | None = None,
        progress: bool = True,
    ) -> ApproximateFit: ...

    @overload
    @classmethod
    def fit(
        cls,
        data: Any,
        method: Literal["mle"],
        *,
        tables: Mapping[str, Any] | None = None,
        missing: Literal["error", "drop"] = "error",
        roles: Mapping[str, Any] | None = None,
        plan: Plan | None = None,
        nAGQ: int | None = None,
        priors: bool | None = None,
        start: Fit | PointFit | None = None,
        progress: bool = True,
    ) -> PointFit: ...

    @overload
    @classmethod
    def fit(
        cls,
        data: Any,
        method: Literal["reml"],
        *,
        tables: Mapping[str, Any] | None = None,
        missing: Literal["error", "drop"] = "error",
        roles: Mapping[str, Any] | None = None,
        plan: Plan | None = None,
        start: Fit | PointFit | None = None,
        progress: bool = True,
    ) -> PointFit: ...

    @overload
    @classmethod
    def fit(
        cls,
        data: Any,
        method: Literal["em"],
        *,
        tables: Mapping[str, Any] | None = None,
        missing: Literal["error", "drop"] = "error",
        roles: Mapping[str, Any] | None = None,
        plan: Plan | None = None,
        tolerance: float | None = None,
        max_steps: int | None = None,
        start: Fit | PointFit | None = None,
        progress: bool = True,
    ) -> PointFit: ...

    @overload
    @classmethod
    def fit(
        cls,
        data: Any,
        method: Literal["ols"],
        *,
        tables: Mapping[str, Any] | None = None,
        missing: Literal["error", "drop"] = "error",
        roles: Mapping[str, Any] | None = None,
        plan: Plan | None = None,
        progress: bool = True,
    ) -> PointFit: ...

    @overload
    @classmethod
    def fit(
        cls,
        data: Any,
        method: str = "nuts",
        *,
        tables: Mapping[str, Any] | None = None,
        missing: Literal["error", "drop"] = "error",
        roles: Mapping[str, Any] | None = None,
        plan: Plan | None = None,
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

    @classmethod
    @signed_by_its_last_overload
    @in_words("{}.fit", places="data come first: fit(df), with a row for each observation")
    def fit(
        cls,
        data: Any,
        method: str = "nuts",
        *,
        tables: Mapping[str, Any] | None = None,
        missing: Literal["error", "drop"] = "error",
        roles: Mapping[str, Any] | None = None,
        plan: Plan | None = None,
        **settings: Any,
    ) -> Fit | PointFit:
        """Bind data and fit the model.

        Parameters
        ----------
        data, tables, missing, roles, plan
            As in `bind`.
        method : {"nuts", "mle", "reml", "em", "ols", "laplace", "pathfinder", "advi"}
            Full Bayes with the No-U-Turn sampler; maximum likelihood with random variables integrated
            out; REML; EM; least squares; approximations to the posterior, labelled as such.
        **settings
            As in `BoundModel.fit`: engine, chains, warmup, draws, seed, target_accept, max_depth,
            inits, start (an earlier fit, whose plan is used again), parallel, progress.

        Returns
        -------
        Fit or PointFit

        Examples
        --------
        Next week's data, with a new school, from where this week's fit ended:

        >>> import stanlevels as sl
        >>> class Schools(sl.Model):
        ...     school = sl.Level()
        ...     mean = sl.Normal(0, 5)
        ...     spread = sl.HalfNormal(5)
        ...     effect = sl.Normal(mean, spread, over=school)
        ...     score = sl.Normal(effect, 1, observed=True)
        >>> rows = {"school": ["A", "A", "B", "B", "C"], "score": [2.0, 3.5, 0.1, 0.4, 5.0]}
        >>> fit = Schools.fit(rows, "mle", progress=False)
        >>> more = {"school": [*rows["school"], "D"], "score": [*rows["score"], 3.0]}
        >>> Schools.fit(more, "mle", start=fit, progress=False).plan.records[-1].decision
        '3 of 4 schools are known from the fit that start= names'
        """
        decided = {"tables": tables, "missing": missing, "roles": roles}
        return cls._fit(data, method, plan, decided, settings)

    if TYPE_CHECKING:  # what carries it out

        @classmethod
        def _fit(
            cls,
            data: Any,
            method: str,
            plan: Plan | None,
            decided: dict[str, Any],
            settings: dict[str, Any],
        ) -> Fit | PointFit: ...
