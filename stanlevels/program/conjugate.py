"""Densities of conjugate pairs: what is integrated out of them leaves sums over the rows of each unit."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from stanlevels.distributions.pairs import PROBABILITY, RATE
from stanlevels.graph.text import node_text
from stanlevels.linear.conjugate import shapes_of
from stanlevels.plan.factors import Conjugate, ConjugateLine
from stanlevels.program import stan
from stanlevels.program.keys import local_key
from stanlevels.program.program import Statement
from stanlevels.program.scope import Scope
from stanlevels.program.tallies import Summed
from stanlevels.program.terms import Writer, argument
from stanlevels.program.types import data_type
from stanlevels.program.vector_arguments import filled
from stanlevels.words import joined

__all__ = ["conjugate"]

_BACK = {
    RATE: "Gamma(shape + its total, rate + its exposure)",
    PROBABILITY: "Beta(alpha + its successes, beta + its failures)",
}


def conjugate(density: Conjugate, scope: Scope) -> Statement:
    """The statement of a conjugate pair, with what is integrated out in words."""
    lines = [scope.planned.lines[part.source] for part in density.lines]
    texts, name = [node_text(line.node) for line in lines], density.effect
    abouts = [line.family.conjugate_outcome for line in lines]
    what = joined(list(dict.fromkeys(about.left for about in abouts if about)), "and")
    notes = (
        *texts[1:],
        f"with {node_text(scope.planned.lines[name].node)} integrated out: {what}, from sums by unit",
        f"{name} comes back by exact draws from {_BACK[density.kind]}, given the draws here",
    )
    write = _Pair(density, scope)
    body = write.gamma() if density.kind == RATE else write.beta()
    local = any(isinstance(command, stan.Declaration) for command in body)
    commands = (stan.Block(body),) if local else body
    return Statement(commands, density.lines[-1].source, texts[0], notes)


class _Pair:
    """Writes one conjugate pair."""

    def __init__(self, density: Conjugate, scope: Scope) -> None:
        self.density, self.scope = density, scope
        line = scope.planned.lines[density.effect]
        codes = Writer(scope, line).arguments()
        self.first, self.second = (argument(shape, codes) for shape in shapes_of(line))
        self.units = scope.units(line.domain)

    def of(self, which: str, quantity: str = "") -> stan.Variable:
        """An entry of the data block, of the quantity unless of another."""
        return self.scope.variable(Summed(quantity or self.density.effect, self.density.group, which))

    def arguments(self, ordered: bool = False) -> tuple[stan.Expression, stan.Expression]:
        """The two arguments of the quantity's distribution: numbers, or one for each unit."""
        if self.density.common:
            return self.first.expression, self.second.expression
        found = (filled(self.first, self.units), filled(self.second, self.units))
        if not (ordered and self.density.in_cells):
            return found
        first, second = (stan.Index(each, (self.of("order"),)) for each in found)
        return first, second

    def rising(self, which: str, at: stan.Expression) -> stan.Expression:
        return stan.Call("log_rising_factorials", (self.of(which), self.of(f"{which}_units"), at))

    @property
    def constant(self) -> stan.Expression:
        return _sum([self.of("constant", part.source) for part in self.density.lines])

    def beta(self) -> tuple[stan.Command, ...]:
        alpha, beta = self.arguments()
        trials = self.rising("trials", stan.Binary("+", alpha, beta))
        return (
            stan.Increment(stan.Binary("+", self.constant, self.rising("successes", alpha))),
            stan.Increment(self.rising("failures", beta)),
            stan.Increment(stan.Negative(trials)),
        )

    def gamma(self) -> tuple[stan.Command, ...]:
        logs = [self.log_at_cells(part) for part in self.density.lines if part.rest is not None]
        exposure = _sum([self.exposure(part) for part in self.density.lines])
        if not isinstance(exposure, stan.Variable):
            local = self.scope.variable(local_key(self.density.effect, "exposure"))
            like = Summed(self.density.effect, self.density.group, "exposed_totals")
            logs.append(stan.Declaration(data_type(like, self.scope), local.name, exposure))
            exposure = local
        shape, rate = self.arguments(ordered=True)
        given = (exposure, self.of("exposed_totals"), self.of("exposed_units"), shape, rate)
        added = [self.sampled(part) for part in self.density.lines if part.multiple is not None]
        added += [self.sampled_at_cells(part) for part in self.density.lines if part.rest is not None]
        return (
            *logs,
            stan.Increment(stan.Binary("+", self.constant, self.rising("totals", self.arguments()[0]))),
            stan.Increment(_sum([*added, stan.Call("gamma_exposures", given)])),
        )

    # --- exposures that are sampled -------------------------------------------------------------

    def log_name(self, part: ConjugateLine) -> stan.Variable:
        return self.scope.variable(local_key(part.source, "log_exposure"))

    def log_at_cells(self, part: ConjugateLine) -> stan.Command:
        """The log of what exposures are multiplied by, at the cells."""
        assert part.rest is not None
        cells = self.scope.units(part.rest.domain)
        value = filled(Writer(self.scope, part.rest)(part.rest.args["log"]), cells)
        return stan.Declaration(stan.Type("vector", (cells,)), self.log_name(part).name, value)

    def multiple(self, part: ConjugateLine) -> stan.Expression:
        assert part.multiple is not None
        return Writer(self.scope, self.scope.planned.lines[part.source])(part.multiple).expression

    def exposure(self, part: ConjugateLine) -> stan.Expression:
        """By unit, or by list of units that agree."""
        known = self.of("exposure", part.source)
        if part.multiple is not None:
            return stan.Binary("*", stan.Call("exp", (self.multiple(part),)), known)
        if part.rest is None:
            return known
        here = stan.Binary("*", known, stan.Call("exp", (self.log_name(part),)), elementwise=True)
        return stan.Call("segment_sums", (here, self.of("first", part.source)))

    def sampled(self, part: ConjugateLine) -> stan.Expression:
        return stan.Binary("*", self.of("total", part.source), self.multiple(part))

    def sampled_at_cells(self, part: ConjugateLine) -> stan.Expression:
        return stan.Call("dot_product", (self.of("cell_totals", part.source), self.log_name(part)))


def _sum(terms: Iterable[stan.Expression]) -> stan.Expression:
    return reduce(lambda left, right: stan.Binary("+", left, right), terms)
