"""Draws of all chains in one array."""

import numpy as np

from stanlevels.engines.room import Room


def filled(chains, shapes):
    room = Room(chains)
    for chain, shape in shapes.items():
        room.place(chain, shape)[...] = chain
    return room


def test_chains_lie_side_by_side_in_the_order_of_their_numbers_whichever_ends_first():
    table = filled([1, 2, 3], {3: (4, 2), 1: (4, 2), 2: (4, 2)}).tables((1, 2, 3))
    assert table.shape == (3, 4, 2)
    assert table[:, 0, 0].tolist() == [1, 2, 3]


def test_a_chain_that_failed_at_the_end_costs_no_copy_and_one_between_them_is_left_out():
    room = filled([1, 2, 3], {1: (4, 2), 2: (4, 2), 3: (4, 2)})
    assert np.shares_memory(room.tables((1, 2)), room.tables((1, 2, 3)))
    assert room.tables((1, 3))[:, 0, 0].tolist() == [1, 3]


def test_what_came_in_another_shape_is_not_taken_for_draws():
    assert filled([1, 2], {1: (3, 2), 2: (4, 2)}).tables((1, 2)) is None
    assert Room([1]).tables((1,)) is None
