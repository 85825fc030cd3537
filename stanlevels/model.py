"""`Model` and its verbs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from stanlevels.bind_graph import bind_again, bind_graph
from stanlevels.bound_model import BoundModel
from stanlevels.graph import Graph
from stanlevels.language.messages.calls import in_words
from stanlevels.language.metaclass import ModelMeta
from stanlevels.language.resolve import node_of
from stanlevels.model_draws import ModelDraws
from stanlevels.model_fit import ModelFit
from stanlevels.passes.assign_roles import assign_roles
from stanlevels.plan.decisions import Plan, Priors
from stanlevels.show import Latex, Table

if TYPE_CHECKING:
    from stanlevels.results.crossvalidation.elpd import CrossValidation
    from stanlevels.results.fit import Fit
    from stanlevels.results.point_fit import PointFit


_OF_BINDING = {
    **dict.fromkeys(("na", "na_action", "dropna", "na_rm"), "rows without values are missing='drop'"),
    **dict.fromkeys(("levels", "table", "units"), "tables of levels are tables={'school': schools}"),
    **dict.fromkeys(("weights", "family", "prior"), "it stands in the model, in the line it belongs to"),
    "formula": "a formula makes a class of its own: sl.formula(text, df).bind(df)",
}


class Model(ModelFit, ModelDraws, metaclass=ModelMeta):
    """A multilevel model: a class whose every line declares one quantity.

    Levels, covariates and quantities are attributes; a quantity's attribute name is its name in
    Stan, in ArviZ, and in messages. A class can inherit from another and override lines of it.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Schools(sl.Model):
    ...     school = sl.Level()
    ...     mean = sl.Normal(0, 5)
    ...     spread = sl.HalfNormal(5)
    ...     effect = sl.Normal(mean, spread, over=school)
    ...     estimate = sl.Normal(effect, sl.data("se"), observed=True)
    >>> data = {"school": ["A", "B"], "estimate": [28.0, 8.0], "se": [15.0, 10.0]}
    >>> bound = Schools.bind(data)
    >>> "effect ~ Normal(mean, spread), over school integrated out" in bound.stan_code
    True
    """

    @classmethod
    @in_words("{}.define", places='sl.Model.define("Name", {"slope": sl.Normal(0, 1), ...})')
    def define(cls, name: str, declarations: Mapping[str, Any], doc: str = "") -> type[Model]:
        """Make a model without a class body, for lines that a program writes.

        Parameters
        ----------
        name : str
            The model's name.
        declarations : mapping of str to declaration
            What would be the lines of the class body; names may be any text.
        doc : str
            The docstring.

        Returns
        -------
        type of Model

        Examples
        --------
        >>> import stanlevels as sl
        >>> lines = {f"b_{c}": sl.Normal(0, 1) for c in ["age", "size"]}
        >>> mu = sum(b * sl.data(c[2:]) for c, b in lines.items())
        >>> M = sl.Model.define("Prices", {**lines, "price": sl.Normal(mu, 1, observed=True)})
        """
        made: type[Model] = ModelMeta.make(name, (cls,), declarations, doc)
        return made

    @classmethod
    def graph(cls) -> Graph:
        """The dependency graph, in plate notation.

        Returns
        -------
        Graph
            A notebook shows its picture; ``graph.svg()`` is the picture's text, and
            ``graph.save("model.pdf")`` writes it (``.svg``, ``.png``, ``.pdf`` or, for Mermaid, ``.mmd``).
            ``str(graph)`` is Mermaid text. Round nodes are random, shaded ones known, those with a double
            line computed; a plate stands for the units of a level.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Coin(sl.Model):
        ...     p = sl.Beta(1, 1)
        ...     heads = sl.Bernoulli(p, observed=True)
        >>> print(Coin.graph())  # doctest: +ELLIPSIS
        flowchart TD
        ...
        """
        return cls._graph

    @classmethod
    def latex(cls, symbols: Mapping[str, str] | None = None) -> Latex:
        r"""The model in mathematics, as an ``aligned`` environment; notebooks show what it means.

        What is observed comes first, then what it rests on, then single numbers. Indices are letters of the
        levels, and ``A_{app[i]}`` is the A of the app of row i. Normal distributions are written with their
        variance. Names of Greek letters become these, and ``sigma_A`` has an index.

        Parameters
        ----------
        symbols : mapping of str to str, optional
            LaTeX for names of quantities, levels and columns, in place of the names themselves.

        Returns
        -------
        Latex
            A string. What a line leaves open is a dot; ``fit.latex()`` has its number.

        Raises
        ------
        DeclarationError
            If `symbols` has a name that is none of the model's.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Schools(sl.Model):
        ...     school = sl.Level()
        ...     mu = sl.Normal(0, 5)
        ...     tau = sl.HalfNormal(5)
        ...     theta = sl.Normal(mu, tau, over=school)
        ...     y = sl.Normal(theta, sl.data("se"), observed=True)
        >>> print(Schools.latex({"se": "s"}))
        \begin{aligned}
          y_{i} &\sim \mathcal{N}(\theta_{\mathrm{school}[i]}, s_{i}^{2}) && \text{for each row } i \\
          \theta_{j} &\sim \mathcal{N}(\mu, \tau^{2}) && \text{for each school } j \\
          \mu &\sim \mathcal{N}(0, 5^{2}) \\
          \tau &\sim \operatorname{Half-Normal}(0, 5^{2})
        \end{aligned}
        """
        from stanlevels.notation.model import in_latex
        from stanlevels.passes.open_arguments import open_arguments

        return in_latex(open_arguments(cls._graph)[0], symbols)

    @classmethod
    @in_words("{}.bind", _OF_BINDING, "data come first: bind(df), with a row for each observation")
    def bind(
        cls,
        data: Any,
        *,
        tables: Mapping[str, Any] | None = None,
        missing: Literal["error", "drop"] = "error",
        roles: Mapping[str, Any] | None = None,
        plan: Plan | None = None,
    ) -> BoundModel:
        """Attach data: find levels, check nesting, plan the program. Nothing is sampled.

        Parameters
        ----------
        data : dataframe, mapping of arrays, or path
            pandas, polars or pyarrow; a dict of columns; a CSV or Parquet file. One row per
            observation.
        tables : mapping of str to dataframe, optional
            Tables of levels: one row per unit, with the level's column, its parents' and covariates.
        missing : {"error", "drop"}
            What to do with rows in which a column that the model uses has no value.
        roles : mapping of str to role, optional
            What a quantity is in this fit: "parameter" (one unknown, fixed number per unit), "random"
            (its declared distribution), a number or ``sl.data("column")`` (known), or a distribution
            in place of the declared one. A standard deviation of 0 pools its level completely.
        plan : Plan, optional
            The plan of another bound model, to be used as it is: the Stan text is then the same.

        Returns
        -------
        BoundModel

        Raises
        ------
        DataError
            Where the data do not fit the declaration.
        NestingError
            Where a line needs one level to determine another, and it does not.
        DeclarationError
            Where the declaration cannot be meant.
        """
        return bind_graph(
            cls._graph, data, tables=tables, missing=missing, plan=plan, roles=roles, names=cls._names
        )

    @classmethod
    def roles(cls, chosen: Mapping[str, Any] | None = None) -> Table:
        """The role of every quantity: constant, parameter or random variable.

        Parameters
        ----------
        chosen : mapping of str to role, optional
            As `roles=` of `bind`.

        Returns
        -------
        Table
            Quantity, level, role, and what that means; ``.to_frame()`` gives a pandas DataFrame.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Schools(sl.Model):
        ...     school = sl.Level()
        ...     spread = sl.HalfNormal(5)
        ...     effect = sl.Normal(0, spread, over=school)
        ...     estimate = sl.Normal(effect, 10, observed=True)
        >>> print(Schools.roles())
        Roles in Schools
        quantity  over    role       meaning
        spread            parameter  one unknown number
        effect    school  random     one draw per school from its distribution; integrated over
        estimate          observed   data
        """
        from stanlevels.plan.role_table import role_table

        assigned = assign_roles(cls._graph, chosen, lambda name, thing: node_of(name, thing, cls._names))
        return role_table(assigned.graph, assigned.roles)

    @classmethod
    def priors(
        cls,
        data: Any,
        *,
        tables: Mapping[str, Any] | None = None,
        missing: Literal["error", "drop"] = "error",
    ) -> Priors:
        """Every prior with its numbers, and why the default ones are what they are.

        Parameters
        ----------
        data, tables, missing
            As in `bind`: default priors are scaled to the data.

        Returns
        -------
        Priors
            A table; ``.to_frame()`` gives a pandas DataFrame.
        """
        return cls.bind(data, tables=tables, missing=missing).priors

    @classmethod
    def kfold(
        cls,
        data: Any,
        by: str | Sequence[str] | None = None,
        *,
        folds: int | None = None,
        name: str | None = None,
        method: str = "nuts",
        seed: int | None = None,
        tables: Mapping[str, Any] | None = None,
        missing: Literal["error", "drop"] = "error",
        roles: Mapping[str, Any] | None = None,
        plan: Plan | None = None,
        progress: bool = True,
        **settings: Any,
    ) -> CrossValidation:
        """How well the model predicts rows, or units of a level, without which it was fitted.

        Parameters
        ----------
        data, tables, missing, roles, plan
            As in `bind`.
        by, folds, name, method, seed, progress, **settings
            As in `BoundModel.kfold`: the level by whose units data are left out, how many folds, and how to
            fit.

        Returns
        -------
        CrossValidation

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Line(sl.Model):
        ...     a = sl.Normal(0, 1)
        ...     b = sl.Normal(0, 1)
        ...     y = sl.Normal(a + b * sl.data("x"), 1, observed=True)
        >>> rows = {"x": [0.0, 1.0, 2.0, 3.0], "y": [0.1, 0.9, 2.2, 2.8]}
        >>> found = Line.kfold(rows, folds=2, seed=1, chains=2, progress=False)
        >>> found.called, found.elpd < 0
        ('row', True)
        """
        bound = cls.bind(data, tables=tables, missing=missing, roles=roles, plan=plan)
        return bound.kfold(
            by, folds=folds, name=name, method=method, seed=seed, progress=progress, **settings
        )

    @classmethod
    def _fit(
        cls,
        data: Any,
        method: str,
        plan: Plan | None,
        decided: dict[str, Any],
        settings: dict[str, Any],
    ) -> Fit | PointFit:
        from stanlevels.estimation.point.methods import POINT_METHODS
        from stanlevels.estimation.settings import check_method

        check_method(method)
        decided["names"] = cls._names
        decided["priors"] = method not in POINT_METHODS or bool(settings.get("priors"))
        if plan is None:
            bound = bind_again(cls._graph, data, settings.get("start"), **decided)
        else:
            bound = bind_graph(cls._graph, data, plan=plan, **decided)
        return bound.fit(method, **settings)


def _show_in_notebooks() -> None:
    """Let IPython show model classes: it skips ``_repr_html_`` on classes, but heeds their type."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        shell.display_formatter.formatters["text/html"].for_type(ModelMeta, ModelMeta._repr_html_)


_show_in_notebooks()
