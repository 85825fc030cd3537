// Tobacco
// tobgp ~ agegp + alcgp, polr
data {
  int<lower=0> N;  // rows
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_cut_index;  // components of cut_index
  array[N] int<lower=1> tobgp;  // observed
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector<lower=0>[K_b_covariates] b_sigma;
  vector[K_cut_index] cut_mu;
  vector[K_b_covariates] cut_at_b;
  vector<lower=0>[K_cut_index] cut_sigma;
}
parameters {
  ordered[K_cut_index] cut_at_means;
  vector<multiplier=b_sigma>[K_b_covariates] b;
}
transformed parameters {
  ordered[K_cut_index] cut = cut_at_means - dot_product(cut_at_b, b);
}
model {
  // cut ~ Normal(), over cut_index, ordered
  target += normal_lpdf(cut | cut_mu - dot_product(cut_at_b, b), cut_sigma);
  // b ~ Normal(), over b_covariates
  target += normal_lpdf(b | b_mu, b_sigma);
  // tobgp ~ OrderedLogistic(b @ b_covariates, cut), observed
  target += ordered_logistic_glm_lpmf(tobgp | b_covariates, b, cut);
}
