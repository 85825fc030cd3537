"""Pieces of HTML escape whatever is not HTML already."""

from stanlevels import show as html


def test_plain_text_is_escaped_and_html_is_kept():
    inner = html.paragraph("a & <b>")
    assert inner == "<p>a &amp; &lt;b&gt;</p>"
    assert html.block(inner, "<i>") == "<div><p>a &amp; &lt;b&gt;</p>&lt;i&gt;</div>"


def test_quotes_and_cells_and_titles_are_escaped_too():
    page = html.block(
        html.table(["<h>"], [["<c>"]]),
        html.items(["<l>"]),
        html.details("<t>", "<p>", code=True),
        html.preformatted("<x>"),
    )
    for tag in ("<h>", "<c>", "<l>", "<t>", "<x>"):
        assert tag not in page
    assert "<pre><code>&lt;p&gt;</code></pre>" in page


def test_values_of_any_type_become_text():
    assert html.table(["n"], [[3]]).count("<td>3</td>") == 1
