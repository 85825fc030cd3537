"""What holds the groups of a result: ArviZ's `InferenceData`, or xarray's `DataTree` since ArviZ 1."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import arviz
    import xarray

    Groups: TypeAlias = arviz.InferenceData | xarray.DataTree
    """Both have a dataset for every group, as `groups["posterior"]` and `groups.posterior`, and `attrs`."""

__all__ = ["are_a_tree", "hold", "put"]


@cache
def are_a_tree() -> bool:
    """Whether the ArviZ that is installed works on a `DataTree`: from 1.0 on it has no `InferenceData`."""
    return int(version("arviz").partition(".")[0]) >= 1


def hold(groups: Mapping[str, xarray.Dataset], attrs: Mapping[str, Any]) -> Groups:
    """Datasets by the names of their groups, as the ArviZ that is installed takes them.

    The arrays are not copied.
    """
    if are_a_tree():
        import xarray

        return xarray.DataTree.from_dict({"/": xarray.Dataset(attrs=attrs), **groups})
    import arviz

    return arviz.InferenceData(**groups, attrs=dict(attrs), warn_on_custom_groups=False)


def put(held: Groups, name: str, group: xarray.Dataset) -> None:
    """Add a group, or replace the one of that name, in place."""
    if are_a_tree():
        import xarray

        held[name] = xarray.DataTree(group)
        return
    if name in held.groups():
        del held[name]
    held.add_groups({name: group})
