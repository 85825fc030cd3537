// Steadiness
// Reaction times whose mean and whose standard deviation belong to the subject.
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
  // Rows in cells of n rows with a mean; `squares` are those of the rows about the means of their cells.
  real normal_cells_lpdf(vector mean, vector n, real squares, vector mu, real sigma) {
    return -(squares + dot_product(n, square(mean - mu))) / (2 * square(sigma))
           - sum(n) * (log(sigma) + 0.5 * log(2 * pi()));
  }
  real normal_cells_lpdf(vector mean, vector n, vector squares, vector mu, vector sigma) {
    return -0.5 * sum((squares + n .* square(mean - mu)) ./ square(sigma)) - dot_product(n, log(sigma))
           - 0.5 * sum(n) * log(2 * pi());
  }
}
data {
  int<lower=0> N_subject;  // units of subject
  int<lower=0> N_time_cells;  // cells of time
  array[N_time_cells] int<lower=1, upper=N_subject> time_cells_subject;  // the subject of each cell of time
  vector[N_time_cells] time_mean;  // mean of each cell of time
  vector[N_time_cells] time_n;  // rows of each cell of time
  vector[N_time_cells] time_squares;  // sum of squares about the mean of each cell of time
  real<lower=0> log_noise_sd_pilot_size;  // about how large log_noise_sd is
  // numbers in the declarations
  real<lower=0> typical_sigma;
  real<lower=0> typical_sd_sigma;
  real<lower=0> log_noise_sigma;
  real<lower=0> log_noise_sd_sigma;
}
parameters {
  real typical;
  real<lower=0> typical_sd;
  real log_noise;
  real log_noise_sd_soft;
  vector[N_subject] mean;
  vector[N_subject] g;
}
transformed parameters {
  real log_noise_sd = softened(log_noise_sd_soft, log_noise_sd_pilot_size);
  vector[N_subject] noise = exp(g);  // noise = exp(g)
}
model {
  // typical ~ Normal(0, 1)
  target += normal_lpdf(typical | 0, typical_sigma);
  // typical_sd ~ HalfNormal(1)
  target += normal_lpdf(typical_sd | 0, typical_sd_sigma) + log2();
  // log_noise ~ Normal(0, 1)
  target += normal_lpdf(log_noise | 0, log_noise_sigma);
  // log_noise_sd ~ HalfNormal(1)
  target += normal_lpdf(log_noise_sd | 0, log_noise_sd_sigma) + log2();
  target += log_slope_softened(log_noise_sd_soft, log_noise_sd_pilot_size);
  // mean ~ Normal(typical, typical_sd), over subject
  target += normal_lpdf(mean | typical, typical_sd);
  // g ~ Normal(log_noise, log_noise_sd), over subject
  target += normal_lpdf(g | log_noise, log_noise_sd);
  // time ~ Normal(mean, noise), observed  (rows in cells)
  target += normal_cells_lpdf(time_mean | time_n, time_squares, mean[time_cells_subject], noise[time_cells_subject]);
}
