"""Stan's messages, as stanc 2.35, CmdStan 2.35, and stanli 0.24 print them."""

import pytest

from stanlevels.engines.messages import build_error, compile_error, data_error, moved, run_error, spoken
from stanlevels.errors import CompileError, DataError, EngineError, InitializationError

SEMANTIC = """Semantic error in '/some/folder/program.stan', line 7, column 2 to column 8:
   -------------------------------------------------
     7:    mu ~ normall(0, 1);
            ^
"""


def test_the_line_of_a_refusal_is_read():
    error = compile_error(SEMANTIC, "cmdstan")
    assert error.line == 7
    assert "normall" in str(error)
    assert compile_error("something else", "stanli").line is None


def test_a_failed_start_is_recognised_on_every_engine():
    stanli = "initialization failed: no draw in 100 attempts had finite log density and gradient"
    cmdstan = "Initialization between (-2, 2) failed after 100 attempts. \n Try specifying initial values"
    supplied = "Initialization failed."
    nutpie = "All initialization points failed\n\nCaused by:\n    Could not initialize state"
    for text in (stanli, cmdstan, supplied, nutpie):
        assert isinstance(run_error(text), InitializationError)
    assert type(run_error("no space left on device")) is EngineError


def test_a_refusal_of_data_is_recognised():
    text = "Exception: variable does not exist; processing stage=data initialization; variable name=N"
    assert isinstance(data_error(text), DataError)
    for said in (
        "stanli MIR check: group is 9, but must be less than or equal to 4",
        "rejected by the program",
    ):
        assert isinstance(build_error(said), DataError)
    assert "stanli" not in str(
        build_error("stanli MIR check: group is 9, but must be less than or equal to 4")
    )


def test_what_the_embedded_engine_does_not_know_is_an_error_of_the_program():
    error = build_error("stanli compile: no such function as solve_newton")
    assert isinstance(error, CompileError)
    assert "engine='cmdstan'" in error.way_out


def test_what_cmdstan_says_is_read_without_its_echo_and_its_advice_and_once():
    text = """method = sample
id = 1 (Default)
num_threads = 1 (Default)

Gradient evaluation took 9e-06 seconds
1000 transitions using 10 leapfrog steps per transition would take 0.09 seconds.
Adjust your expectations accordingly!

Rejecting initial value:
Rejecting initial value:
Chain [2] Iteration:   1 / 20 [  5%]  (Warmup)
Initialization failed.
"""
    assert spoken(text) == "Rejecting initial value:\nInitialization failed."


def test_a_line_in_a_message_becomes_that_of_the_text_asked_for():
    old, new = "data { }\nmodel { }\n", "// two\n// comments\ndata { }\nmodel { }\n"
    error = EngineError("Exception: bad (in 'x.stan', line 2, column 8 to column 10)")
    assert "line 4, column 8" in moved(error, old, new).found
    assert moved(error, old, old) is error


@pytest.mark.parametrize("said", ["std::bad_alloc", "terminate: Cannot allocate memory"])
def test_memory_that_ran_out_is_told_as_such_with_its_chain(said):
    error = run_error(said, 3)
    assert error.found == "chain 3 ran out of memory"
    assert "parallel=1" in error.way_out


def test_an_engine_that_says_nothing_does_not_refuse_the_data():
    error = data_error(" \n")
    assert "did not say why" in error.found
