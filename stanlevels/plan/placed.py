"""Every line of a model at its place: its units, its components, and its arguments as terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from stanlevels.distributions.family import Family, Parameter, Parameterization
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError
from stanlevels.graph import ROWS, ConstantNode, ExpressionNode, Graph, QuantityNode, VariableNode
from stanlevels.plan.terms import Apply, Domain, Term, Use, uses

__all__ = ["Line", "Waves", "variable_domain"]


@dataclass(frozen=True)
class Waves:
    """What coefficients of waves are of: a Gaussian process.

    Attributes
    ----------
    sigma, length : Term
        Of the process.
    apart : float
        About how far apart its places lie.
    least, most : float
        The shortest and the longest length that the waves can tell.
    count : int
        How many there are along the coordinate with the fewest.
    """

    sigma: Term
    length: Term
    apart: float
    least: float
    most: float
    count: int


@dataclass(frozen=True)
class Line:
    """One declared line, with its place and its arguments.

    Parameters
    ----------
    node : QuantityNode
        As declared.
    domain : Domain
        Its units.
    components : tuple of str
        Its component axes: an index, covariates, or the quantity's own name where the components
        have no axis of their own.
    args : mapping of str to Term
        Arguments by name; a named expression has one called "value".
    waves : Waves, optional
        Of coefficients of waves: what they are of.
    """

    node: QuantityNode
    domain: Domain
    components: tuple[str, ...] = ()
    args: Mapping[str, Term] = field(default_factory=dict)
    waves: Waves | None = None

    @property
    def name(self) -> str:
        """The quantity's name."""
        return self.node.name

    @property
    def variable(self) -> VariableNode:
        """The node of a line with a distribution."""
        assert isinstance(self.node, VariableNode)
        return self.node

    @property
    def is_variable(self) -> bool:
        """Whether the line has a distribution."""
        return isinstance(self.node, VariableNode)

    @property
    def is_expression(self) -> bool:
        """Whether the line is a named expression."""
        return isinstance(self.node, ExpressionNode)

    @property
    def is_constant(self) -> bool:
        """Whether the line is a named number."""
        return isinstance(self.node, ConstantNode)

    @property
    def is_latent(self) -> bool:
        """Whether the line has a distribution and no data."""
        return isinstance(self.node, VariableNode) and not self.node.is_observed

    @property
    def is_observed(self) -> bool:
        """Whether the line has data."""
        return isinstance(self.node, VariableNode) and self.node.is_observed

    @property
    def is_correlation(self) -> bool:
        """Whether its value is a correlation matrix, which is sampled through its Cholesky factor."""
        return self.is_variable and self.family.support.shape == "cholesky"

    @property
    def own_shift(self) -> Term | None:
        """What is taken off the location of coefficients that begin with an intercept.

        Means times the others: it is 0 but for the intercept, and rests on the others alone.
        """
        match self.args.get(self.location) if self.is_variable else None:
            case Apply(function="-", args=(_, shift)) if any(use.name == self.name for use in uses(shift)):
                return shift
        return None

    @property
    def unmoved(self) -> Line:
        """The same without its `own_shift`."""
        term = self.args.get(self.location) if self.own_shift is not None else None
        return (
            replace(self, args={**self.args, self.location: term.args[0]})
            if isinstance(term, Apply)
            else self
        )

    @property
    def has_forms(self) -> bool:
        """Whether the line is a random variable that has a centred and a non-centred form."""
        node = self.node
        if not isinstance(node, VariableNode) or node.is_observed or node.ordered:
            return False
        there = node.centered is not None or bool(self.domain) or self.is_shrunk
        return bool(self.family.location_scale) and (there or self.waves is not None)

    @property
    def is_shrunk(self) -> bool:
        """Whether the line is of coefficients without units that share an unknown standard deviation."""
        if self.domain or not self.components or not self.is_variable or not self.family.is_scalar:
            return False
        scale = self.args.get(self.scale)
        return isinstance(scale, Use) and not scale.components

    @property
    def family(self) -> Family:
        """The distribution's row in the table."""
        return FAMILIES[self.variable.family]

    @property
    def width(self) -> int:
        """How many numbers an outcome has in every unit."""
        return 1 if self.family.signed else len(self.variable.observed)

    @property
    def form(self) -> Parameterization:
        """How the distribution is written."""
        return self.family.parameterization(self.variable.parameterization)

    @property
    def by_unit(self) -> bool:
        """Whether its density in Stan is that of one value."""
        shared = self.form.together
        if shared and not self.components and not any(self.args[name].domain for name in shared):
            return False
        return self.family.by_unit or self.form.by_unit

    @property
    def location(self) -> str:
        """The name of the argument that moves the variable; "" where there is none."""
        return self.form.location

    @property
    def scale(self) -> str:
        """The name of the argument that stretches the variable; "" where there is none."""
        return self.form.scale

    @property
    def needed_args(self) -> Mapping[str, Term]:
        """Its arguments but for what says how much is known of its outcomes."""
        if not self.is_variable:
            return self.args
        return {name: term for name, term in self.args.items() if not self.parameter(name).of_outcome}

    def parameter(self, argument: str) -> Parameter:
        """What the distribution says of an argument."""
        return self.form.parameter(argument)


def variable_domain(graph: Graph, node: VariableNode) -> Domain:
    """The units of a line with a distribution."""
    units = graph.unit_axes(node.over)
    for axis in units:
        if axis in graph.aliases:
            raise DeclarationError(
                f"over= of {node.name!r} is {axis!r}, another road to {graph.target_level(axis)!r}",
                expected="the level that has the units",
                way_out=f"write over={graph.target_level(axis)}",
            )
    if len(units) > 1 and ROWS in units:
        raise DeclarationError(f"over= of {node.name!r} names the rows beside a level")
    return graph.units(node)
