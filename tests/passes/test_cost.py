"""What a plan says of its cost."""

import pytest

from tests.plan.test_work import ROWS, Groups


@pytest.fixture(autouse=True, scope="module")
def effects_are_sampled() -> None:
    """In place of the room's own: what is looked at is what integrating them out saves."""


def test_the_plan_says_what_passes_saved():
    found = next(r for r in Groups.bind(ROWS).plan.records if r.step == "cost")
    assert found.decision.startswith("3 numbers to sample; a gradient takes about ")
    assert "as declared: 43 numbers" in found.reason
    assert "marginalize: 3 numbers" in found.reason


def test_a_fit_that_samples_nothing_is_told_no_cost():
    assert not [r for r in Groups.fit(ROWS, method="mle").plan.records if r.step == "cost"]
