// Orange
// circumference ~ SSlogis(age, Asym, xmid, scal) ~ Asym | Tree
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
  int<lower=0> N_Tree;  // units of Tree
  array[N] int<lower=1, upper=N_Tree> Tree;  // the Tree of each row
  vector[N] circumference;  // observed
  vector[N] age;  // 'age' of each row
  real<lower=0> Asym_sd_pilot_size;  // about how large Asym_sd is
  // numbers in the declarations
  real Asym_mean_mu;
  real<lower=0> Asym_mean_sigma;
  real<lower=0> Asym_sd_sigma;
  real xmid_mu;
  real<lower=0> xmid_sigma;
  real scal_mu;
  real<lower=0> scal_sigma;
  real<lower=0> circumference_sigma_sigma;
}
parameters {
  real Asym_mean;
  real Asym_sd_soft;
  vector[N_Tree] Asym_raw;
  real xmid;
  real scal;
  real<lower=0> circumference_sigma;
}
transformed parameters {
  real Asym_sd = softened(Asym_sd_soft, Asym_sd_pilot_size);
  vector[N_Tree] Asym = Asym_mean + Asym_sd * Asym_raw;
}
model {
  // Asym_mean ~ Normal(150, 100)
  target += normal_lpdf(Asym_mean | Asym_mean_mu, Asym_mean_sigma);
  // Asym_sd ~ HalfNormal(50)
  target += normal_lpdf(Asym_sd | 0, Asym_sd_sigma) + log2();
  target += log_slope_softened(Asym_sd_soft, Asym_sd_pilot_size);
  // Asym ~ Normal(Asym_mean, Asym_sd), over Tree
  target += std_normal_lpdf(Asym_raw);
  // xmid ~ Normal(700, 500)
  target += normal_lpdf(xmid | xmid_mu, xmid_sigma);
  // scal ~ Normal(350, 200)
  target += normal_lpdf(scal | scal_mu, scal_sigma);
  vector[N] grown = inv_logit((age - xmid) / scal);  // grown = inv_logit((data("age") - xmid) / scal)
  // circumference_sigma ~ HalfNormal()
  target += normal_lpdf(circumference_sigma | 0, circumference_sigma_sigma) + log2();
  // circumference ~ Normal(Asym * grown, circumference_sigma), observed
  target += normal_lpdf(circumference | Asym[Tree] .* grown, circumference_sigma);
}
