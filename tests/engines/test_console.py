"""What samplers print, from the recorded output of CmdStan 2.35."""

from stanlevels.engines.console import Console

OUTPUT = """Chain [2] Iteration:    1 / 2000 [  0%]  (Warmup)
Chain [2] Iteration:  200 / 2000 [ 10%]  (Warmup)
a line of the program's own

 Elapsed Time: 0.25 seconds (Warm-up)
               1e-05 seconds (Sampling)
               0.25 seconds (Total)
"""


def test_progress_and_times_are_read_and_other_lines_passed_on():
    iterations: list[int] = []
    others: list[str] = []
    console = Console(iterations.append, others.append)
    for start in range(0, len(OUTPUT), 7):  # text comes in pieces
        console.write(OUTPUT[start : start + 7])
    assert iterations == [1, 200]
    assert others == ["a line of the program's own"]
    assert console.seconds == {"warmup": 0.25, "sampling": 1e-05}
