"""Every kind of model of the golden programs, fitted, saved without its rows, and loaded."""

import pytest

import stanlevels as sl
from tests.arviz_of_any_age import group_names
from tests.golden.programs import MODELS, bind
from tests.results.keep.kit import same_tables

FEW = ["Nested", "Crossed", "Families", "Roads", "Pairs", "UnitCovariates", "Rowwise", "NestedSlopes"]
FEW += ["Cutpoints", "Categories", "Vectors", "Weighted", "InCells", "AwkwardNames", "EqualSlopes"]
BEYOND = {"PositiveUnits"}  # draws of four steps do not start there
ALL = [
    name if name in FEW else pytest.param(name, marks=pytest.mark.slow)
    for name in MODELS
    if name not in BEYOND
]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.filterwarnings("ignore::stanlevels.StanlevelsWarning")
def test_a_fit_comes_back_as_it_was(name, frame, tmp_path):
    fit = bind(name, frame).fit(draws=4, warmup=4, chains=1, seed=1, progress=False)
    same_tables(sl.load(fit.save(tmp_path / "fit.zip")), fit)


@pytest.mark.parametrize("name", ["Families", "NestedSlopes", "InCells"])
@pytest.mark.filterwarnings("ignore::stanlevels.StanlevelsWarning")
def test_so_do_its_rows_where_they_are_asked_for(name, frame, tmp_path):
    fit = bind(name, frame).fit(draws=4, warmup=4, chains=1, seed=1, progress=False)
    back = sl.load(fit.save(tmp_path / "fit.zip", rows=True))
    same_tables(back, fit)
    assert back.idata.observed_data.equals(fit.idata.observed_data)
    assert group_names(back.idata) == group_names(fit.idata)
