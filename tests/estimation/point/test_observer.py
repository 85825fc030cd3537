"""What a point fit shows while it goes on, and how it ends early."""

import io

import numpy as np
import pytest

from stanlevels.estimation.point import observer
from stanlevels.estimation.point.methods import solve
from stanlevels.estimation.point.observer import Watch, unobserved, watching
from tests.literature import generalised, linear
from tests.literature.frames import frame


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def fit(redraw, seconds, calls=100):
    """The text of a fit with so many evaluations."""
    stream, clock = io.StringIO(), Clock()
    with Watch("mle", stream, redraw, clock) as watch:
        for call in range(1, calls + 1):
            clock.now = seconds * call / calls
            watch(-1000 + call)
    return stream.getvalue()


@pytest.mark.parametrize("redraw", [0.1, None])
def test_a_quick_fit_shows_nothing(redraw):
    assert fit(redraw, 2.9) == ""


def test_on_a_terminal_one_line_is_redrawn_from_the_third_second_on():
    text = fit(0.1, 20)
    assert text.count("\n") == 1
    assert 50 < text.count("\r") < 100
    assert text.rpartition("\r")[2].strip() == "mle: 100 evaluations, log likelihood -900, 20.0 s"


def test_in_a_file_lines_come_at_ever_longer_times():
    assert fit(None, 1000, 1000).count("\n") == 8  # at 10, 20, 40, ... 640 seconds, and the end


def test_a_closed_stream_does_not_end_a_fit():
    stream, clock = io.StringIO(), Clock()
    with Watch("mle", stream, 0.0, clock) as watch:
        stream.close()
        clock.now = 10.0
        watch(-1.0)


def test_nobody_listens_without_progress():
    with watching("mle", False) as heard:
        assert heard is unobserved


@pytest.mark.parametrize("method", ["mle", "reml", "em"])
def test_every_evaluation_is_told_with_its_log_likelihood(method):
    heard: list[float] = []
    bound = linear.Dyestuff.bind(frame("lme4", "Dyestuff"))
    found = solve(bound.planned, bound.data, method, {}, heard.append)
    assert max(heard) == pytest.approx(found.log_likelihood, abs=1e-6)
    assert len(heard) >= 3


@pytest.mark.parametrize("method", ["mle", "reml", "em"])
def test_an_interruption_passes_through(method, monkeypatch):
    def interrupt(method, progress):
        return Interrupting(method, io.StringIO(), None)

    monkeypatch.setattr(observer, "watching", interrupt)
    with pytest.raises(KeyboardInterrupt):
        linear.Dyestuff.fit(frame("lme4", "Dyestuff"), method)


class Interrupting(Watch):
    def __call__(self, log_likelihood):
        super().__call__(log_likelihood)
        if self._count == 2:
            raise KeyboardInterrupt


def test_what_is_told_is_a_number():
    heard: list[float] = []
    bound = generalised.Cbpp.bind(generalised.cbpp())
    solve(bound.planned, bound.data, "mle", {}, heard.append)
    assert np.isfinite(heard).all()
