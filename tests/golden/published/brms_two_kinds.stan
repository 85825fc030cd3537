// TwoKinds
// y ~ group + (1 | gr(id, by = group))
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
  int<lower=0> N_group;  // units of group
  int<lower=0> N_person;  // units of person
  array[N_person] int<lower=1, upper=N_group> person_group;  // the group of each person
  array[N] int<lower=1, upper=N_person> person;  // the person of each row
  vector[N] y;  // observed
  real<lower=0> mean_sigma_pilot_size;  // about how large mean_sigma is
  vector<lower=0, upper=1>[N_group] mean_pilot_weight;  // how far each group is centred
  real<lower=0> mean_pilot_scale;  // about how large the scale of mean is
  // numbers in the declarations
  real<lower=0> mean_sigma_sigma;
  real<lower=0> sds_sigma_sigma;
  real<lower=0> y_sigma_sigma;
}
parameters {
  real mean_sigma_soft;
  vector<multiplier=mean_pilot_scale>[N_group] mean_between;
  real<lower=0> sds_sigma;
  vector<lower=0>[N_group] sds;
  vector<multiplier=sds_sigma_sigma>[N_person] A;
  real<lower=0> y_sigma;
}
transformed parameters {
  real mean_sigma = softened(mean_sigma_soft, mean_sigma_pilot_size);
  vector[N_group] mean = exp((1 - mean_pilot_weight) * log(mean_sigma / mean_pilot_scale)) .* mean_between;
}
model {
  // mean_sigma ~ HalfNormal()
  target += normal_lpdf(mean_sigma | 0, mean_sigma_sigma) + log2();
  target += log_slope_softened(mean_sigma_soft, mean_sigma_pilot_size);
  // mean ~ Normal(0, mean_sigma), over group
  target += normal_lpdf(mean_between | 0, mean_pilot_scale * exp(mean_pilot_weight * log(mean_sigma / mean_pilot_scale)));
  // sds_sigma ~ HalfNormal()
  target += normal_lpdf(sds_sigma | 0, sds_sigma_sigma) + log2();
  // sds ~ HalfNormal(sds_sigma), over group
  target += normal_lpdf(sds | 0, sds_sigma) + num_elements(sds) * log2();
  // A ~ Normal(mean, sds), over person
  target += normal_lpdf(A | mean[person_group], sds[person_group]);
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ Normal(A, y_sigma), observed
  target += normal_lpdf(y | A[person], y_sigma);
}
