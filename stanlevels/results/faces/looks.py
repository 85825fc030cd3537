"""Pictures."""

from __future__ import annotations

from stanlevels.graph import GraphWithData
from stanlevels.plan.as_graph import graph_of
from stanlevels.results.faces.face import Face, Tabled
from stanlevels.results.plots.accessor import Plots

__all__ = ["Looks"]


class Looks:
    """Pictures."""

    @property
    def graph(self: Face) -> GraphWithData:
        """The dependency graph with the sizes of the levels; see `Model.graph`.

        After maximum likelihood and its kin, boxes are parameters: numbers that were estimated, and have no
        distribution.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Groups(sl.Model):
        ...     group = sl.Level()
        ...     mean = sl.Normal(0, 5)
        ...     u = sl.Normal(mean, 1, over=group)
        ...     y = sl.Normal(u, 1, observed=True)
        >>> fit = Groups.fit({"group": list("aabb"), "y": [1, 2, 3, 5]}, method="mle", progress=False)
        >>> "group, J = 2" in fit.graph.svg()
        True
        """
        return graph_of(self.planned, self.bound, getattr(self, "roles", self.planned.roles))

    @property
    def plot(self: Tabled) -> Plots:
        """Pictures: `shrinkage`, `effects`, `variance`, `predictive`, `trace`, `rank`, `prior_posterior`.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Groups(sl.Model):
        ...     group = sl.Level()
        ...     u = sl.Normal(0, 1, over=group)
        ...     y = sl.Normal(u, 1, observed=True)
        >>> fit = Groups.fit({"group": list("aabb"), "y": [1, 2, 3, 5]}, method="mle", progress=False)
        >>> fit.plot  # doctest: +ELLIPSIS
        <pictures of a fit of Groups: curve(), effects(), predictive(), prior_posterior(), ...>
        """
        return Plots(self)
