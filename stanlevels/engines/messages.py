"""Stan's own messages, sorted into this package's errors. Both engines speak through this file."""

from __future__ import annotations

import re

from stanlevels.engines.memory import out_of_memory
from stanlevels.engines.source import moved_line
from stanlevels.errors import CompileError, DataError, EngineError, InitializationError

__all__ = [
    "build_error",
    "compile_error",
    "data_error",
    "moved",
    "run_error",
    "spoken",
]

_LINE = re.compile(r"line (\d+), column \d+")
_NO_START = re.compile(
    r"initialization (?:between .*|failed|points failed)|no draw in \d+ attempts", re.IGNORECASE
)
_DATA = re.compile(
    r"processing stage=data initialization|unknown data variable|variable does not exist|extent"
    r"|contained non-int|mismatch in (?:number )?dimension|but must be|accessing element out of range"
)
_LACKS = re.compile(
    r"variable does not exist;.*?variable name=(\w+)|unknown data variable (\w+)|needs unknown int (\w+)"
)
_MEMORY = re.compile(r"bad_alloc|cannot allocate memory|out of memory", re.IGNORECASE)
_EMBEDDED = re.compile(r"^stanli [\w ]+: ")
_NAMESPACE = re.compile(r"\w+_model_namespace::\w+: ")
_ECHO_ENDS = re.compile(r"^.*num_threads = \d+.*$", re.MULTILINE)
_ADVICE = re.compile(
    r"Gradient evaluation|transitions using|Adjust your|^Iteration: |Elapsed Time|seconds \("
)


def compile_error(text: str, engine: str) -> CompileError:
    """The refusal of a program by Stan's front end, with the line that it names.

    Examples
    --------
    >>> compile_error("Syntax error in 'string', line 2, column 25 to column 26", "stanli").line
    2
    """
    match = _LINE.search(text)
    where = f" at line {match[1]}" if match else ""
    error = CompileError(f"Stan refuses the program{where} (engine {engine}):\n{_indented(text)}")
    error.line = int(match[1]) if match else None
    return error


def data_error(text: str) -> DataError | EngineError:
    """The refusal of data by Stan.

    Examples
    --------
    >>> data_error("Exception: variable does not exist; processing stage=data; variable name=N").found
    "the data lack 'N'"
    """
    if match := _LACKS.search(text):
        name = next(group for group in match.groups() if group)
        return DataError(f"the data lack {name!r}", expected="an entry for every line of the data block")
    if not text.strip():
        return EngineError(
            "Stan stopped while it read the data, and did not say why",
            way_out="run `stanlevels doctor` to see whether the engine works here",
        )
    return DataError(
        f"Stan refuses the data: {_NAMESPACE.sub('', _EMBEDDED.sub('', text.strip()))}",
        expected="entries as the data block declares them",
    )


def build_error(text: str) -> DataError | EngineError:
    """What stopped the embedded engine: data that Stan refuses, or a program that it does not know."""
    if _DATA.search(text) or _LACKS.search(text) or not _EMBEDDED.match(text):
        return data_error(text)
    return CompileError(
        f"the embedded engine cannot build this program: {text.strip()}",
        way_out="use engine='cmdstan' for this model",
    )


def spoken(text: str) -> str:
    r"""What CmdStan said after it echoed its arguments, each line once.

    Examples
    --------
    >>> spoken("seed = 1\nnum_threads = 1 (Default)\n\nRejecting\nRejecting\nInitialization failed.")
    'Rejecting\nInitialization failed.'
    """
    *_, said = _ECHO_ENDS.split(text)
    lines = (re.sub(r"^Chain \[\d+\] ?", "", line).strip() for line in said.splitlines())
    return "\n".join(dict.fromkeys(line for line in lines if line and not _ADVICE.search(line)))


def run_error(text: str, chain: int = 1) -> EngineError:
    """What stopped the run of a chain.

    Examples
    --------
    >>> type(run_error("initialization failed: no draw in 100 attempts had finite log density")).__name__
    'InitializationError'
    """
    if _NO_START.search(text):
        return InitializationError(
            f"no starting point with a finite log density was found:\n{_indented(text)}",
            way_out="give starting values with inits=, or narrow the priors to possible values",
        )
    if _MEMORY.search(text):
        return out_of_memory(chain)
    return EngineError(f"the engine stopped:\n{_indented(text)}")


def moved(error: EngineError | DataError, old: str, new: str) -> EngineError | DataError:
    """The same error, with the lines of `new` where it names those of `old`, a program of the same tokens."""
    if old == new:
        return error

    def at_new(match: re.Match[str]) -> str:
        return match[0].replace(f" {match[1]},", f" {moved_line(int(match[1]), old, new)},", 1)

    found = re.sub(r"line (\d+), column", at_new, error.found)
    result = type(error)(found, expected=error.expected, way_out=error.way_out)
    if isinstance(result, CompileError) and isinstance(error, CompileError):
        result.line = error.line
    return result


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.strip("\n").splitlines())
