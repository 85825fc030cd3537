"""Declarations read from a program."""

import numpy as np

from stanlevels.engines.declared import declarations, empty

PROGRAM = """
functions { real f(real x) { vector[0] local; return x; } }
data { int<lower=0> J; int K; matrix[3, K] X; }
transformed data { int M = 2; }
parameters {
  real<lower=0, upper=fmax(1, 2)> mu;
  vector<lower=(K > 0 ? 1 : 0)>[J] a;
  array[2, J + 1] matrix[K, 3] b;
  cholesky_factor_corr[J] L;
  array[J] simplex[3] s;
  cholesky_factor_cov[J + 2, J] C;
}
transformed parameters {
  vector[cols(X)] z;
  { real q = 2; vector[J] hidden; }
  if (J > 0) { real r; }
  for (i in 1:J) { a[i] = 2; }
  vector[M] u;
  print("vector[J] quoted; {");
  vector[J] v = a;
}
model { vector[J] local; }
generated quantities { array[J] int k; }
"""


def test_declarations_are_those_at_the_top_of_the_blocks_of_a_draw():
    assert [name for name, _ in declarations(PROGRAM)] == ["mu", "a", "b", "L", "s", "C", "z", "u", "v", "k"]
    assert dict(declarations(PROGRAM))["b"] == ("2", "J+1", "K", "3")
    assert [name for name, _ in declarations(PROGRAM, ("data",))] == ["J", "K", "X"]


def test_shapes_of_variables_without_cells_are_computed_from_data():
    """u depends on transformed data: its size is not known here, and it need not be, as it is not empty."""
    assert empty(PROGRAM, {"J": 0, "K": np.array(0), "X": np.empty((3, 0))}) == {
        "a": (0,),
        "b": (2, 1, 0, 3),
        "L": (0, 0),
        "s": (0, 3),
        "C": (2, 0),
        "z": (0,),
        "v": (0,),
        "k": (0,),
    }
    assert empty(PROGRAM, {"J": 1, "K": 1, "X": np.empty((3, 1))}) == {}
