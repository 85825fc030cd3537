// Correlations
// Zr | se(sqrt(1 / (N - 3))) ~ 1 + (1 | obs)
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
  vector[N] Zr;  // observed
  vector[N] N_2;  // 'N' of each row
  real<lower=0> true_sd_pilot_size;  // about how large true_sd is
  vector<lower=0, upper=1>[N] true_pilot_weight;  // how far each row is centred
  real<lower=0> true_pilot_scale;  // about how large the scale of true is
  // numbers in the declarations
  real true_mean_mu;
  real<lower=0> true_mean_sigma;
  real<lower=0> true_sd_sigma;
}
parameters {
  real<multiplier=true_mean_sigma> true_mean;
  real true_sd_soft;
  vector<multiplier=true_pilot_scale>[N] true_between;
}
transformed parameters {
  real true_sd = softened(true_sd_soft, true_sd_pilot_size);
  vector[N] true_ = true_mean + exp((1 - true_pilot_weight) * log(true_sd / true_pilot_scale)) .* (true_between - true_pilot_weight * true_mean);
}
model {
  // true_mean ~ Normal()
  target += normal_lpdf(true_mean | true_mean_mu, true_mean_sigma);
  // true_sd ~ HalfNormal()
  target += normal_lpdf(true_sd | 0, true_sd_sigma) + log2();
  target += log_slope_softened(true_sd_soft, true_sd_pilot_size);
  // true ~ Normal(true_mean, true_sd), over rows
  target += normal_lpdf(true_between | true_pilot_weight * true_mean, true_pilot_scale * exp(true_pilot_weight * log(true_sd / true_pilot_scale)));
  // Zr ~ Normal(true, sqrt(1 / (data("N") - 3))), observed
  target += normal_lpdf(Zr | true_, sqrt(1.0 ./ (N_2 - 3)));
}
