"""What work costs, and what is said of it."""

import pytest

import stanlevels as sl
from stanlevels.plan.costs import PRICED, PRICES, milliseconds, rate
from stanlevels.plan.work import Work
from tests.plan.test_work import ROWS, Groups


@pytest.mark.parametrize("engine", PRICES)
def test_every_kind_of_work_has_a_price(engine):
    assert len(PRICES[engine]) == len(PRICED)
    for kind in PRICED[1:-1]:
        assert milliseconds(Work(**{kind: 1_000_000}), engine) >= milliseconds(Work(), engine)


def test_an_effective_draw_costs_more_with_more_numbers_and_more_work():
    few, many = (Groups.bind(ROWS, plan=plan) for plan in (sl.Plan(), sl.Plan.literal()))
    assert rate(few.planned, few.planned, (few.data, few.data)) == 1
    assert rate(few.planned, many.planned, (few.data, many.data)) < 0.3
