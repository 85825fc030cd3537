// Pooling
// cbind(Hits, AB - Hits) ~ (1 | Player), binomial
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
  int<lower=0> N_Player;  // units of Player
  array[N] int<lower=1, upper=N_Player> Player;  // the Player of each row
  array[N] int<lower=0> Hits;  // observed
  array[N] int<lower=0> AB;  // 'AB' of each row
  real<lower=0> P_sd_pilot_size;  // about how large P_sd is
  // numbers in the declarations
  real P_mean_mu;
  real<lower=0> P_mean_sigma;
  real<lower=0> P_sd_sigma;
}
parameters {
  real<multiplier=P_mean_sigma> P_mean;
  real P_sd_soft;
  vector[N_Player] P_raw;
}
transformed parameters {
  real P_sd = softened(P_sd_soft, P_sd_pilot_size);
  vector[N_Player] P = P_mean + P_sd * P_raw;
}
model {
  // P_mean ~ Normal()
  target += normal_lpdf(P_mean | P_mean_mu, P_mean_sigma);
  // P_sd ~ HalfNormal()
  target += normal_lpdf(P_sd | 0, P_sd_sigma) + log2();
  target += log_slope_softened(P_sd_soft, P_sd_pilot_size);
  // P ~ Normal(P_mean, P_sd), over Player
  target += std_normal_lpdf(P_raw);
  // Hits ~ Binomial(data("AB"), logit=P), observed
  target += binomial_logit_lpmf(Hits | AB, P[Player]);
}
