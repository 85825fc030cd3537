"""The statement of a line with a distribution: its log density, with all constants."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from stanlevels.distributions.table import FAMILIES, Family, Parameterization
from stanlevels.graph import Ref
from stanlevels.graph.text import node_text
from stanlevels.names import Names
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Linear, Term, Use, Vector, addends
from stanlevels.program.code import Code, binary, call, negative
from stanlevels.program.emit import Emitter, argument, is_array
from stanlevels.program.entries import Codes, Components, Matrix, Size, Weights
from stanlevels.program.keys import factor_key, local_key, loop_key, raw_key
from stanlevels.program.program import Statement

_NAME = re.compile(r"\w+\Z")


@dataclass(frozen=True)
class Piece:
    """One argument of a density, for whole vectors and row by row.

    `whole` is "" where Stan has no vectorised form; `prepare` are lines that `each` needs first.
    """

    whole: str
    each: str
    prepare: tuple[str, ...] = ()


def statement(line: Line, planned: Planned, names: Names) -> Statement:
    """The density of `line` as a statement.

    The text is vectorised where Stan's density is, uses a GLM function where the predictor holds
    coefficients times covariates, and else loops over the rows.
    """
    node = line.variable
    family = FAMILIES[node.family]
    form = family.parameterization(node.parameterization)
    write = Writer(planned, names, line, family, form)
    return Statement(write.lines(), line.name, node_text(node))


@dataclass(frozen=True)
class Writer:
    """Writes the density of one line."""

    planned: Planned
    names: Names
    line: Line
    family: Family
    form: Parameterization
    inline: str = ""

    def lines(self) -> tuple[str, ...]:
        """The statement's lines."""
        line = self.line
        if self.family.support.shape == "cholesky":
            factor = self.names[factor_key(line.name)]
            return (f"target += lkj_corr_cholesky_lpdf({factor} | {self._scalar('eta')});",)
        if self.planned.quantities[line.name].is_standardised:
            return self._raw_lines()
        if line.domain and line.components and self.family.support.shape == "scalar":
            return self._by_component(self.names[line.name])
        if not line.variable.weights and (glm := self._glm()):
            return (glm,)
        pieces = self._pieces()
        name = self.names[line.name]
        if line.variable.weights or not all(piece.whole for piece in pieces):
            return self._row_by_row(name, pieces)
        text = self._density(name, tuple(piece.whole for piece in pieces))
        return (f"target += {text}{self._half_constant(name)};",)

    # --- whole vectors -----------------------------------------------------------------------

    def _density(self, variable: str, arguments: tuple[str, ...]) -> str:
        return f"{self.form.stan}_{self.family.suffix}({variable} | {', '.join(arguments)})"

    def _half_constant(self, variable: str) -> str:
        if not self.family.half:
            return ""
        many = self.line.domain or self.line.components
        return f" + num_elements({variable}) * log2()" if many else " + log2()"

    def _emitter(self, component: str = "") -> Emitter:
        return Emitter(self.planned, self.names, self.line.domain, component, self.inline)

    @property
    def k(self) -> str:
        """The counter of components."""
        return self.names[loop_key("k")]

    @property
    def n(self) -> str:
        """The counter of units."""
        return self.names[loop_key("n")]

    def _scalar(self, name: str) -> str:
        return self._emitter()(self.line.args[name]).text

    def _codes(self, component: str = "") -> dict[str, Code]:
        write = self._emitter(component)
        kinds = {p.name: p.kind for p in self.form.parameters}
        return {
            name: replace(write, integers=kinds[name] == "data")(term)
            for name, term in self.line.args.items()
        }

    def _pieces(self) -> tuple[Piece, ...]:
        special = {
            "MultiNormal": self._multi_normal,
            "Dirichlet": self._vectors,
            "Categorical": self._vectors,
            "OrderedLogistic": self._ordered,
        }
        return special.get(self.family.name, self._scalars)()

    def _scalars(self) -> tuple[Piece, ...]:
        codes = self._codes()
        return tuple(
            self._piece(expr.name if isinstance(expr, Ref) else f"argument_{i}", argument(expr, codes))
            for i, expr in enumerate(self.form.arguments, start=1)
        )

    def _piece(self, tag: str, code: Code) -> Piece:
        """A scalar argument: itself, or its element."""
        if not code.vector:
            return Piece(code.text, code.text)
        if _NAME.match(code.text):
            return Piece(code.text, f"{code.text}[{self.n}]")
        local = self.names[local_key(self.line.name, tag)]
        return Piece(code.text, f"{local}[{self.n}]", (f"vector[{self._size()}] {local} = {code.text};",))

    def _size(self) -> str:
        """The number of units; of components where there are no units."""
        line = self.line
        return self.names[Size(line.domain) if line.domain else Components(line.components)]

    # --- vector-valued arguments ---------------------------------------------------------------

    def _vectors(self) -> tuple[Piece, ...]:
        return tuple(self.vector_piece(p.name) for p in self.form.parameters)

    def _ordered(self) -> tuple[Piece, ...]:
        eta = self._emitter()(self.line.args["eta"])
        if not eta.vector:
            eta = Code(f"rep_vector({eta.text}, {self._size()})", True)
        return self._piece("eta", eta), self.vector_piece("cutpoints")

    def _multi_normal(self) -> tuple[Piece, ...]:
        factor = self.covariance_factor()
        local = self.names[local_key(self.line.name, "covariance_factor")]
        size = self.names[Components(self.line.components)]
        prepare = (f"matrix[{size}, {size}] {local} = {factor};",)
        return self.vector_piece("mu"), Piece(factor, local, prepare)

    def covariance_factor(self) -> str:
        """The Cholesky factor of the covariance of a MultiNormal."""
        corr = self.line.args["corr"]
        assert isinstance(corr, Use)
        return f"diag_pre_multiply({self.vector_piece('sigma').whole}, {self.names[factor_key(corr.name)]})"

    def vector_piece(self, name: str) -> Piece:
        """A vector-valued argument: one vector, or one per unit."""
        term = self.line.args[name]
        if isinstance(term, Use) and term.domain and term.components:
            return self._picked(term)
        if term.domain:
            local = self.names[local_key(self.line.name, name)]
            return Piece("", f"{local}[{self.n}]'", self.matrix_of_rows(name))
        return Piece(whole := self._one_vector(term), whole)

    def _picked(self, use: Use) -> Piece:
        """The vector of each unit's own unit."""
        name = self.names[use.name]
        row = f"{self.names[Codes(self.line.domain, use.road)]}[{self.n}]" if use.road else self.n
        array = is_array(self.planned.lines[use.name], self.planned)
        whole = name if array and not use.road else ""
        return Piece(whole, f"{name}[{row}]{'' if array else chr(39)}")

    def _one_vector(self, term: Term) -> str:
        write = self._emitter()
        if isinstance(term, Vector):
            return f"[{', '.join(write(item).text for item in term.items)}]'"
        code = write(term)
        if term.components:
            return code.text
        count = self.names[Components(self.line.components)] if self.line.components else "1"
        return f"rep_vector({code.text}, {count})"

    def matrix_of_rows(self, name: str) -> tuple[str, ...]:
        """Lines that make the matrix whose row n is the argument of unit n."""
        term = self.line.args[name]
        local = self.names[local_key(self.line.name, name)]
        rows = self._size()
        if isinstance(term, Vector):
            columns = [
                f"{local}[, {k + 1}] = {_as_vector(self._emitter()(item), rows)};"
                for k, item in enumerate(term.items)
            ]
            return (f"matrix[{rows}, {len(term.items)}] {local};", *columns)
        count = self.names[Components(term.components or self.line.components)]
        if isinstance(term, Use) and term.components:
            return (f"matrix[{rows}, {count}] {local} = {self._emitter().rows(term)};",)
        inner = _as_vector(self._emitter(self.k)(term), rows)
        return (
            f"matrix[{rows}, {count}] {local};",
            f"for ({self.k} in 1:{count}) {{",
            f"  {local}[, {self.k}] = {inner};",
            "}",
        )

    # --- loops ---------------------------------------------------------------------------------

    def _row_by_row(self, variable: str, pieces: tuple[Piece, ...]) -> tuple[str, ...]:
        text = self._density(f"{variable}[{self.n}]", tuple(piece.each for piece in pieces))
        half = " + log2()" if self.family.half else ""
        if self.line.variable.weights:
            weight = self.names[Weights(self.line.name)]
            text = f"{weight}[{self.n}] * ({text}{half})" if half else f"{weight}[{self.n}] * {text}"
            half = ""
        body = [line for piece in pieces for line in piece.prepare]
        body += [f"for ({self.n} in 1:{self._size()}) {{", f"  target += {text}{half};", "}"]
        return ("{", *(f"  {line}" for line in body), "}") if len(body) > 3 else tuple(body)

    def _by_component(self, variable: str) -> tuple[str, ...]:
        """One statement per component of a matrix of effects."""
        count = self.names[Components(self.line.components)]
        picked = (
            f"to_vector({variable}[, {self.k}])"
            if is_array(self.line, self.planned)
            else f"{variable}[, {self.k}]"
        )
        found = self._codes(self.k)
        arguments = tuple(argument(expr, found).text for expr in self.form.arguments)
        half = f" + {self._size()} * log2()" if self.family.half else ""
        return (
            f"for ({self.k} in 1:{count}) {{",
            f"  target += {self._density(picked, arguments)}{half};",
            "}",
        )

    # --- non-centred ---------------------------------------------------------------------------

    def _raw_lines(self) -> tuple[str, ...]:
        """The density of the standardised parameter."""
        raw = self.names[raw_key(self.line.name)]
        matrix = bool(self.line.domain and self.line.components)
        if self.family.name in ("MultiNormal", "Normal"):
            return (f"target += std_normal_lpdf({f'to_vector({raw})' if matrix else raw});",)
        assert self.family.location_scale
        location, scale = self.family.location_scale
        codes = {**self._codes(self.k if matrix else ""), location: Code("0"), scale: Code("1")}
        arguments = tuple(argument(expr, codes).text for expr in self.form.arguments)
        if not matrix:
            return (f"target += {self._density(raw, arguments)};",)
        count = self.names[Components(self.line.components)]
        return (
            f"for ({self.k} in 1:{count}) {{",
            f"  target += {self._density(f'{raw}[, {self.k}]', arguments)};",
            "}",
        )

    # --- GLM functions -------------------------------------------------------------------------

    def _glm(self) -> str:
        """The density through Stan's GLM function; "" where it does not fit."""
        location = next((p.name for p in self.form.parameters if p.kind == "location"), "")
        if not self.form.glm or not location:
            return ""
        terms = addends(self.line.args[location])
        linear = [t for sign, t in terms if sign > 0 and isinstance(t, Linear) and not t.use.domain]
        if len(linear) != 1:
            return ""
        rest = [(sign, t) for sign, t in terms if t is not linear[0]]
        others = [t for name, t in self.line.args.items() if name != location]
        if any(t.domain for t in others if not _is_trials(self.form, self.line, t)):
            return ""
        return self._glm_text(linear[0], rest, location)

    def _glm_text(self, linear: Linear, rest: list[tuple[int, Term]], location: str) -> str:
        write = self._emitter()
        alpha = _sum([(sign, write(t)) for sign, t in rest])
        matrix = self.names[Matrix(linear.domain, linear.covariates)]
        slopes = self.names[linear.use.name]
        codes = self._codes()
        others = [codes[p.name].text for p in self.form.parameters if p.name != location]
        variable = self.names[self.line.name]
        name = f"{self.form.glm}_{self.family.suffix}"
        if self.family.name == "OrderedLogistic":
            return "" if rest else f"target += {name}({variable} | {matrix}, {slopes}, {', '.join(others)});"
        before, after = (others, []) if self.family.name == "Binomial" else ([], others)
        arguments = [*before, matrix, alpha.text, slopes, *after]
        return f"target += {name}({variable} | {', '.join(arguments)});"


def _is_trials(form: Parameterization, line: Line, term: Term) -> bool:
    return any(p.kind == "data" and line.args[p.name] is term for p in form.parameters)


def _sum(terms: list[tuple[int, Code]]) -> Code:
    if not terms:
        return Code("0")
    (sign, total), *rest = terms
    total = total if sign > 0 else negative(total)
    for sign, code in rest:
        total = binary("+" if sign > 0 else "-", total, code)
    return total


def _as_vector(code: Code, size: str) -> str:
    return code.text if code.vector else call("rep_vector", code, size).text
