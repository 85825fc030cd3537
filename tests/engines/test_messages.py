"""Stan's messages, as stanc 2.35, CmdStan 2.35, and stanli 0.24 print them."""

from stanlevels.engines.messages import compile_error, data_error, moved, run_error
from stanlevels.errors import DataError, EngineError, InitializationError

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


def test_a_failed_start_is_recognised_on_both_engines():
    stanli = "initialization failed: no draw in 100 attempts had finite log density and gradient"
    cmdstan = "Initialization between (-2, 2) failed after 100 attempts. \n Try specifying initial values"
    supplied = "Initialization failed."
    for text in (stanli, cmdstan, supplied):
        assert isinstance(run_error(text), InitializationError)
    assert type(run_error("no space left on device")) is EngineError


def test_a_refusal_of_data_is_recognised():
    text = "Exception: variable does not exist; processing stage=data initialization; variable name=N"
    assert isinstance(data_error(text), DataError)
    assert data_error("normal_lpdf: Scale parameter is 0") is None


def test_a_line_in_a_message_becomes_that_of_the_text_asked_for():
    old, new = "data { }\nmodel { }\n", "// two\n// comments\ndata { }\nmodel { }\n"
    error = EngineError("Exception: bad (in 'x.stan', line 2, column 8 to column 10)")
    assert "line 4, column 8" in moved(error, old, new).found
    assert moved(error, old, old) is error
