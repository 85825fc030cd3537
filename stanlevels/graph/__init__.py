"""The declared graph: frozen nodes and expressions, without data and without Stan.

A `Graph` is what a model class means. Nodes refer to each other by name, so a graph can be
inherited from and overridden line by line. Expressions are plain trees.
"""

from stanlevels.graph.composition import Composition, composition
from stanlevels.graph.expressions import (
    At,
    Call,
    Column,
    Component,
    Derived,
    Dot,
    Expr,
    Number,
    Op,
    Ref,
    Stack,
    children,
    exchanged,
    rebuilt,
    references,
    walk,
)
from stanlevels.graph.graph import Graph, depth_first
from stanlevels.graph.nodes import (
    ROWS,
    ConstantNode,
    CovariateColumn,
    CovariatesNode,
    CovariateTerm,
    ExpressionNode,
    IndexNode,
    LevelNode,
    Node,
    QuantityNode,
    ShortForm,
    VariableNode,
    expressions,
    parents,
    uses,
)
from stanlevels.graph.with_data import GraphWithData

__all__ = [
    "Composition",
    "rebuilt",
    "composition",
    "ROWS",
    "At",
    "Call",
    "Column",
    "Component",
    "ConstantNode",
    "CovariateColumn",
    "CovariateTerm",
    "CovariatesNode",
    "Derived",
    "Dot",
    "Expr",
    "ExpressionNode",
    "Graph",
    "GraphWithData",
    "IndexNode",
    "LevelNode",
    "Node",
    "Number",
    "Op",
    "QuantityNode",
    "Ref",
    "ShortForm",
    "Stack",
    "VariableNode",
    "children",
    "depth_first",
    "exchanged",
    "expressions",
    "parents",
    "references",
    "uses",
    "walk",
]
