"""brms's ``mixture(gaussian, gaussian)``: which distributions there are, and what each is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from stanlevels.formulas.draft import Draft
from stanlevels.formulas.expand import Design
from stanlevels.formulas.expressions import quoted
from stanlevels.formulas.groups import Shared
from stanlevels.formulas.outcome_lines import Said, component_text, is_positive, row_of
from stanlevels.formulas.outcomes import Chosen, Outcome, chosen
from stanlevels.formulas.predictor import predictor
from stanlevels.formulas.syntax import Call, Name, Number, Syntax, formula_text
from stanlevels.formulas.tokens import misread

__all__ = ["Mixed", "mixed", "mixture_text"]

_WEIGHT = "theta"


@dataclass(frozen=True)
class Mixed:
    """The components of a mixture.

    Attributes
    ----------
    components : tuple of Chosen
    ordered : bool
        Whether the intercepts of the components' means increase, which tells them apart.
    """

    components: tuple[Chosen, ...]
    ordered: bool

    @property
    def arguments(self) -> list[str]:
        """What may have a formula: ``sigma2`` is sigma of the second, ``theta2`` its weight."""
        return [
            f"{name}{place}"
            for place, each in enumerate(self.components, 1)
            for name in ("mu", *each.family.arguments, _WEIGHT)
        ]


def mixed(family: Syntax | str | None, formula: str) -> Mixed | None:
    """The components of a family that is a mixture; None where it is another.

    Raises
    ------
    DeclarationError
        If a component is no family, or cannot be one of several.
    """
    if not isinstance(family, Call) or family.function != "mixture":
        return None
    given = {name: value for name, value in family.arguments if name}
    count, order, families = given.pop("nmix", None), given.pop("order", None), given.pop("flist", None)
    parts = list(family.plain)
    if isinstance(count, Number) and len(parts) == 1:
        parts *= int(count.value)
    if given or families is not None or len(parts) < 2 or (count is not None and len(family.plain) != 1):
        raise misread(
            f"the family is {formula_text(family)}",
            formula,
            family.at,
            expected="mixture(gaussian, gaussian), mixture(poisson, nmix = 3)",
        )
    components = tuple(chosen(part, formula) for part in parts)
    for part, each in zip(parts, components, strict=True):
        if each.family.wrapper or each.family.cut or each.family.counts or each.family.spread:
            raise misread(
                f"{each.name} is a component of a mixture",
                formula,
                part.at,
                expected="distributions of single numbers, without zeros or thresholds of their own",
            )
    alike = len({each.name for each in components}) == 1
    said = formula_text(order).strip('"') if order is not None else ""
    if said not in ("", "none", "mu", "TRUE", "FALSE", "T", "F"):
        raise misread(f"order = {said} of mixture(...)", formula, family.at, expected="'mu' or 'none'")
    return Mixed(components, alike if not said else said in ("mu", "TRUE", "T"))


def mixture_text(
    several: Mixed,
    outcome: Outcome,
    column: Name,
    designs: Mapping[str, Design],
    numbers: Mapping[str, str],
    of: str,
    draft: Draft,
    shared: Mapping[str, Shared],
) -> str:
    """The text of the line of an outcome that is from one of several distributions.

    Parameters
    ----------
    several : Mixed
    outcome : Outcome
    column : Name
    designs, numbers : mapping
        What has a formula, and what is a number; that of "" is the mean of components without one.
    of : str
        What the names of lines end with.
    draft : Draft
        Gets the lines.
    shared : mapping of str to Shared
    """
    labels = [f"mu{place}" for place in range(1, len(several.components) + 1)]
    means = [designs.get(label, designs[""]) for label in labels]
    starts = ""
    if several.ordered and all(design.intercept for design in means):
        kind = draft.line(f"kind{of}", f"sl.Index([{', '.join(map(quoted, labels))}])")
        starts = draft.line(f"intercept{of}", f"sl.Normal(over={kind}, ordered=True)")
        means = [replace(design, absorbed=True) for design in means]
    inner = []
    for place, (label, design, choice) in enumerate(zip(labels, means, several.components, strict=True), 1):
        mu = predictor(design, draft, f"_{label}{of}", shared)
        if starts:
            mu = f"{starts}[{quoted(label)}]" + (f" + {mu}" if mu != "0" else "")
        said: dict[str, Said] = {}
        for name in choice.family.arguments:
            if f"{name}{place}" in numbers:
                said[name] = Said(numbers[f"{name}{place}"], linked=False)
            elif f"{name}{place}" in designs:
                text = predictor(designs[f"{name}{place}"], draft, f"_{name}{place}{of}", shared)
                said[name] = Said(text, link=choice.links.get(name, ""))
            elif (prior := draft.priors.find(f"{name}{place}", of)) is not None:
                row = row_of(outcome, choice, draft)
                text = prior.line(positive=is_positive(row, choice.family.arguments[name]))
                said[name] = Said(draft.line(f"{name}{place}{of}", text), linked=False)
        inner.append(component_text(outcome, column, choice, mu, said, draft))
    weights = _weights(len(inner), column, designs, numbers, of, draft, shared)
    name = draft.outcomes[column.name]
    observed = "True" if name == column.name else quoted(column.name)
    return f"sl.Mixture([{', '.join(inner)}]{weights}, observed={observed})"


def _weights(
    count: int,
    column: Name,
    designs: Mapping[str, Design],
    numbers: Mapping[str, str],
    of: str,
    draft: Draft,
    shared: Mapping[str, Shared],
) -> str:
    """What is said of the weights, by formulas of log odds or by numbers; "" where they are left open."""
    names = [f"{_WEIGHT}{place}" for place in range(1, count + 1)]
    given, modelled = [n for n in names if n in numbers], [n for n in names if n in designs]
    if given and (modelled or len(given) < count):
        raise misread(
            "weights of a mixture are numbers for some of its components",
            draft.formula,
            column.at,
            expected=f"a number for each: {', '.join(f'{name} = 1' for name in names)}",
        )
    if given:
        total = sum(float(numbers[name]) for name in names)
        return f", [{', '.join(f'{float(numbers[name]) / total:.6g}' for name in names)}]"
    if not modelled:
        return ""
    if len(modelled) != count - 1:
        raise misread(
            f"{len(modelled)} of the {count} weights of a mixture have formulas",
            draft.formula,
            column.at,
            expected="all but one, which they are compared with",
        )
    odds = [predictor(designs[n], draft, f"_{n}{of}", shared) if n in designs else "0" for n in names]
    return f", logit=[{', '.join(odds)}]"
