"""Labels beside dots do not cover each other."""

from itertools import combinations

import numpy as np
from matplotlib import pyplot as plt

from stanlevels.results.plots.labels import write_apart


def written(labels, places):
    """Boxes of the labels that were written, as matplotlib draws them."""
    figure, ax = plt.subplots()
    ax.set_xlim(0, 10)
    ax.set_ylim(0, 10)
    write_apart(ax, labels, np.asarray(places, dtype=float))
    figure.draw_without_rendering()
    boxes = {text.get_text(): text.get_window_extent() for text in ax.texts}
    plt.close(figure)
    return boxes


def shared(one, other):
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    return max(wide, 0) * max(high, 0)


def test_labels_of_dots_close_to_each_other_stand_apart():
    rng = np.random.default_rng(3)
    places = 5 + rng.normal(0, 0.6, (12, 2))
    boxes = written([f"unit {k}" for k in range(12)], places)
    assert len(boxes) == 12
    for one, other in combinations(boxes.values(), 2):
        assert shared(one, other) < 0.25 * min(one.width * one.height, other.width * other.height)


def test_labels_without_room_are_left_out():
    boxes = written([f"a long name of unit {k}" for k in range(25)], np.full((25, 2), 5.0))
    assert 4 <= len(boxes) < 25


def test_a_label_alone_stands_at_the_upper_right_of_its_dot():
    (box,) = written(["only $1"], [[5, 5]]).values()
    assert box.x0 > 0
    assert box.y0 > 0
