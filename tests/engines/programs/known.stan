// Quantities whose posterior is known in closed form, and every kind of container.
data {
  int<lower=0> N;
  vector[N] y;
  int<lower=0> trials;
  int<lower=0, upper=trials> successes;
  matrix[0, 3] none;
  matrix[3, 0] thin;
  array[0] int codes;
  array[0, 3] int low;
  array[3, 0] int grid;
}
parameters {
  real mu;
  real<lower=0, upper=1> theta;
  matrix[2, 3] m;
  array[2] vector[3] rows;
  simplex[3] parts;
  vector[rows(none)] nothing;
}
transformed parameters {
  matrix[2, 3] doubled = 2 * m;
  matrix[rows(none), 2] emptied = rep_matrix(0, rows(none), 2);
}
model {
  target += normal_lpdf(mu | 0, 2);
  target += normal_lpdf(y | mu, 3);
  target += beta_lpdf(theta | 2, 3);
  target += binomial_lpmf(successes | trials, theta);
  for (i in 1:2) {
    for (j in 1:3) {
      target += normal_lpdf(m[i, j] | 10 * i + j, 0.5);
      target += normal_lpdf(rows[i, j] | 100 * i + 10 * j, 0.5);
    }
  }
  target += dirichlet_lpdf(parts | [2, 3, 5]');
}
generated quantities {
  array[2, 3, 4] real x;
  array[2] matrix[3, 4] slabs;
  array[2, 3] vector[4] lines;
  array[2] int whole = {7, 8};
  vector[1] single = [1]';
  for (i in 1:2) {
    for (j in 1:3) {
      for (k in 1:4) {
        x[i, j, k] = 100 * i + 10 * j + k;
        slabs[i, j, k] = 100 * i + 10 * j + k;
        lines[i, j, k] = 100 * i + 10 * j + k;
      }
    }
  }
  real missing = not_a_number();
  real noise = normal_rng(0, 1);
}
