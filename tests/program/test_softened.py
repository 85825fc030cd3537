"""The Stan functions of what is soft near 0, against SciPy, in both tails; and their inverse."""

import numpy as np
import pytest
import stanli
from scipy.stats import norm

from stanlevels.resources import folder
from stanlevels.values.forms import before_softening, softened

Z = np.array([-30.0, -12.0, -8.0, -5.0, -1.0, 0.0, 0.7, 3.0, 8.0, 30.0])
SIZE = np.linspace(0.5, 3, len(Z))


def function(name, z, size):
    code = (folder("stan_templates") / "functions" / f"{name}.stan").read_text()
    return stanli.Function(name, stan_code="functions {\n" + code + "}")({"z": z, "typical": size})


@pytest.mark.parametrize("place", range(len(Z)))
def test_a_number_and_its_slope_are_right_in_both_tails(place):
    z, size = float(Z[place]), float(SIZE[place])
    log = np.log(size) + z / 2 + norm.logcdf(z)
    slope = log + np.log(0.5 + np.exp(norm.logpdf(z) - norm.logcdf(z)))
    assert np.log(function("softened", z, size)) == pytest.approx(log, rel=1e-12)
    assert function("log_slope_softened", z, size) == pytest.approx(slope, rel=1e-12)


def test_vectors_are_their_numbers():
    one = [function("softened", float(z), float(size)) for z, size in zip(Z, SIZE, strict=True)]
    slopes = [function("log_slope_softened", float(z), float(size)) for z, size in zip(Z, SIZE, strict=True)]
    np.testing.assert_allclose(function("softened", Z, SIZE), one, rtol=1e-14)
    assert function("log_slope_softened", Z, SIZE) == pytest.approx(sum(slopes), rel=1e-13)


def test_the_way_back_is_that_of_numpy():
    np.testing.assert_allclose(before_softening(softened(Z)), Z, rtol=1e-10, atol=1e-10)
    wide = np.geomspace(1e-200, 1e100, 301)
    np.testing.assert_allclose(softened(before_softening(wide)), wide, rtol=1e-9)
    assert np.isfinite(before_softening(np.zeros(1))).all()
