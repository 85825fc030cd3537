"""Programs without comments and blank space."""

import pytest

from stanlevels.engines.source import canonical, moved_line

PROGRAM = """data {
  int N; // rows
}
model {
  /* prior
     of mu */
  target += normal_lpdf(mu | 0, 1);
}
"""


@pytest.mark.parametrize(
    "same",
    [
        PROGRAM.replace("// rows", "// number of rows"),
        PROGRAM.replace("// rows", ""),
        PROGRAM.replace("\n", "\n\n").replace("  ", "\t"),
        PROGRAM.replace("(mu | 0, 1)", "( mu|0,1 )"),
        PROGRAM.replace("\n", "\r\n"),
    ],
    ids=["other comment", "no comment", "blank lines", "spaces", "line ends"],
)
def test_comments_and_blank_space_do_not_matter(same):
    assert canonical(same) == canonical(PROGRAM)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("real xy;", "real x y;"),
        ("a <- b", "a < - b"),
        ("1. * x", "1 .* x"),
        ("a != b", "a = !b"),
        ('print("a  b");', 'print("a b");'),
        ('print("// a");', 'print("// b");'),
        ("x = 1e5;", "x = 1e 5;"),
    ],
)
def test_programs_that_mean_different_things_stay_apart(one, other):
    assert canonical(one) != canonical(other)


def test_a_line_is_found_again_in_a_text_with_other_comments():
    new = "// a model\n" + PROGRAM.replace("  /* prior\n     of mu */\n", "").replace(
        "model {", "\n\nmodel {"
    )
    assert PROGRAM.splitlines()[6] == new.splitlines()[moved_line(7, PROGRAM, new) - 1]
    assert moved_line(1, PROGRAM, new) == 2
