"""The script that stands beside the executable of a CmdStan chain: `python -I -S beside.py FOLDER`.

It passes on how far the executable is, ends it when this package's process is gone, and writes down how it
ended. It loads nothing but a little of the standard library, for a chain may take less time than NumPy takes
to load. Small outputs are then read by the process that asked for them. Where an output is large, this
process becomes a worker that reads it, so that the outputs of several chains are read at once.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading

ITERATION = re.compile(rb"Iteration:\s*(\d+)\s*/")
LARGE = 8_000_000  # bytes of text: a tenth of a second


def main(folder: str) -> int:
    """Run the command of a folder."""
    threading.Thread(target=_end_with_parent, args=(os.path.dirname(folder),), daemon=True).start()
    with open(f"{folder}/command.json", encoding="utf-8") as file:
        told = json.load(file)
    said = []
    with subprocess.Popen(
        told["command"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        # A program that was built with threads walks its chain in one of them.
        env={**os.environ, "STAN_NUM_THREADS": "1"},
    ) as process:  # fmt: skip
        for line in process.stdout or ():
            if match := ITERATION.search(line):
                os.write(1, match[1] + b"\n")
            else:
                said.append(line.decode("utf-8", errors="replace").rstrip("\r\n"))
    large = process.returncode == 0 and sys.platform != "win32" and _size(f"{folder}/output.csv") > LARGE
    if large:
        open(f"{folder}/reading", "wb").close()
    with open(f"{folder}/ended.part", "w", encoding="utf-8") as file:
        json.dump({"code": process.returncode, "said": said}, file)
    os.replace(f"{folder}/ended.part", f"{folder}/ended.json")
    if large:
        os.execv(told["reader"][0], told["reader"])
    return 0


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def _end_with_parent(run: str) -> None:
    """End this process and its own when standard input closes: then nobody waits for the results."""
    while os.read(0, 1024):
        pass
    shutil.rmtree(run, ignore_errors=True)
    if sys.platform == "win32":
        os._exit(1)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except OSError as error:
        if error.errno is None:
            raise
        print(error, file=sys.stderr)
        sys.exit(28 if error.errno in (28, 27, 122) else 1)
