"""Every distribution is of one kind of work."""

import pytest

from stanlevels.distributions.table import FAMILIES
from stanlevels.distributions.work import work_of_density

GAMMAS = {
    *("Beta", "Gamma", "InverseGamma", "BetaBinomial", "NegBinomial", "LKJCholesky", "Dirichlet"),
    "DirichletMultinomial",
}
SIMPLE = {"Normal", "HalfNormal", "Cauchy", "HalfCauchy", "Laplace", "Uniform", "Exponential"}


@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_gamma_functions_are_told_from_polynomials(family):
    for form in family.parameterizations:
        found = work_of_density(form.stan)
        assert (found == "gammas") == (family.name in GAMMAS)
        assert (found == "simple") <= (family.name in SIMPLE)
