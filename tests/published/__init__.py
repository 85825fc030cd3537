"""Models of other packages' documentation and of textbooks, as one would write them here.

A module of `models` for each source holds classes and their records; `frames` holds data that no package
brings. `docs/lines.md` is made from the records (`python -m pytest tests/published --promote`).
"""
