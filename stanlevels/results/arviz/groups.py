"""What holds the groups of a result: ArviZ's `InferenceData`, or xarray's `DataTree` since ArviZ 1."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import arviz
    import xarray

    class Groups(arviz.InferenceData, xarray.DataTree):  # type: ignore[misc]
        """One of the two, to type checkers and editors both: every function of ArviZ takes it.

        Both have the groups by name, as `groups["posterior"]` and `groups.posterior`, and `attrs`.
        """

        posterior: xarray.Dataset
        sample_stats: xarray.Dataset
        observed_data: xarray.Dataset
        constant_data: xarray.Dataset
        log_likelihood: xarray.Dataset
        warmup_posterior: xarray.Dataset
        warmup_sample_stats: xarray.Dataset

        def __getitem__(self, key: str) -> xarray.Dataset: ...


__all__ = ["Groups", "are_a_tree", "hold", "put"]


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

        tree: Groups = xarray.DataTree.from_dict({"/": xarray.Dataset(attrs=attrs), **groups})
        return tree
    import arviz

    held: Groups = arviz.InferenceData(**groups, attrs=dict(attrs), warn_on_custom_groups=False)
    return held


def put(held: Groups, name: str, group: xarray.Dataset) -> None:
    """Add a group, or replace the one of that name, in place."""
    if are_a_tree():
        import xarray

        held[name] = xarray.DataTree(group)
        return
    if name in held.groups():
        del held[name]
    held.add_groups({name: group})
