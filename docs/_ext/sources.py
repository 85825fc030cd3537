"""Pages as the site reads them."""

import re
from pathlib import Path

LINK = re.compile(r"\[([^\]]+)\]\((\.\./[^)#]+)(#[^)]*)?\)")


def without_links_out_of_docs(app, page, source):
    """Links to files of the repository become their paths: they lead nowhere from a site."""
    folder = (Path(app.srcdir) / page).parent
    inside = Path(app.srcdir).resolve()

    def settled(link):
        if (folder / link[2]).resolve().is_relative_to(inside):
            return link[0]
        path = (folder / link[2]).resolve().relative_to(inside.parent)
        return f"{link[1]} (`{path}`)"

    source[0] = LINK.sub(settled, source[0])
