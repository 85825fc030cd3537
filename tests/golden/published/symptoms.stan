// Symptoms
// symptom_post ~ group, sigma ~ group
data {
  int<lower=0> N;  // rows
  int<lower=0> N_group;  // units of group
  array[N] int<lower=1, upper=N_group> group;  // the group of each row
  vector[N] symptom;  // observed as 'symptom_post'
  // numbers in the declarations
  real<lower=0> mean_sigma_sigma;
  real<lower=0> sd_sigma_sigma;
}
parameters {
  real<lower=0> mean_sigma;
  vector<multiplier=mean_sigma_sigma>[N_group] mean;
  real<lower=0> sd_sigma;
  vector<lower=0>[N_group] sd;
}
model {
  // mean_sigma ~ HalfNormal()
  target += normal_lpdf(mean_sigma | 0, mean_sigma_sigma) + log2();
  // mean ~ Normal(0, mean_sigma), over group
  target += normal_lpdf(mean | 0, mean_sigma);
  // sd_sigma ~ HalfNormal()
  target += normal_lpdf(sd_sigma | 0, sd_sigma_sigma) + log2();
  // sd ~ HalfNormal(sd_sigma), over group
  target += normal_lpdf(sd | 0, sd_sigma) + num_elements(sd) * log2();
  // symptom ~ Normal(mean, sd), observed as symptom_post
  target += normal_lpdf(symptom | mean[group], sd[group]);
}
