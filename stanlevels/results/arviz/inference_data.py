"""From draws to the groups that ArviZ works on."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.names import distinct
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain, Known, Linear, walk
from stanlevels.results.arviz.arviz_names import ArvizNames, storable_name
from stanlevels.results.arviz.axes import Axis, component_axes, labelled_axis, storable, unit_axes
from stanlevels.results.arviz.groups import hold
from stanlevels.results.draws import Draws

if TYPE_CHECKING:
    import xarray

    from stanlevels.binding import Bound
    from stanlevels.engines.base import RawDraws
    from stanlevels.results.arviz.groups import Groups

__all__ = [
    "About",
    "Variable",
    "attributes_of",
    "data_array",
    "data_groups",
    "dataset",
    "leading_axes",
    "outcomes_of",
    "posterior_of",
    "to_inference_data",
]


@dataclass(frozen=True)
class About:
    """What a saved result says of where it came from.

    Attributes
    ----------
    model : str
        The model's name.
    program : str
        The Stan program.
    version : str
        That of stanlevels.
    """

    model: str
    program: str
    version: str


@dataclass(frozen=True, eq=False)
class Variable:
    """One array on its way into a dataset."""

    name: str
    axes: tuple[Axis, ...]
    values: Array
    attrs: Mapping[str, Any]


def to_inference_data(
    draws: Draws, warmup: Draws | None, raw: RawDraws, names: ArvizNames, about: About
) -> Groups:
    """Draws and data with every unit under its own label.

    Parameters
    ----------
    draws : Draws
        By quantity.
    warmup : Draws or None
        Those of the warm-up, where it was saved.
    raw : RawDraws
        Statistics of the sampler, and how it was run.
    names : ArvizNames
        Of dimensions and variables.
    about : About
        What goes into the attributes.

    Returns
    -------
    arviz.InferenceData or xarray.DataTree
        Groups posterior, sample_stats, observed_data, constant_data, and those of the warm-up where
        it was saved; chains are numbered from 1, as in messages.
    """
    attrs = attributes_of(raw, names, about)
    if again := [name for name in draws.recorded if draws.is_on_demand(name)]:
        attrs["on_demand"] = json.dumps(again, ensure_ascii=False)
    groups = {
        "posterior": posterior_of(draws, raw, names),
        "sample_stats": _stats(raw.stats, raw),
    }
    if draws.bound.has_rows:
        groups |= data_groups(draws, names)
    if warmup is not None:
        groups["warmup_posterior"] = posterior_of(warmup, raw, names)
        groups["warmup_sample_stats"] = _stats(raw.warmup_stats, raw)
    for name in ("posterior", "sample_stats"):
        groups[name].attrs.update({k: v for k, v in attrs.items() if k != "stan_code"})
    kept = {name: group for name, group in groups.items() if group.data_vars}
    return hold(kept, attrs)


def attributes_of(raw: RawDraws, names: ArvizNames, about: About) -> dict[str, Any]:
    """What a result says of where it came from."""
    attrs: dict[str, Any] = {
        "inference_library": "stanlevels",
        "inference_library_version": about.version,
        "model_name": about.model,
        "engine": raw.engine,
        "engine_versions": json.dumps(dict(raw.versions), ensure_ascii=False),
        "seed": int(raw.seed),
        "failed_chains": [failure.chain for failure in raw.failures],
        "interrupted": int(raw.interrupted),
        "stan_code": about.program,
    }
    if names.renamed:
        attrs["renamed"] = json.dumps(names.renamed, ensure_ascii=False)
    for stage, seconds in raw.seconds.items():
        attrs[f"{stage}_seconds"] = np.asarray(seconds, dtype=float).ravel()
    return {
        key: value for key, value in attrs.items() if not isinstance(value, list | np.ndarray) or len(value)
    }


# --- groups ----------------------------------------------------------------------------------


def data_groups(draws: Draws, names: ArvizNames, absent: Collection[str] = ()) -> dict[str, xarray.Dataset]:
    """The groups observed_data, without outcomes that are `absent`, and constant_data."""
    return {
        "observed_data": dataset(_observed(draws.bound, draws.planned, names, absent), {}),
        "constant_data": dataset(_covariates(draws.bound, draws.planned, names), {}),
    }


def outcomes_of(draws: Draws, raw: RawDraws, names: ArvizNames) -> xarray.Dataset:
    """Outcomes that were drawn, a variable for each line with data; categories are numbered from 1."""
    found = []
    for name, line in draws.planned.observed.items():
        axes = unit_axes(line.domain, draws.bound, names)
        if draws.size(name)[1] > 1:
            axes += component_axes(name, draws.planned, names)
        values = draws.whole(name)
        leading = leading_axes(raw, values.shape[1])
        shape = (*values.shape[:2], *(len(axis.labels) for axis in axes))
        values = values.reshape(shape)
        whole = values.astype(np.int64) if line.family.discrete else values
        found.append(Variable(names[name], (*leading, *axes), whole, _of_outcome(name, draws.bound, line)))
    return dataset(found, {})


def posterior_of(draws: Draws, raw: RawDraws, names: ArvizNames) -> xarray.Dataset:
    """Draws of every quantity that is recorded and stored."""
    units: dict[Domain, tuple[Axis, ...]] = {}
    found = []
    for name in draws.recorded:
        if draws.is_on_demand(name):
            continue
        domain = draws.line(name).domain
        if domain not in units:
            units[domain] = unit_axes(domain, draws.bound, names)
        found.append(_quantity(name, draws, raw, names, units[domain]))
    return dataset(found, {})


def _quantity(name: str, draws: Draws, raw: RawDraws, names: ArvizNames, units: tuple[Axis, ...]) -> Variable:
    """Draws of a quantity, its flat axes unfolded."""
    axes = units + component_axes(name, draws.planned, names)
    values = draws.whole(name)
    leading = leading_axes(raw, values.shape[1])
    values = values.reshape(*values.shape[:2], *(len(axis.labels) for axis in axes))
    if draws.line(name).is_correlation:
        values = _with_unit_diagonal(values)
    return Variable(names[name], (*leading, *axes), values, {})


def _with_unit_diagonal(values: Array) -> Array:
    """Correlation matrices with a diagonal of exactly 1.

    L L' leaves 1 - 2e-16 in some draws, and a histogram (arviz.plot_trace) cannot cut that into bins.
    """
    values = values.copy()
    each = np.arange(values.shape[-1])
    values[..., each, each] = 1.0
    return values


def leading_axes(raw: RawDraws, draws: int) -> tuple[Axis, Axis]:
    """Chains, numbered as in messages, and draws."""
    return Axis("chain", tuple(raw.chains)), Axis("draw", tuple(range(draws)))


def _stats(stats: Mapping[str, Array], raw: RawDraws) -> xarray.Dataset:
    found = [Variable(name, leading_axes(raw, values.shape[1]), values, {}) for name, values in stats.items()]
    return dataset(found, {})


def _of_outcome(name: str, bound: Bound, line: Line) -> dict[str, Any]:
    """Where an outcome is observed, and its categories."""
    attrs: dict[str, Any] = {"columns": json.dumps(list(line.variable.observed), ensure_ascii=False)}
    if (labels := bound.outcome_labels(name)) is not None:
        attrs["categories"] = json.dumps([str(label) for label in labels], ensure_ascii=False)
    return attrs


def _observed(
    bound: Bound, planned: Planned, names: ArvizNames, absent: Collection[str] = ()
) -> list[Variable]:
    found = []
    for name, line in planned.observed.items():
        if name in absent:
            continue
        values = np.asarray(bound.seen(name))
        axes = unit_axes(line.domain, bound, names)
        attrs = _of_outcome(name, bound, line)
        if values.ndim > 1:
            axes += component_axes(name, planned, names)
        shape = tuple(len(axis.labels) for axis in axes)
        found.append(Variable(names[name], axes, values.reshape(shape), attrs))
    return found


def _covariates(bound: Bound, planned: Planned, names: ArvizNames) -> list[Variable]:
    """Every covariate at every domain where a line uses it, weights included."""
    taken = set(names.by_key.values())
    found: list[Variable] = []
    for what, domain, labels in _known(planned, names):
        axes = unit_axes(domain, bound, names)
        shape = tuple(len(axis.labels) for axis in axes)
        if labels is None:
            wanted, values = storable_name(what), bound.column(domain, what).reshape(shape)
        else:
            wanted, values = f"{names[what]}_values", bound.matrix(domain, what).reshape(*shape, -1)
            axes = (*axes, labels)
        place = "_".join(axis.dim for axis in axes[: len(domain)])
        seen = any(variable.attrs["source"] == what for variable in found)
        name = distinct(f"{wanted}_{place}" if seen or wanted in taken else wanted, taken)
        taken.add(name)
        found.append(Variable(name, axes, values, {"source": what}))
    return found


def _known(planned: Planned, names: ArvizNames) -> Iterable[tuple[str, Domain, Axis | None]]:
    """Columns and sets of covariates with the domains where they are used, each once."""
    used: dict[tuple[str, Domain, bool], None] = {}
    lines = [line for line in planned.lines.values() if not (line.is_latent and line.variable.completes)]
    for line in lines:
        for term in (inner for arg in line.args.values() for inner in walk(arg)):
            if isinstance(term, Known) and not term.column.startswith("<"):
                used[(term.column, line.domain, False)] = None
            elif isinstance(term, Linear):
                used[(term.covariates, line.domain, True)] = None
        weights = getattr(line.node, "weights", None)
        if weights is not None and not weights.startswith("<"):
            used[(weights, line.domain, False)] = None
    for name, domain, is_set in used:
        yield name, domain, labelled_axis(name, planned, names) if is_set else None


# --- xarray ----------------------------------------------------------------------------------


def dataset(variables: Iterable[Variable], attrs: Mapping[str, Any]) -> xarray.Dataset:
    """Arrays with their dimensions and labels."""
    import xarray

    coords: dict[str, tuple[str, Array]] = {}
    arrays = {}
    for variable in variables:
        for axis in variable.axes:
            _add_coordinates(coords, axis)
        dims = tuple(axis.dim for axis in variable.axes)
        arrays[variable.name] = (dims, variable.values, dict(variable.attrs))
    return xarray.Dataset(arrays, coords=coords, attrs=dict(attrs))


def _add_coordinates(coords: dict[str, tuple[str, Array]], axis: Axis) -> None:
    if axis.dim in coords:
        return
    coords[axis.dim] = (axis.dim, storable(axis.labels))
    for name, labels in axis.beside.items():
        coords[name] = (axis.dim, storable(labels))


def data_array(name: str, draws: Draws, raw: RawDraws, names: ArvizNames) -> xarray.DataArray:
    """Draws of any quantity, recorded or computed from those that are, with its labels."""
    units = unit_axes(draws.line(name).domain, draws.bound, names)
    return dataset([_quantity(name, draws, raw, names, units)], {})[names[name]]
