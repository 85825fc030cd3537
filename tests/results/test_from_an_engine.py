"""Cells of real draws under their labels, on both engines: x[i, j, k] = 100 i + 10 j + k up to ArviZ."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.engines.base import Settings
from stanlevels.engines.choose import engines
from stanlevels.results.fit import Fit
from tests.results.kit import Written, planned_on

CODE = """
data { int I; int J; int K; }
parameters { real z; }
model { z ~ std_normal(); }
generated quantities {
  matrix[I * J, K] flat;
  array[I * J] vector[K] stacked;
  matrix[K, K] side;
  for (i in 1:I) for (j in 1:J) for (k in 1:K) {
    flat[(i - 1) * J + j, k] = 100 * i + 10 * j + k;
    stacked[(i - 1) * J + j][k] = 100 * i + 10 * j + k + z;
  }
  for (i in 1:K) for (k in 1:K) side[i, k] = 10 * i + k;
}
"""


class Cells(sl.Model):
    i = sl.Level()
    j = sl.Level()
    k = sl.Index(["k1", "k2"])
    z = sl.Normal(0, 1)
    x = sl.Normal(0, 1, over=(i, j, k))
    xz = sl.Normal(0, 1, over=(i, j, k))
    y = sl.Normal(x["k1"] + z, 1, observed=True)


@pytest.fixture(params=["stanli", pytest.param("cmdstan", marks=pytest.mark.cmdstan)])
def engine(request):
    found = engines()[request.param]
    if why := found.why_not():
        pytest.skip(f"engine {request.param} cannot be tested: {why}")
    return found


def test_cells_stand_under_their_labels_whatever_order_the_engine_writes_them_in(engine):
    rows = [(f"i{a}", f"j{b}") for a in (1, 2, 3) for b in (1, 2, 3, 4)]
    frame = pd.DataFrame(rows, columns=["i", "j"]).assign(y=np.arange(12.0))
    planned, bound = planned_on(Cells, frame)
    settings = Settings(chains=2, warmup=200, draws=20, seed=3, progress=False)
    raw = engine.prepare(CODE, {"I": 3, "J": 4, "K": 2}, name="cells").sample(settings)
    outputs = {"z": "z", "x": "flat", "xz": "stacked"}
    fit = Fit("Cells", bound, planned, Written(CODE, outputs), raw, settings)
    posterior, effects = fit.idata.posterior, fit.effects("x").set_index(["i", "j", "component"])
    for i in (1, 2, 3):
        for j in (1, 2, 3, 4):
            for k in (1, 2):
                label = {"i": f"i{i}", "j": f"j{j}", "k": f"k{k}"}
                value = 100 * i + 10 * j + k
                assert (posterior.x.sel(label) == value).all()
                # adding z, CSV keeps at least 8 digits of it
                np.testing.assert_allclose(posterior.xz.sel(label), value + posterior.z, rtol=1e-7)
                assert effects.loc[tuple(label.values()), "estimate"] == value
    np.testing.assert_array_equal(raw.variables["side"][0, 0], [[11, 12], [21, 22]])
    assert fit.idata.sample_stats.sizes == {"chain": 2, "draw": 20}
    assert set(fit.idata.sample_stats) == {
        "lp", "acceptance_rate", "step_size", "tree_depth", "n_steps", "diverging", "energy",
    }  # fmt: skip
