"""From a planned model to a typed Stan program."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property

from stanlevels.distributions.table import FAMILIES
from stanlevels.graph import ROWS, ConstantNode, ExpressionNode, VariableNode
from stanlevels.graph.text import node_text
from stanlevels.names import Names
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Literal, Term, Use, walk
from stanlevels.program.code import Code, binary
from stanlevels.program.densities import Writer, statement
from stanlevels.program.emit import Emitter
from stanlevels.program.entries import Components, Entry, Outcome, Size, needed, wanted_name
from stanlevels.program.keys import factor_key, local_key, loop_key, raw_key
from stanlevels.program.program import Declared, Program, Statement
from stanlevels.program.types import data_type, note, shaped, support_bounds

_LOCALS = ("argument_1", "argument_2", "argument_3", "covariance_factor")


def lower(planned: Planned) -> Program:
    """Write a planned model as a Stan program.

    Parameters
    ----------
    planned : Planned
        After every pass.

    Returns
    -------
    Program
        Its text depends on structure alone: sizes, codes, covariates, outcomes and the numbers of
        priors are data.
    """
    return _Lowering(planned).program()


@dataclass(frozen=True)
class _Lowering:
    planned: Planned

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        return needed(self.planned)

    @cached_property
    def names(self) -> Names:
        """Identifiers: the person's own names choose first."""
        lines = self.planned.lines.values()
        own: list[tuple[Hashable, str]] = [
            (line.name, line.name) for line in lines if not isinstance(line.node, ConstantNode)
        ]
        entries = [wanted_name(e) for e in self.entries if not isinstance(e, Outcome)]
        made: list[tuple[Hashable, str]] = []
        for line in lines:
            if _is_correlation(line):
                made.append((factor_key(line.name), f"{line.name}_cholesky"))
            if self._is_raw(line):
                made.append((raw_key(line.name), f"{line.name}_raw"))
            made += [(local_key(line.name, a), f"{line.name}_{a}") for a in (*line.args, *_LOCALS)]
        counters = [(loop_key(counter), counter) for counter in ("k", "n")]
        return Names.assign([*own, *entries, *made, *counters])

    def _is_raw(self, line: Line) -> bool:
        return self.planned.quantities[line.name].is_standardised

    def _shaped(self, line: Line, inside: str = "") -> str:
        return shaped(line, self.planned, self.names, inside)

    @property
    def k(self) -> str:
        """The counter of components."""
        return self.names[loop_key("k")]

    def _entry_name(self, entry: Entry) -> str:
        """Outcomes carry the name of their line."""
        return self.names[entry.quantity if isinstance(entry, Outcome) else entry]

    def program(self) -> Program:
        graph, lines = self.planned.graph, self.planned.lines
        transformed = tuple(self._transformed())
        model = tuple(self._model())
        text = "\n".join(
            line for item in (*transformed, *model) if isinstance(item, Statement) for line in item.lines
        )
        return Program(
            title=graph.name,
            doc=tuple(line.rstrip() for line in graph.doc.splitlines()),
            functions=tuple(f for f in ("stack_rows",) if f"{f}(" in text),
            data=tuple(self._data()),
            transformed_data=tuple(
                item for line in lines.values() if self._known(line) for item in self._definition(line)
            ),
            parameters=tuple(self._parameters()),
            transformed_parameters=transformed,
            model=model,
            generated_quantities=tuple(self._generated()),
            entries=tuple((self._entry_name(e), e) for e in self.entries),
            outputs={name: self.names[name] for name in self.planned.in_program},
            renamed=tuple(
                (line.name, self.names[line.name])
                for line in lines.values()
                if line.name in self.names and self.names[line.name] != line.name
            ),
        )

    # --- data --------------------------------------------------------------------------------

    def _data(self) -> Iterator[Declared]:
        for entry in self.entries:
            yield Declared(
                data_type(entry, self.planned, self.names),
                self._entry_name(entry),
                getattr(entry, "quantity", ""),
                note=note(entry, self.planned.graph),
            )

    def _known(self, line: Line) -> bool:
        """Whether a named expression needs no parameter."""
        return isinstance(line.node, ExpressionNode) and not any(
            isinstance(t, Use) and not self._is_data(t.name) for t in walk(line.args["value"])
        )

    def _is_data(self, name: str) -> bool:
        line = self.planned.lines[name]
        return isinstance(line.node, ConstantNode) or self._known(line)

    # --- named expressions ---------------------------------------------------------------------

    def _computed(self) -> Iterator[Line]:
        """Named expressions that depend on parameters."""
        for line in self.planned.lines.values():
            if isinstance(line.node, ExpressionNode) and not self._known(line):
                yield line

    def _definition(self, line: Line) -> Iterator[Declared | Statement]:
        name, text = self.names[line.name], node_text(line.node)
        term = line.args["value"]
        if line.domain and line.components:
            count = self.names[Components(line.components)]
            inner = self._filled(Emitter(self.planned, self.names, line.domain, self.k)(term), line)
            yield Declared(self._shaped(line), name, line.name, note=text)
            lines = (f"for ({self.k} in 1:{count}) {{", f"  {name}[, {self.k}] = {inner};", "}")
            yield Statement(lines, line.name)
            return
        code = Emitter(self.planned, self.names, line.domain)(term)
        yield Declared(self._shaped(line), name, line.name, self._filled(code, line), text)

    def _filled(self, code: Code, line: Line) -> str:
        """A scalar, repeated where the quantity is a vector."""
        if code.vector or not (line.domain or line.components):
            return code.text
        size = Size(line.domain) if line.domain else Components(line.components)
        return f"rep_vector({code.text}, {self.names[size]})"

    # --- parameters ----------------------------------------------------------------------------

    def _parameters(self) -> Iterator[Declared]:
        for line in self.planned.latent.values():
            if _is_correlation(line):
                name = self.names[factor_key(line.name)]
                yield Declared(self._shaped(line), name, line.name)
            elif self._is_raw(line):
                yield Declared(self._raw_type(line), self.names[raw_key(line.name)], line.name)
            else:
                yield Declared(
                    self._shaped(line, self._constraint(line)),
                    self.names[line.name],
                    line.name,
                )

    def _raw_type(self, line: Line) -> str:
        if FAMILIES[line.variable.family].support.shape == "vector" and line.domain:
            return f"matrix[{self.names[Components(line.components)]}, {self.names[Size(line.domain)]}]"
        return self._shaped(line)

    def _constraint(self, line: Line) -> str:
        """Bounds of the support."""
        family = FAMILIES[line.variable.family]
        write = Emitter(self.planned, self.names, line.domain, inline="all")
        if family.bounds:
            low, high = (write(line.args[name]).text for name in family.bounds)
            return f"<lower={low}, upper={high}>"
        return "" if line.variable.ordered else support_bounds(family.support)

    def _transformed(self) -> Iterator[Declared | Statement]:
        for line in self.planned.lines.values():
            if self._is_raw(line):
                yield from self._from_raw(line)
            elif line in self._computed_recorded:
                yield from self._definition(line)

    @cached_property
    def _computed_recorded(self) -> tuple[Line, ...]:
        return tuple(line for line in self._computed() if line.domain != (ROWS,))

    def _from_raw(self, line: Line) -> Iterator[Declared | Statement]:
        """A quantity from its standardised parameter."""
        name, raw = self.names[line.name], self.names[raw_key(line.name)]
        family = FAMILIES[line.variable.family]
        form = family.parameterization(line.variable.parameterization)
        write = Writer(self.planned, self.names, line, family, form, inline="rows")
        if family.support.shape != "vector":
            yield from self._affine(line, name, raw)
            return
        scaled = f"{write.covariance_factor()} * {raw}"
        if not line.domain:
            value = f"{write.vector_piece('mu').whole} + {scaled}"
            yield Declared(self._shaped(line), name, line.name, value)
            return
        means = line.args["mu"]
        if means.domain:
            yield Declared(self._shaped(line), name, line.name)
            lines = (*write.matrix_of_rows("mu"), f"{name} = {self._mean_name(line)} + ({scaled})';")
            yield Statement(("{", *(f"  {text}" for text in lines), "}"), line.name)
        elif _all_zero(means):
            yield Declared(self._shaped(line), name, line.name, f"({scaled})'")
        else:
            rows = self.names[Size(line.domain)]
            center = f"rep_matrix({_transposed(write.vector_piece('mu').whole)}, {rows})"
            yield Declared(self._shaped(line), name, line.name, f"{center} + ({scaled})'")

    def _mean_name(self, line: Line) -> str:
        return self.names[local_key(line.name, "mu")]

    def _affine(self, line: Line, name: str, raw: str) -> Iterator[Declared | Statement]:
        """Location plus scale times the standardised parameter."""
        shape = self._shaped(line)
        if not (line.domain and line.components):
            yield Declared(shape, name, line.name, self._affine_text(line, raw, ""))
            return
        count = self.names[Components(line.components)]
        value = self._affine_text(line, f"{raw}[, {self.k}]", self.k)
        yield Declared(shape, name, line.name)
        lines = (f"for ({self.k} in 1:{count}) {{", f"  {name}[, {self.k}] = {value};", "}")
        yield Statement(lines, line.name)

    def _affine_text(self, line: Line, raw: str, component: str) -> str:
        write = Emitter(self.planned, self.names, line.domain, component, "rows")
        mu, sigma = write(line.args["mu"]), write(line.args["sigma"])
        many = bool(line.domain or line.components)
        scaled = binary("*", sigma, Code(raw, many))
        return scaled.text if _is_zero(line.args["mu"]) else binary("+", mu, scaled).text

    # --- model and generated quantities --------------------------------------------------------

    def _model(self) -> Iterator[Declared | Statement]:
        for line in self.planned.lines.values():
            if isinstance(line.node, VariableNode):
                yield statement(line, self.planned, self.names)
            elif isinstance(line.node, ExpressionNode) and not self._known(line) and line.domain == (ROWS,):
                yield from self._definition(line)

    def _generated(self) -> Iterator[Declared]:
        for line in self.planned.latent.values():
            if _is_correlation(line):
                size, factor = self.names[Components(line.components)], self.names[factor_key(line.name)]
                yield Declared(
                    f"matrix[{size}, {size}]",
                    self.names[line.name],
                    line.name,
                    f"multiply_lower_tri_self_transpose({factor})",
                )


def _is_correlation(line: Line) -> bool:
    return isinstance(line.node, VariableNode) and line.node.family == "LKJCholesky"


def _is_zero(term: Term) -> bool:
    return isinstance(term, Literal) and term.value == 0


def _all_zero(term: Term) -> bool:
    items = getattr(term, "items", (term,))
    return all(_is_zero(item) for item in items)


def _transposed(vector: str) -> str:
    """The row vector of a column vector."""
    if vector.endswith("]'"):
        return vector[:-1]
    return f"{vector}'" if re.fullmatch(r"\w+(\(.*\))?", vector) else f"({vector})'"
