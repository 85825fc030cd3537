"""`python -m stanlevels` is the command `stanlevels`."""

import sys

from stanlevels.cli import main

if __name__ == "__main__":
    sys.exit(main())
