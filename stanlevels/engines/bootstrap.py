"""The script that a worker, or a host of workers, is started with: `python -P bootstrap.py ROOM FOLDER`.

It makes the worker's import path that of its parent, entry by entry and in the same order, whatever the
parent did to it since it started; and it lets the worker import rooms of this package without the package's
own `__init__`, which would load all others.

What the parent has loaded from the standard library stays so when a folder with a `json.py` or a `copy.py` in
it, as that of a notebook, comes first in the path later. So a worker loads those modules before.
"""

import gc
import importlib
import os
import sys

_STANDARD = """
ast bisect bz2 collections contextlib contextvars copy copyreg ctypes dataclasses datetime dis enum fcntl
fnmatch functools inspect ipaddress json keyword linecache locale lzma math ntpath numbers opcode operator
pathlib pickle platform queue re reprlib select selectors shutil signal struct subprocess textwrap threading
token tokenize traceback types typing urllib.parse warnings weakref zlib
"""


def main(room: str, folder: str) -> int:
    """Run a room of `stanlevels.engines` on a folder."""
    gc.disable()  # what is loaded stays: to look through it for garbage takes a tenth of the time
    for name in _STANDARD.split():
        try:
            importlib.import_module(name)
        except ImportError:  # not every system has all of them
            continue
    with open(f"{folder}/imports.txt", "rb") as file:
        package, *path = map(os.fsdecode, file.read().split(b"\0"))
    sys.path[:] = path
    bare = type(sys)("stanlevels")
    bare.__path__ = [package]
    sys.modules["stanlevels"] = bare
    module = importlib.import_module(f"stanlevels.engines.{room}")
    gc.freeze()
    gc.enable()
    code: int = module.main(sys.modules["pathlib"].Path(folder))
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
