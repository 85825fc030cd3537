"""The script that a worker is started with: `python -P bootstrap.py FOLDER`.

It makes the worker's import path that of its parent, entry by entry and in the same order, whatever the
parent did to it since it started; and it lets the worker import rooms of this package without the package's
own `__init__`, which would load all others. Until then nothing is imported.
"""

import sys

if __name__ == "__main__":
    with open(f"{sys.argv[1]}/imports.txt", encoding="utf-8", errors="surrogateescape", newline="") as file:
        package, *path = file.read().split("\0")
    sys.path[:] = path
    bare = type(sys)("stanlevels")
    bare.__path__ = [package]
    sys.modules["stanlevels"] = bare

    from pathlib import Path

    from stanlevels.engines.worker import main

    sys.exit(main(Path(sys.argv[1])))
