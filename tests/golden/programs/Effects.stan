// Effects
// Effects with components: matrices in both forms, with scalars and vectors as arguments.
functions {
  // A positive number from z: `typical` times exp(z / 2) Phi(z). Above the typical size its logarithm grows
  // with z; towards 0 it falls as the square of z, so that a density which does not vanish at 0 has no long tail.
  real softened(real z, real typical) {
    return typical * exp(0.5 * z) * (0.5 * erfc(-sqrt(0.5) * z));
  }
  vector softened(vector z, vector typical) {
    return typical .* exp(0.5 * z) .* (0.5 * erfc(-sqrt(0.5) * z));
  }
  // The log of the derivative of `softened` by z, summed: what a density of positive numbers is multiplied by.
  real log_slope_softened(real z, real typical) {
    real density = exp(-0.5 * square(z)) / sqrt(2 * pi());
    return log(typical) + 0.5 * z + log(0.25 * erfc(-sqrt(0.5) * z) + density);
  }
  real log_slope_softened(vector z, vector typical) {
    vector[num_elements(z)] density = exp(-0.5 * square(z)) / sqrt(2 * pi());
    return sum(log(typical) + 0.5 * z + log(0.25 * erfc(-sqrt(0.5) * z) + density));
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  int<lower=0> N_room;  // units of room
  int<lower=0> K_k;  // components of k
  array[N_room] int<lower=1, upper=N_school> room_school;  // the school of each room
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  array[N] int<lower=1, upper=N_room> room;  // the room of each row
  vector[N] y;  // observed
  vector<lower=0>[K_k] scale_pilot_size;  // about how large scale is
  // numbers in the declarations
  real<lower=0> scale_sigma;
  real<lower=0> level_sigma;
  real<lower=0> plain_sigma;
  real<lower=0> t_raw_nu;
  real<lower=0> deeper_sigma;
  real<lower=0> y_sigma;
}
parameters {
  vector[K_k] scale_soft;
  vector[K_k] level;
  matrix[N_school, K_k] plain;
  matrix[N_school, K_k] raw_raw;
  matrix[N_school, K_k] t_raw_raw;
  matrix[N_room, K_k] deeper;
  matrix<lower=0>[N_school, K_k] positive;
}
transformed parameters {
  vector[K_k] scale = softened(scale_soft, scale_pilot_size);
  matrix[N_school, K_k] raw;
  for (k in 1:K_k) {
    raw[, k] = level[k] + scale[k] * raw_raw[, k];
  }
  matrix[N_school, K_k] t_raw;
  for (k in 1:K_k) {
    t_raw[, k] = level[k] + scale[k] * t_raw_raw[, k];
  }
  matrix[N_school, K_k] moved;  // moved = raw + level
  for (k in 1:K_k) {
    moved[, k] = raw[, k] + level[k];
  }
}
model {
  // scale ~ HalfNormal(1), over k
  target += normal_lpdf(scale | 0, scale_sigma) + num_elements(scale) * log2();
  target += log_slope_softened(scale_soft, scale_pilot_size);
  // level ~ Normal(0, 1), over k
  target += normal_lpdf(level | 0, level_sigma);
  // plain ~ Normal(0, 1), over school, k
  for (k in 1:K_k) {
    target += normal_lpdf(plain[, k] | 0, plain_sigma);
  }
  // raw ~ Normal(level, scale), over school, k
  target += std_normal_lpdf(to_vector(raw_raw));
  // t_raw ~ StudentT(4, level, scale), over school, k
  for (k in 1:K_k) {
    target += student_t_lpdf(t_raw_raw[, k] | t_raw_nu, 0, 1);
  }
  // deeper ~ Normal(raw, 0.5), over room, k
  for (k in 1:K_k) {
    target += normal_lpdf(deeper[, k] | raw[room_school, k], deeper_sigma);
  }
  // positive ~ HalfNormal(scale), over school, k
  for (k in 1:K_k) {
    target += normal_lpdf(positive[, k] | 0, scale[k]) + N_school * log2();
  }
  // y ~ Normal(plain[0] + raw[1] + t_raw[1] + deeper[2] + positive[0] + moved[2], 1), observed
  target += normal_lpdf(y | plain[school, 1] + raw[school, 2] + t_raw[school, 2] + deeper[room, 3] + positive[school, 1] + moved[school, 3], y_sigma);
}
