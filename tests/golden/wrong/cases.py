"""How cases of being wrong are filed, and what several of them use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import stanlevels as sl
from stanlevels.language.expressions import Expression

Case = Callable[[], object]


class Cases(list[Case]):
    """The cases of one family of messages; it decorates each of them."""

    def __call__(self, case: Case) -> Case:
        self.append(case)
        return case


def bind(lines: Mapping[str, Any], **columns: Any) -> object:
    """Define a model from lines and bind a few rows to it."""
    data = {"y": [1.0, 2.0, 4.0], "x": [0.5, 1.5, 2.5], "g": ["a", "b", "b"], **columns}
    return sl.Model.define("M", lines).bind(data)


def observed(mean: Any = 0, sd: Any = 1) -> Expression:
    return sl.Normal(mean, sd, observed=True)
