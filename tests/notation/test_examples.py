"""Mathematics and words of every example, as they were reviewed."""

import pytest

from stanlevels.notation.words import in_words
from stanlevels.passes.open_arguments import open_arguments
from tests.conftest import GOLDEN
from tests.program.test_golden import EXAMPLES, models_of


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_the_mathematics_and_words_of_an_example_are_as_they_were_reviewed(path, golden):
    _, models = models_of(path)
    parts = []
    for model in models:
        graph, _ = open_arguments(model.graph())
        parts += [model.latex(), "", *in_words(graph), ""]
    golden(f"notation/{path.stem}.txt", "\n".join(parts))


def test_no_golden_file_is_left_of_what_is_gone():
    assert {p.stem for p in (GOLDEN / "notation").glob("*.txt")} == {path.stem for path in EXAMPLES}
