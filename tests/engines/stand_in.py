"""The first lines of an executable that is Python: those of `#!` do not take a path with a space in it."""

import sys

__all__ = ["RUN_BY_PYTHON"]

# sh replaces itself by Python, which reads the same two lines as a text.
RUN_BY_PYTHON = f"""#!/bin/sh
'''exec' "{sys.executable}" "$0" "$@"
' '''
"""
