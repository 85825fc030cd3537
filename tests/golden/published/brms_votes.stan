// Votes
// cbind(y1, y2, y3) | trials(n) ~ x, multinomial
data {
  int<lower=0> N;  // rows
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_c_covariates;  // components of c_covariates
  int<lower=0> K_y;  // components of y
  array[N, K_y] int<lower=0> y;  // observed as 'y1', 'y2', 'y3'
  array[N] int<lower=0> n;  // 'n' of each row
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  matrix[N, K_c_covariates] c_covariates;  // the columns of c_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector[K_b_covariates] b_first;
  vector[K_b_covariates] b_at_b;
  vector<lower=0>[K_b_covariates] b_sigma;
  vector[K_c_covariates] c_mu;
  vector[K_c_covariates] c_first;
  vector[K_c_covariates] c_at_c;
  vector<lower=0>[K_c_covariates] c_sigma;
}
parameters {
  vector[K_b_covariates] b_raw;
  vector[K_c_covariates] c_raw;
}
transformed parameters {
  vector[K_b_covariates] b = b_mu + b_sigma .* b_raw;
  b = b - b_first * dot_product(b_at_b, b);
  vector[K_c_covariates] c = c_mu + c_sigma .* c_raw;
  c = c - c_first * dot_product(c_at_c, c);
}
model {
  // b ~ Normal(), over b_covariates
  target += std_normal_lpdf(b_raw);
  // c ~ Normal(), over c_covariates
  target += std_normal_lpdf(c_raw);
  // y ~ Multinomial(data("n"), logit=[0, b @ b_covariates, c @ c_covariates]), observed as y1, y2, y3
  {
    matrix[N, 3] y_logit;
    y_logit[, 1] = rep_vector(0, N);
    y_logit[, 2] = b_covariates * b;
    y_logit[, 3] = c_covariates * c;
    for (n_2 in 1:N) {
      target += multinomial_logit_lpmf(y[n_2] | y_logit[n_2]');
    }
  }
}
