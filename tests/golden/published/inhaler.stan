// Inhaler
// rating ~ treat + period + carry + (1 | subject), cumulative
data {
  int<lower=0> N;  // rows
  int<lower=0> N_subject;  // units of subject
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_cut_index;  // components of cut_index
  array[N] int<lower=1, upper=N_subject> subject;  // the subject of each row
  array[N] int<lower=1> rating;  // observed
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector<lower=0>[K_b_covariates] b_sigma;
  vector[K_cut_index] cut_mu;
  vector[K_b_covariates] cut_at_b;
  vector<lower=0>[K_cut_index] cut_sigma;
  real<lower=0> S_sigma_sigma;
}
parameters {
  ordered[K_cut_index] cut;
  vector<multiplier=b_sigma>[K_b_covariates] b;
  real<lower=0> S_sigma;
  vector[N_subject] S_raw;
}
transformed parameters {
  vector[N_subject] S = S_sigma * S_raw;
}
model {
  // cut ~ Normal(), over cut_index, ordered
  target += normal_lpdf(cut | cut_mu - dot_product(cut_at_b, b), cut_sigma);
  // b ~ Normal(), over b_covariates
  target += normal_lpdf(b | b_mu, b_sigma);
  // S_sigma ~ HalfNormal()
  target += normal_lpdf(S_sigma | 0, S_sigma_sigma) + log2();
  // S ~ Normal(0, S_sigma), over subject
  target += std_normal_lpdf(S_raw);
  // rating ~ OrderedLogistic(b @ b_covariates + S, cut), observed
  target += ordered_logistic_lpmf(rating | b_covariates * b + S[subject], cut);
}
