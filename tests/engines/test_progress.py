"""The progress bar as text."""

import io

import pytest

from stanlevels.engines import Settings
from stanlevels.engines.progress import Bar, Silent, duration, showing

SETTINGS = Settings(chains=4, warmup=1000, draws=1000)


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def run(redraw, seconds):
    """A run of four chains that takes so many seconds, as text."""
    stream, clock = io.StringIO(), Clock()
    with Bar(SETTINGS, stream, redraw, clock) as bar:
        for step in range(1, 2001):
            clock.now = seconds * step / 2000
            for chain in range(1, 5):
                bar.update(chain, step)
        for chain in range(1, 5):
            bar.done(chain, 3)
    return stream.getvalue()


def test_on_a_terminal_one_line_is_redrawn():
    text = run(0.1, 20)
    assert text.count("\n") == 1
    assert 100 < text.count("\r") < 210
    assert "chains 50 50 50 50 %" in text
    assert "left" in text
    assert text.endswith("\n")
    assert text.rpartition("\r")[2].strip() == "4 chains of 2000 iterations in 20.0 s, 12 divergent"


@pytest.mark.parametrize(("seconds", "lines"), [(1, 1), (20, 4), (100_000, 4)])
def test_in_a_file_a_run_takes_a_few_lines_however_long_it_is(seconds, lines):
    assert run(None, seconds).count("\n") == lines


def test_a_failed_chain_is_named_and_does_not_hold_up_the_rest():
    bar = Bar(SETTINGS, io.StringIO(), None)
    bar.update(1, 500)
    bar.lost(2)
    for chain in (1, 3, 4):
        bar.update(chain, 1000)
    assert bar.line().startswith("sampling [############............]  50 %  chains 50 failed 50 50 %")


def test_a_closed_stream_does_not_end_a_run():
    stream = io.StringIO()
    with Bar(SETTINGS, stream, 0.0, Clock()) as bar:
        stream.close()
        bar.update(1, 10)
        bar.done(1, 0)


def test_a_person_can_have_silence(capfd):
    assert isinstance(showing(Settings(progress=False)), Silent)
    with Silent() as bar:
        bar.update(1, 1)
        bar.lost(1)
        bar.tick()
        bar.done(1, 0)
    assert capfd.readouterr() == ("", "")


def test_durations_are_said_as_people_say_them():
    assert [duration(seconds) for seconds in (0.04, 59.94, 60, 3599, 3600, 90_000)] == [
        "0.0 s",
        "59.9 s",
        "1:00 min",
        "59:59 min",
        "1:00 h",
        "25:00 h",
    ]


def test_many_chains_are_not_listed():
    assert "chains" not in Bar(Settings(chains=40), io.StringIO(), None).line()
