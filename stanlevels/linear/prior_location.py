"""The location of an intercept's prior: that of the predictor, less what stands beside at its mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from stanlevels.graph import CovariatesNode, parents
from stanlevels.linear.prior_size import PriorSize
from stanlevels.linear.size_of import Reference
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Setting, Take, Term, Use

__all__ = ["Beside", "depends", "prior_location", "sum_of_means"]


@dataclass(frozen=True)
class Beside:
    """Means times what stands beside an intercept.

    `first` has a 1 where an intercept is the first number of a set of coefficients, and 0 for the others.
    """

    terms: tuple[Term, ...]
    first: Setting | None = None

    def at(self, center: Term) -> Term:
        """The location, for a predictor at `center`."""
        if self.first is not None:
            total = reduce(lambda a, b: Apply("+", (a, b), ()), self.terms)
            moved = Apply("*", (self.first, total), (), self.first.components)
            return Apply("-", (center, moved), (), self.first.components)
        for term in self.terms:
            components = center.components or term.components
            center = Apply("-", (center, term), (), components)
        return center


def prior_location(line: Line, size: PriorSize, planned: Planned) -> Beside | None:
    """What to take off the location of an intercept; None where there is nothing, or it cannot be said.

    It cannot where what stands beside the intercept depends on it, or is a component of the same quantity.
    """
    if not size.beside:  # no numbers at all: a covariate of one category
        return None
    if _begins_a_set(line, planned):
        return _of_set(line, size, planned)
    first = size.beside[0]
    alike = all(len(references) == len(first) for references in size.beside)
    if not first or not alike or line.domain:
        return None
    terms: list[Term] = []
    for references in zip(*size.beside, strict=True):
        names = {reference.name for reference in references}
        if len(names) > 1 or depends(next(iter(names)), line.name, planned):
            return None
        term = _times_mean(line, references, planned)
        if term is None:
            return None
        terms.append(term)
    return Beside(tuple(terms))


def _begins_a_set(line: Line, planned: Planned) -> bool:
    """Whether the first number of a quantity is an intercept among coefficients."""
    nodes = [planned.graph.nodes.get(axis) for axis in line.components]
    return len(nodes) == 1 and isinstance(nodes[0], CovariatesNode) and nodes[0].has_intercept


def _of_set(line: Line, size: PriorSize, planned: Planned) -> Beside | None:
    """For an intercept that is the first of several coefficients: the others stand beside it too.

    The location of the first number is moved by means times the others, which are declared before it: the
    density of all is that of an intercept and of slopes on lines of their own.
    """
    references, *others = size.beside
    if not references or any(others) or line.domain or not line.family.is_scalar or line.variable.ordered:
        return None
    terms: list[Term] = []
    for reference in references:
        other = planned.lines[reference.name]
        if other.name != line.name:
            if depends(other.name, line.name, planned) or _begins_a_set(other, planned):
                return None
            term = _times_mean(line, [reference], planned)
        else:
            at = Setting(line.name, f"at_{line.name}", reference.means, components=line.components)
            term = Apply("dot", (at, Use(line.name, (), (), line.components)), ())
        if term is None:
            return None
        terms.append(term)
    first = (1.0, *(0.0 for _ in others))
    return Beside(tuple(terms), Setting(line.name, "first", first, components=line.components))


def sum_of_means(line: Line, references: Sequence[Reference], planned: Planned) -> Term | None:
    """What stands beside a quantity, at its means; None where it rests on the quantity itself."""
    total: Term | None = None
    for reference in references:
        if depends(reference.name, line.name, planned):
            return None
        term = _times_mean(line, [reference], planned)
        if term is None:
            return None
        total = term if total is None else Apply("+", (total, term), ())
    return total


def depends(name: str, on: str, planned: Planned) -> bool:
    """Whether a quantity rests on another."""
    pending, seen = [name], set()
    while pending:
        here = pending.pop()
        if here == on:
            return True
        if here not in seen:
            seen.add(here)
            pending += parents(planned.graph[here])
    return False


def _times_mean(line: Line, references: Sequence[Reference], planned: Planned) -> Term | None:
    """A quantity times the mean of what it is multiplied by, for each number of the intercept."""
    first = references[0]
    other = planned.lines[first.name]
    use = Use(other.name, (), (), other.components)
    label = f"at_{other.name}" if first.position is None else f"at_{other.name}_{first.position}"
    positions = [reference.position for reference in references]
    if other.components and first.position is None:
        if len({reference.means for reference in references}) > 1:
            return None
        several = Setting(line.name, label, first.means, components=other.components)
        return Apply("dot", (several, use), ())
    means = tuple(reference.means[0] for reference in references)
    if len(set(positions)) == 1 and (len(means) == 1 or not other.components):
        taken: Term = use if first.position is None else Take(use, first.position, ())
        own = line.components if len(set(means)) > 1 else ()  # numbers of different predictors
        setting = Setting(line.name, label, means if own else means[:1], components=own)
        return Apply("*", (setting, taken), (), own)
    if positions == list(range(len(means))) and other.components == line.components:
        label = f"at_{other.name}"
        setting = Setting(line.name, label, means, components=line.components)
        return Apply("*", (setting, use), (), line.components)
    return None
