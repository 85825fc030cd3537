// GradedResponse
// grade ~ ordered_logistic(alpha[item] * theta[person], kappa[item])
data {
  int<lower=0> N;  // rows
  int<lower=0> N_person;  // units of person
  int<lower=0> N_item;  // units of item
  int<lower=0> K_kappa_index;  // components of kappa_index
  array[N] int<lower=1, upper=N_item> item;  // the item of each row
  array[N] int<lower=1, upper=N_person> person;  // the person of each row
  array[N] int<lower=1> grade;  // observed
  // numbers in the declarations
  real<lower=0> theta_sigma;
  real<lower=0> alpha_sigma_sigma;
  real<lower=0> kappa_sigma_sigma;
}
parameters {
  vector[N_person] theta_raw;
  real<lower=0> alpha_sigma;
  vector<lower=0>[N_item] alpha;
  real<lower=0> kappa_sigma;
  array[N_item] ordered[K_kappa_index] kappa;
}
transformed parameters {
  vector[N_person] theta = theta_sigma * theta_raw;
}
model {
  // theta ~ Normal(0, 1), over person
  target += std_normal_lpdf(theta_raw);
  // alpha_sigma ~ HalfNormal()
  target += normal_lpdf(alpha_sigma | 0, alpha_sigma_sigma) + log2();
  // alpha ~ LogNormal(0, alpha_sigma), over item
  target += lognormal_lpdf(alpha | 0, alpha_sigma);
  // kappa_sigma ~ HalfNormal()
  target += normal_lpdf(kappa_sigma | 0, kappa_sigma_sigma) + log2();
  // kappa ~ Normal(0, kappa_sigma), over item, kappa_index, ordered
  for (k in 1:K_kappa_index) {
    target += normal_lpdf(to_vector(kappa[, k]) | 0, kappa_sigma);
  }
  // grade ~ OrderedLogistic(alpha * theta, kappa), observed
  {
    array[N] vector[K_kappa_index] grade_cutpoints;
    for (n in 1:N) {
      grade_cutpoints[n] = kappa[item[n]];
    }
    target += ordered_logistic_lpmf(grade | alpha[item] .* theta[person], grade_cutpoints);
  }
}
