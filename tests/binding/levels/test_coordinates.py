"""Unique labels that an index can hold."""

from stanlevels.binding.levels.levels import coordinates


def test_labels_written_alike_are_numbered_and_recorded():
    class Odd:
        def __str__(self):
            return "odd"

    found, records = coordinates("u", [Odd(), Odd(), Odd()], None, None)
    assert found == ("odd", "odd#2", "odd#3")
    assert "written alike: 'odd'" in str(records[0])


def test_numbering_steps_over_labels_that_exist():
    class Odd:
        def __init__(self, text):
            self.text = text

        def __str__(self):
            return self.text

    found, _ = coordinates("u", [Odd("a"), Odd("a#2"), Odd("a")], None, None)
    assert len(set(found)) == 3
    assert found[:2] == ("a", "a#2")


def test_text_numbers_and_booleans_stay_as_they_are():
    assert coordinates("u", [1, 2], None, None) == ((1, 2), [])
    assert coordinates("u", [True, False], None, None) == ((True, False), [])
