// InhalerInSteps
// rating ~ period + carry + cs(treat) + (1 | subject), sratio, equidistant
functions {
  // The category at which steps from the first one on end: beyond each there is a step to the next.
  real stopping_ratio_logit_lpmf(int y, real eta, vector cutpoints) {
    real total = 0;
    for (k in 1 : y - 1) {
      real above = eta - cutpoints[k];
      total += log_inv_logit(above);
    }
    if (y <= num_elements(cutpoints)) {
      real above = eta - cutpoints[y];
      total += log1m_inv_logit(above);
    }
    return total;
  }

}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_subject;  // units of subject
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_step;  // components of step
  array[N] int<lower=1, upper=N_subject> subject;  // the subject of each row
  array[N] int<lower=1> rating;  // observed
  vector[N] treat;  // 'treat' of each row
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector<lower=0>[K_b_covariates] b_sigma;
  real first_mu;
  vector[K_b_covariates] first_at_b;
  real<lower=0> first_sigma;
  real gap_mu;
  vector[K_b_covariates] gap_at_b;
  real<lower=0> gap_sigma;
  vector[K_step] own_mu;
  vector<lower=0>[K_step] own_sigma;
  real<lower=0> S_sigma_sigma;
}
transformed data {
  vector[N] x = treat;  // x = data("treat")
}
parameters {
  real first_raw;
  real gap_raw;
  vector<multiplier=own_sigma>[K_step] own;
  vector<multiplier=b_sigma>[K_b_covariates] b;
  real<lower=0> S_sigma;
  vector[N_subject] S_raw;
}
transformed parameters {
  real first = first_mu - dot_product(first_at_b, b) + first_sigma * first_raw;
  real gap = gap_mu - dot_product(gap_at_b, b) + gap_sigma * gap_raw;
  vector[N_subject] S = S_sigma * S_raw;
}
model {
  // first ~ Normal()
  target += std_normal_lpdf(first_raw);
  // gap ~ Normal()
  target += std_normal_lpdf(gap_raw);
  // own ~ Normal(), over step
  target += normal_lpdf(own | own_mu, own_sigma);
  // b ~ Normal(), over b_covariates
  target += normal_lpdf(b | b_mu, b_sigma);
  // S_sigma ~ HalfNormal()
  target += normal_lpdf(S_sigma | 0, S_sigma_sigma) + log2();
  // S ~ Normal(0, S_sigma), over subject
  target += std_normal_lpdf(S_raw);
  // rating ~ StoppingRatio(b @ b_covariates + S, [first - own[0] * x, first + gap - own[1] * x, first + 2 * gap - own[2] * x]), observed
  {
    vector[N] rating_eta = b_covariates * b + S[subject];
    matrix[N, 3] rating_cutpoints;
    rating_cutpoints[, 1] = first - own[1] * x;
    rating_cutpoints[, 2] = first + gap - own[2] * x;
    rating_cutpoints[, 3] = first + 2 * gap - own[3] * x;
    for (n in 1:N) {
      target += stopping_ratio_logit_lpmf(rating[n] | rating_eta[n], rating_cutpoints[n]');
    }
  }
}
