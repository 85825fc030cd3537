// MultipleMembership
// y ~ 1 + (1 | mm(s1, s2, weights = cbind(w1, w2)))
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  array[N] int<lower=1, upper=N_school> first;  // the first of each row
  array[N] int<lower=1, upper=N_school> second;  // the second of each row
  vector[N] y;  // observed
  vector[N] w1;  // 'w1' of each row
  vector[N] w2;  // 'w2' of each row
  vector<lower=0, upper=1>[N_school] S_pilot_weight;  // how far each school is centred
  real<lower=0> S_pilot_scale;  // about how large the scale of S is
  // numbers in the declarations
  real mean_mu;
  real<lower=0> mean_sigma;
  real<lower=0> S_sigma_sigma;
  real<lower=0> y_sigma_sigma;
}
parameters {
  real<multiplier=mean_sigma> mean;
  real<lower=0> S_sigma;
  vector<multiplier=S_pilot_scale>[N_school] S_between;
  real<lower=0> y_sigma;
}
transformed parameters {
  vector[N_school] S = exp((1 - S_pilot_weight) * log(S_sigma / S_pilot_scale)) .* S_between;
}
model {
  // mean ~ Normal()
  target += normal_lpdf(mean | mean_mu, mean_sigma);
  // S_sigma ~ HalfNormal()
  target += normal_lpdf(S_sigma | 0, S_sigma_sigma) + log2();
  // S ~ Normal(0, S_sigma), over school
  target += normal_lpdf(S_between | 0, S_pilot_scale * exp(S_pilot_weight * log(S_sigma / S_pilot_scale)));
  vector[N] mine = w1 .* S[first] + w2 .* S[second];  // mine = data("w1") * S[first] + data("w2") * S[second]
  // y_sigma ~ HalfNormal()
  target += normal_lpdf(y_sigma | 0, y_sigma_sigma) + log2();
  // y ~ Normal(mean + mine, y_sigma), observed
  target += normal_lpdf(y | mean + mine, y_sigma);
}
