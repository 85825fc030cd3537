"""The printer: nodes to Stan's text. It alone decides precedence and parentheses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stanlevels.program.stan import (
    Assignment,
    Binary,
    Block,
    Call,
    Command,
    Declaration,
    Density,
    Expression,
    For,
    Increment,
    Index,
    Literal,
    Negative,
    Row,
    Transposed,
    Type,
    Variable,
)

__all__ = ["expression_text", "lines", "type_text"]

# How tightly things bind, in the order of Stan's reference manual ("Operator precedence"): there,
# elementwise products bind tighter than the others.
_SUM, _PRODUCT, _ELEMENTWISE, _SIGN, _POWER, _ATOM = range(1, 7)


def expression_text(expression: Expression) -> str:
    """An expression, with the parentheses that Stan or a reader needs.

    Examples
    --------
    >>> a, b, z = (Variable(name) for name in "abz")
    >>> expression_text(Binary("*", a, Binary("*", b, z, elementwise=True)))
    'a * (b .* z)'
    """
    match expression:
        case Variable(name=name):
            return name
        case Literal():
            return _number(expression)
        case Index(base=base, indices=indices):
            places = ["" if i is None else expression_text(i) for i in indices]
            return f"{_enclosed(base, _ATOM)}[{', '.join(places)}]"
        case Call(function=function, args=args):
            return f"{function}({_listed(args)})"
        case Density(function=function, variable=variable, args=args):
            given = f" | {_listed(args)}" if args else ""
            return f"{function}({expression_text(variable)}{given})"
        case Binary():
            return _binary(expression)
        case Negative(inner=inner):
            return f"-{_enclosed(inner, _SIGN)}"
        case Row(items=items):
            return f"[{_listed(items)}]"
        case Transposed(inner=inner):
            return f"{_enclosed(inner, _ATOM)}'"


def _listed(items: Iterable[Expression]) -> str:
    return ", ".join(expression_text(item) for item in items)


def _number(literal: Literal) -> str:
    value = literal.value
    if float(value).is_integer() and abs(value) < 2**31:
        return f"{int(value)}.0" if literal.real else str(int(value))
    if value in (float("inf"), float("-inf")):
        return "positive_infinity()" if value > 0 else "negative_infinity()"
    return repr(float(value))


def _binds(expression: Expression) -> int:
    """How tightly the outermost operator binds."""
    match expression:
        case Binary(symbol="+" | "-"):
            return _SUM
        case Binary(symbol="^"):
            return _POWER
        case Binary(elementwise=elementwise):
            return _ELEMENTWISE if elementwise else _PRODUCT
        case Negative():
            return _SIGN
        case Literal(value=value):
            return _SIGN if value < 0 else _ATOM
        case _:
            return _ATOM


def _enclosed(expression: Expression, outer: int) -> str:
    """The text, in parentheses where `outer` binds tighter."""
    text = expression_text(expression)
    return f"({text})" if _binds(expression) < outer else text


def _binary(operator: Binary) -> str:
    """Sums and products group to the left, powers to the right.

    A product inside one of the other kind (``*`` in ``.*``) always has parentheses: few readers
    know which of the two binds tighter.
    """
    binds, symbol = _binds(operator), operator.symbol
    left = _operand(operator.left, binds, binds + (symbol == "^"))
    right = _operand(operator.right, binds, binds + (symbol in "-/*"))
    return f"{left} {'.' if operator.elementwise else ''}{symbol} {right}"


def _operand(inner: Expression, binds: int, least: int) -> str:
    mixed = {_binds(inner), binds} == {_PRODUCT, _ELEMENTWISE}
    return _enclosed(inner, _ATOM if mixed else least)


def type_text(type_: Type) -> str:
    """A type as it stands before a variable's name.

    Examples
    --------
    >>> N = Variable("N")
    >>> type_text(Type("int", lower=Literal(0), array=(N,))), type_text(Type("matrix", (N, Literal(2))))
    ('array[N] int<lower=0>', 'matrix[N, 2]')
    """
    array = f"array[{_listed(type_.array)}] " if type_.array else ""
    bounds = [f"{word}={expression_text(bound)}" for word, bound in _constraints(type_) if bound is not None]
    constraint = f"<{', '.join(bounds)}>" if bounds else ""
    return f"{array}{type_.kind}{constraint}{f'[{_listed(type_.sizes)}]' if type_.sizes else ''}"


def _constraints(type_: Type) -> tuple[tuple[str, Expression | None], ...]:
    return ("lower", type_.lower), ("upper", type_.upper), ("multiplier", type_.multiplier)


def lines(body: Iterable[Command]) -> Iterator[str]:
    """Statements, a line each; what stands inside others is indented."""
    for command in body:
        match command:
            case Declaration(type=type_, name=name, value=value):
                definition = "" if value is None else f" = {expression_text(value)}"
                yield f"{type_text(type_)} {name}{definition};"
            case Increment(value=value):
                yield f"target += {expression_text(value)};"
            case Assignment(to=to, value=value):
                yield f"{expression_text(to)} = {expression_text(value)};"
            case For(counter=counter, last=last, body=inner):
                yield f"for ({counter} in 1:{expression_text(last)}) {{"
                yield from _indented(inner)
                yield "}"
            case Block(body=inner):
                yield "{"
                yield from _indented(inner)
                yield "}"


def _indented(body: Iterable[Command]) -> Iterator[str]:
    return (f"  {line}" for line in lines(body))
