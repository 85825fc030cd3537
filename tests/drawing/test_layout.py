"""A layout keeps what a reader relies on: nodes in their plates, nothing over anything, arrows at borders."""

import random

import pytest

from stanlevels.drawing.diagram import Arrow, Diagram, Node, Plate
from stanlevels.drawing.layout import layout
from stanlevels.drawing.ranks import ranks
from stanlevels.drawing.routes import Box, Oval, at, route

SLACK = 1e-6


def inside(frame, other):
    left, top, right, bottom = frame
    return (
        left <= other[0] + SLACK
        and top <= other[1] + SLACK
        and other[2] <= right + SLACK
        and other[3] <= bottom + SLACK
    )


def apart(one, other):
    return (
        one[2] <= other[0] + SLACK
        or other[2] <= one[0] + SLACK
        or one[3] <= other[1] + SLACK
        or other[3] <= one[1] + SLACK
    )


def frame_of(box):
    (x, y), (w, h) = box.center, box.half
    return x - w, y - h, x + w, y + h


def holders(diagram, key):
    """All plates that a node or plate lies in, both sides of a crossing included."""
    found = set(diagram.around(diagram.home(key))) | ({key} if key in diagram.plate else set())
    if diagram.crossing is not None and diagram.crossing.key in found:
        found |= {plate for chain in diagram.chains for plate in chain}
    return found - {key}


def check(diagram):
    """Every promise of a layout; see the module's first line."""
    found = layout(diagram)
    nodes = {key: frame_of(box) for key, box in found.boxes.items()}
    parts = nodes | dict(found.frames)
    crossed = [set(chain) for chain in diagram.chains]
    for key, frame in parts.items():
        around = holders(diagram, key)
        for plate, border in found.frames.items():
            if plate in around:
                assert inside(border, frame), f"{key} sticks out of {plate}"
            elif key in nodes:
                assert apart(border, frame), f"{key} lies in {plate}"
            elif plate != key and key not in holders(diagram, plate):
                cross = {key, plate} & crossed[0] and {key, plate} & crossed[1] if diagram.crossing else False
                assert cross or apart(border, frame), f"{key} overlaps {plate}"
    for one, frame in nodes.items():
        for other in nodes:
            assert one >= other or apart(frame, nodes[other]), f"{one} overlaps {other}"
    for key, (box, _) in found.labels.items():
        label = frame_of(box)
        assert inside(found.frames[key], label), f"the label of {key} sticks out"
        for node, frame in nodes.items():
            assert apart(label, frame), f"the label of {key} lies on {node}"
        for other, border in found.frames.items():
            assert inside(border, label) or apart(border, label), f"the border of {other} cuts {key}"
    for arrow, course in zip(diagram.arrows, found.courses, strict=True):
        for box, point in ((found.boxes[arrow.tail], course[0]), (found.boxes[arrow.head], course[-1])):
            assert at_border(box, point), f"{arrow} ends off the border"
        assert found.boxes[arrow.tail].center[1] < found.boxes[arrow.head].center[1]
    return found


def at_border(box, point):
    (x, y), (w, h) = box.center, box.half
    if isinstance(box, Oval):
        return abs(((point[0] - x) / w) ** 2 + ((point[1] - y) / h) ** 2 - 1) < 1e-3
    return abs(max(abs(point[0] - x) / w, abs(point[1] - y) / h) - 1) < 1e-3


def random_diagram(seed):
    """Up to five plates in chains, sometimes a crossing, and up to 16 nodes with arrows downwards."""
    rng = random.Random(seed)
    plates, chains = [], []
    for chain in range(rng.randint(0, 3)):
        keys = [f"level {chain}{depth}" for depth in range(rng.randint(1, 3))]
        plates += [Plate(k, k * rng.randint(1, 2), keys[d - 1] if d else None) for d, k in enumerate(keys)]
        chains.append(keys)
    if len(chains) == 2:
        plates.append(Plate("rows", "rows, N = 1,000", None, (chains[0][-1], chains[1][-1])))
    elif chains:
        plates.append(Plate("rows", "rows", chains[0][-1] if len(chains) == 1 else None))
    homes = [None, None, *(plate.key for plate in plates)]
    nodes = [Node(f"n{i}", "x" * rng.randint(1, 12), rng.choice(homes)) for i in range(rng.randint(2, 16))]
    nodes += [Node(f"in {p.key}", "y", p.key, rng.choice(["round", "square", "small"])) for p in plates]
    keys = [node.key for node in nodes]
    pairs = [(a, b) for i, a in enumerate(keys) for b in keys[i + 1 :]]
    arrows = rng.sample(pairs, min(len(pairs), rng.randint(1, len(keys) + 3)))
    return Diagram(tuple(nodes), tuple(plates), tuple(Arrow(a, b, rng.choice([1.0, 3.0])) for a, b in arrows))


@pytest.mark.parametrize("seed", range(30))
def test_a_layout_keeps_its_promises_whatever_the_diagram(seed):
    check(random_diagram(seed))


def test_plates_that_cross_overlap_in_the_plate_that_lies_in_both_and_nowhere_else():
    nodes = (Node("A", "A", "app"), Node("D", "D", "device"), Node("y", "y", "rows"))
    plates = (Plate("app", "app"), Plate("device", "device"), Plate("rows", "rows", None, ("app", "device")))
    diagram = Diagram(nodes, plates, (Arrow("A", "y"), Arrow("D", "y")))
    found = check(diagram)
    app, device = found.frames["app"], found.frames["device"]
    assert not apart(app, device)
    assert {found.labels["app"][1], found.labels["device"][1]} == {"start", "end"}
    assert len({app[1], device[1]}) == len({app[3], device[3]}) == 2


def test_a_node_stands_as_low_as_what_depends_on_it_allows():
    nodes = tuple(Node(key, key) for key in ("mu", "P", "A", "sd", "y"))
    arrows = (Arrow("mu", "P"), Arrow("P", "A"), Arrow("A", "y"), Arrow("sd", "y"))
    assert ranks(Diagram(nodes, (), arrows)) == {"mu": 0, "P": 1, "A": 2, "sd": 2, "y": 3}


def test_many_roots_of_one_node_stand_in_two_rows():
    nodes = (*(Node(f"b{i}", f"b{i}") for i in range(9)), Node("y", "y"))
    rows = ranks(Diagram(nodes, (), tuple(Arrow(f"b{i}", "y") for i in range(9))))
    assert sorted(rows.values()) == [0] * 4 + [1] * 5 + [2]


def test_an_arrow_bends_around_a_node_in_its_way():
    tail, head, between = (Oval((0.0, y), (10.0, 10.0)) for y in (0.0, 120.0, 60.0))
    free, bent = route(tail, head, (), ()), route(tail, head, (between,), ())
    assert free[0] == pytest.approx((0, 10))
    assert free[1] == pytest.approx((0, 110))
    assert len(bent) == 3
    assert not any(between.holds(at(bent, step / 50)) for step in range(51))


def test_an_arrow_to_a_box_ends_on_its_side():
    course = route(Box((0.0, 0.0), (5.0, 5.0)), Box((40.0, 40.0), (30.0, 5.0)), (), ())
    assert course[0] == pytest.approx((5, 5))
    assert course[1] == pytest.approx((35, 35))


def test_nothing_is_laid_out_of_nothing():
    assert layout(Diagram(())).boxes == {}
