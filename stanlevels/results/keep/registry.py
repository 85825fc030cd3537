"""The classes that a saved fit is made of, under names that stay when files move."""

from __future__ import annotations

import sys
import typing
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any

import numpy as np

from stanlevels import errors
from stanlevels.binding.bound import Bound
from stanlevels.binding.clocks import Clock
from stanlevels.binding.coding import Coding
from stanlevels.binding.derived import Derivation
from stanlevels.binding.encodings import Encodings
from stanlevels.binding.levels.levels import BoundLevel
from stanlevels.binding.matrices import LabelledMatrix
from stanlevels.binding.memberships import Membership
from stanlevels.binding.read.column_places import Place
from stanlevels.binding.read.column_summaries import ColumnSummary
from stanlevels.binding.read.columns import Values
from stanlevels.binding.rows import Rows
from stanlevels.distributions.structures import Borders
from stanlevels.engines.base import ChainFailure, RawDraws, Settings
from stanlevels.estimation.point.kept import Kept
from stanlevels.estimation.point.normal.approximation import Located, Movable, NormalApproximation
from stanlevels.estimation.point.solution import Numbers, UnitMoments
from stanlevels.gaussian.conditionals import Conditionals, Part
from stanlevels.gaussian.design import Block
from stanlevels.graph import nodes
from stanlevels.graph.expressions import (
    At,
    Call,
    Column,
    Component,
    Derived,
    Dot,
    Expr,
    Members,
    Number,
    Op,
    Ref,
    Stack,
)
from stanlevels.graph.graph import Graph
from stanlevels.plan import factors, quantities, terms
from stanlevels.plan.placed import Line, Waves
from stanlevels.plan.planned import Decided, Planned
from stanlevels.program.render import Rendered
from stanlevels.records import Record
from stanlevels.results.checks.findings import Diagnosis, Finding
from stanlevels.results.draws import Draws
from stanlevels.results.keep.groups import KeptNest, KeptPair
from stanlevels.results.keep.known import KnownOfRows
from stanlevels.results.tables.pooling_of_draws import FoundPooling, Pooled
from stanlevels.values.group import Beside, ConjugateGroup, Group, Sums
from stanlevels.values.nest import Cells, Level, Nest
from stanlevels.values.store import Values as Stored

__all__ = ["CLASSES", "ERRORS", "NAMES", "fields_of"]

CLASSES: Mapping[str, type] = {
    # the declaration
    "graph": Graph,
    "graph.level": nodes.LevelNode,
    "graph.index": nodes.IndexNode,
    "graph.covariates": nodes.CovariatesNode,
    "graph.covariate_term": nodes.CovariateTerm,
    "graph.covariate_column": nodes.CovariateColumn,
    "graph.memberships": nodes.MembershipsNode,
    "graph.constant": nodes.ConstantNode,
    "graph.expression": nodes.ExpressionNode,
    "graph.variable": nodes.VariableNode,
    "graph.short_form": nodes.ShortForm,
    "expr.number": Number,
    "expr.ref": Ref,
    "expr.at": At,
    "expr.component": Component,
    "expr.column": Column,
    "expr.op": Op,
    "expr.call": Call,
    "expr.derived": Derived,
    "expr.dot": Dot,
    "expr.members": Members,
    "expr.stack": Stack,
    # the data
    "data": Bound,
    "data.encodings": Encodings,
    "data.level": BoundLevel,
    "data.coding": Coding,
    "data.clock": Clock,
    "data.matrix": LabelledMatrix,
    "data.borders": Borders,
    "data.membership": Membership,
    "data.derivation": Derivation,
    "data.table": Place,
    "data.column": Values,
    "data.rows": Rows,
    "data.column_summary": ColumnSummary,
    # the plan
    "plan": Planned,
    "plan.decided": Decided,
    "plan.line": Line,
    "plan.waves": Waves,
    "plan.record": Record,
    "plan.quantity": quantities.Quantity,
    "plan.given": quantities.Given,
    "plan.sampled": quantities.Sampled,
    "plan.computed": quantities.Computed,
    "plan.integrated": quantities.Integrated,
    "plan.natural": quantities.Natural,
    "plan.standardised": quantities.Standardised,
    "plan.moved": quantities.Moved,
    "plan.between": quantities.Between,
    "plan.softened": quantities.Softened,
    "plan.factor": factors.Factor,
    "plan.pointwise": factors.Pointwise,
    "plan.standard": factors.Standard,
    "plan.glm": factors.Glm,
    "plan.glm_block": factors.Block,
    "plan.categorical_glm": factors.CategoricalGlm,
    "plan.category": factors.Category,
    "plan.cells": factors.Cells,
    "plan.looked_up": factors.LookedUp,
    "plan.marginal": factors.Marginal,
    "plan.marginal_line": factors.MarginalLine,
    "plan.pooled": factors.Pooled,
    "plan.conjugate": factors.Conjugate,
    "plan.conjugate_line": factors.ConjugateLine,
    "term.literal": terms.Literal,
    "term.setting": terms.Setting,
    "term.use": terms.Use,
    "term.take": terms.Take,
    "term.known": terms.Known,
    "term.linear": terms.Linear,
    "term.members": terms.Members,
    "term.apply": terms.Apply,
    "term.vector": terms.Vector,
    # how it was fitted
    "program": Rendered,
    "run.settings": Settings,
    "run.draws": RawDraws,
    "run.chain_failure": ChainFailure,
    # what was found
    "found.estimates": Kept,
    "found.numbers": Numbers,
    "found.moments": UnitMoments,
    "found.of_rows": KnownOfRows,
    "found.approximation": NormalApproximation,
    "found.movable": Movable,
    "found.located": Located,
    "found.conditionals": Conditionals,
    "found.conditionals_part": Part,
    "found.draws": Draws,
    "found.values": Stored,
    "found.nest": KeptNest,
    "found.pair": KeptPair,
    "found.group": Group,
    "found.block": Block,
    "found.sums": Sums,
    "found.nested": Nest,
    "found.nested_level": Level,
    "found.nested_cells": Cells,
    "found.conjugate": ConjugateGroup,
    "found.conjugate_beside": Beside,
    "found.pooling": FoundPooling,
    "found.pooled": Pooled,
    "found.diagnosis": Diagnosis,
    "found.finding": Finding,
}
"""By the name in files. A name is never given to another class: a class that changes what its fields mean
takes a new one, and a new number of the format goes with it."""

NAMES: Mapping[type, str] = {kind: name for name, kind in CLASSES.items()}

ERRORS: Mapping[str, type[errors.StanlevelsError]] = {
    name: found
    for name in errors.__all__
    if isinstance(found := getattr(errors, name), type) and issubclass(found, errors.StanlevelsError)
}


def fields_of(kind: Any) -> Mapping[str, Any]:
    """The fields of a class with their types, in order."""
    return _fields_of(kind)


@cache
def _fields_of(kind: Any) -> Mapping[str, Any]:
    names = getattr(kind, "_fields", None) or [field.name for field in fields(kind) if field.init]
    known = vars(sys.modules[kind.__module__])
    elsewhere = {**_ELSEWHERE, **{each.__name__: each for each in NAMES}}
    hints = typing.get_type_hints(kind, None, {n: t for n, t in elsewhere.items() if n not in known})
    return {name: hints[name] for name in names}


_ELSEWHERE = {"Array": np.ndarray, "Codes": np.ndarray, "Expr": Expr, "Term": terms.Term}
"""What some modules import for type checkers alone."""
