"""Correlated units as sums of independent ones, where how they are correlated is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.linear.forms import NotLinear

if TYPE_CHECKING:
    from stanlevels.linear.forms import Forms
    from stanlevels.plan.placed import Line

__all__ = ["known_root"]

_LARGEST = 50_000_000  # numbers of a root: 400 MB


def known_root(line: Line, forms: Forms) -> Any | NotLinear:
    """What the numbers of a line at scale 1 are of independent ones: a sparse array (numbers, numbers).

    Or why there is none: a quantity that says how units are correlated is unknown.
    """
    from scipy import sparse

    structure = line.family.structure
    width, units = forms.width(line), forms.bound.size(line.domain)
    if structure is None:
        return sparse.eye_array(units * width, format="csr")
    given = {}
    for name in structure.arguments:
        found = forms.term(line, line.args[name])
        if isinstance(found, NotLinear) or not found.known:
            return NotLinear.of(
                line,
                f"how its units are correlated is unknown ({name})",
                "method='mle' and 'reml' find one that is a number for the whole model; else use"
                f" method='nuts', or give {name} a number, as in sl.Constant(0.5)",
            )
        given[name] = found.wide(width).offset.reshape(1, 1, units, width)
    if units * units > _LARGEST:
        return NotLinear.of(
            line, f"{units:,} correlated units make a matrix that does not fit", "use method='nuts'"
        )
    each = np.eye(units)[None, :, :, None]
    made = structure.numbers(each, forms.bound.geometry(line.name), **given)[0]
    total = sparse.csr_array((units * width, units * width))
    for k in range(width):  # components stand beside each other within units
        own = sparse.csr_array(([1.0], ([k], [k])), shape=(width, width))
        total = total + sparse.kron(made[:, :, min(k, made.shape[2] - 1)].T, own)
    return total.tocsr()
