"""What has a name but no value: levels, indexes, the rows as an axis."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, NoReturn

from stanlevels.errors import DeclarationError
from stanlevels.language.check_text import check_text
from stanlevels.language.index_labels import checked_labels
from stanlevels.language.messages.calls import in_words
from stanlevels.language.messages.describe import describe
from stanlevels.language.messages.meant import instead_of_column_of_level, no_arithmetic

__all__ = ["Declaration", "Index", "Level", "Memberships", "Rows"]


class Declaration:
    """What has a name but no value: levels, indexes, covariates."""

    _in_words = "a declaration"
    __array_ufunc__ = None
    __iter__: ClassVar[None] = None

    if not TYPE_CHECKING:

        def _refuse_arithmetic(self, other: object) -> NoReturn:
            raise self._no_arithmetic(other)

        __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _refuse_arithmetic
        __truediv__ = __rtruediv__ = __pow__ = __rpow__ = _refuse_arithmetic

    def _no_arithmetic(self, other: object) -> DeclarationError:
        names = (type(self).__name__, type(other).__name__)
        return no_arithmetic(names, (describe(self), describe(other)))

    def __repr__(self) -> str:
        return f"<{describe(self)}>"


_OF_LEVELS = {
    **dict.fromkeys(("name", "group", "by", "col", "units"), "the column stands first: sl.Level('column')"),
    **dict.fromkeys(("parent", "nested_in", "inside", "nested", "over"), "the level around it is within="),
}
_OF_MEMBERSHIPS = {
    **dict.fromkeys(("key", "of", "over", "within", "per"), "the level whose units have members is by="),
    **dict.fromkeys(("weight", "scale"), "the column with their weights is weights='column'"),
    **dict.fromkeys(("normalize", "normalise", "mean", "share"), "weights that add to one are shares=True"),
    **dict.fromkeys(("table", "name"), "the table is called like its line: tables={'lineup': ...}"),
}
_OF_INDEXES = {
    "name": "an Index is called like its line: k = sl.Index([...])",
    "dims": "an Index is called like its line: k = sl.Index([...])",
    "n": "the number of labels stands first: sl.Index(3)",
}


class Level(Declaration):
    """A level: a kind of unit (school, subject, device), found in the data.

    Parameters
    ----------
    column : str, optional
        The column that names the units; by default the attribute's own name.
    within : Level, optional
        The level these units lie in. The pair (parent, own label) is then the key, so that
        classroom 1 of school a and classroom 1 of school b are two units.
    unique : bool
        With `within`: a label found under two parents is an error.
    of : Level, optional
        The level that this column is another road to: home and away of team.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Football(sl.Model):
    ...     team = sl.Level()
    ...     home = sl.Level("home_team", of=team)
    ...     away = sl.Level("away_team", of=team)
    ...     spread = sl.HalfNormal(1)
    ...     noise = sl.HalfNormal(1)
    ...     strength = sl.Normal(0, spread, over=team)
    ...     margin = sl.Normal(strength[home] - strength[away], noise, observed=True)
    """

    _in_words = "a Level"

    @in_words("sl.Level", _OF_LEVELS, instead_of_column_of_level)
    def __init__(
        self,
        column: str | None = None,
        *,
        within: Level | None = None,
        unique: bool = False,
        of: Level | None = None,
    ) -> None:
        for name, value in (("within", within), ("of", of)):
            if value is not None and not isinstance(value, Level):
                raise DeclarationError(
                    f"{name}= of a Level is {describe(value)}",
                    expected="a Level",
                    way_out=f"declare the level first, then write {name}= with its name",
                )
        if column is not None and not isinstance(column, str):
            raise DeclarationError(
                f"the column of a Level is {describe(column)}",
                expected="a column's name, as text",
                way_out=instead_of_column_of_level(column),
            )
        if column is not None:
            check_text(column, "the column of a Level")
        if of is not None and (within is not None or unique):
            raise DeclarationError(
                "a Level has both of= and within= (or unique=)",
                expected="of= alone: the key belongs to the level that the column leads to",
                way_out="put within= on the level named by of=",
            )
        if unique and within is None:
            raise DeclarationError(
                "a Level has unique=True without within=",
                way_out="name the parent, as in sl.Level(within=publisher, unique=True)",
            )
        self.column = column
        self.within = within
        self.unique = unique
        self.of = of


class Index(Declaration):
    """A fixed list of labels, known without data.

    On a line of its own it has that line's name; inside ``over=`` it is called after the line it is in:
    that of `cut` is ``cut_index``.

    Parameters
    ----------
    labels : sequence of str or int
        Distinct labels, in order; or a number, for labels 0, 1, ...

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Opinion(sl.Model):
    ...     cut = sl.Normal(0, 3, over=sl.Index(["low|mid", "mid|high"]), ordered=True)
    ...     slope = sl.Normal(0, 1)
    ...     answer = sl.OrderedLogistic(slope * sl.data("age"), cut, observed=True)
    """

    _in_words = "an Index"

    @in_words("sl.Index", _OF_INDEXES, "give the labels as one list: sl.Index(['a', 'b'])")
    def __init__(self, labels: Iterable[str | int] | int) -> None:
        self.labels: tuple[str | int, ...] = checked_labels(labels)


class Memberships(Declaration):
    """A table of memberships: each unit of one level has any number of members, units of another.

    The players of a line-up, the authors of a paper, the schools that a pupil attended. The table comes
    beside the data under the name of the line, ``tables={"lineup": frame}``, with a row for each membership:
    the column of the level `by`, the column of the level of members, and that of the weights. ``u @ lineup``
    is the sum of `u` over the members, each times its weight: one number for each unit of `by`.

    Parameters
    ----------
    of : Level
        The members' level.
    by : Level
        The level whose units have members.
    weights : str, optional
        The column of the table with the weight of each membership, as it is; by default each counts once.
    shares : bool
        Whether weights are divided by their sum for each unit of `by`, so that they add to one:
        ``u @ lineup`` is then a weighted mean.

    Raises
    ------
    DeclarationError
        If `of` or `by` is not a Level, both are the same, or `weights` is no text.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Goals(sl.Model):
    ...     match, player = sl.Level(), sl.Level()
    ...     lineup = sl.Memberships(player, by=match, weights="share_of_minutes")
    ...     mean, sd = sl.Normal(0, 2), sl.HalfNormal(1)
    ...     skill = sl.Normal(0, sd, over=player)
    ...     goals = sl.Poisson(log=mean + skill @ lineup, observed=True)
    """

    _in_words = "a table of memberships"

    @in_words("sl.Memberships", _OF_MEMBERSHIPS, "write lineup = sl.Memberships(player, by=match)")
    def __init__(self, of: Level, *, by: Level, weights: str | None = None, shares: bool = False) -> None:
        for role, value in (("the level of members", of), ("by=", by)):
            if not isinstance(value, Level):
                raise DeclarationError(
                    f"{role} of sl.Memberships is {describe(value)}",
                    expected="a Level",
                    way_out="declare both levels first, then write sl.Memberships(player, by=match)",
                )
        if of is by:
            raise DeclarationError(
                "sl.Memberships has one level as its members' and as by=",
                expected="two levels: units of by= have units of the other as members",
            )
        if weights is not None and not isinstance(weights, str):
            raise DeclarationError(
                f"weights= of sl.Memberships is {describe(weights)}",
                expected="the name of a column of the table, as text",
                way_out="" if weights is not True else "weights that add to one are shares=True",
            )
        if weights is not None:
            check_text(weights, "the column of weights=")
        if not isinstance(shares, bool):
            raise DeclarationError(
                f"shares= of sl.Memberships is {describe(shares)}", expected="True or False"
            )
        self.of = of
        self.by = by
        self.weights = weights
        self.shares = shares

    if not TYPE_CHECKING:  # what is refused when it runs must be no method to type checkers either

        def __matmul__(self, other: object) -> NoReturn:
            raise DeclarationError(
                "a table of memberships stands on the left of @",
                expected="a quantity of the members on the left: skill @ lineup",
                way_out="write u @ lineup, with u = sl.Normal(0, sd, over=player)",
            )


class Rows(Declaration):
    """The data's rows, as an axis: ``over=sl.rows``.

    Examples
    --------
    >>> import stanlevels as sl
    >>> extra = sl.Normal(0, 1, over=sl.rows)
    """

    _in_words = "sl.rows"
