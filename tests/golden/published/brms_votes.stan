// Votes
// cbind(y1, y2, y3) | trials(n) ~ x, multinomial
data {
  int<lower=0> N;  // rows
  int<lower=0> K_b_covariates;  // components of b_covariates
  int<lower=0> K_c_covariates;  // components of c_covariates
  array[N] int<lower=1> answer;  // observed
  vector<lower=0>[N] answer_weights;  // frequency weights of answer
  matrix[N, K_b_covariates] b_covariates;  // the columns of b_covariates for each row
  matrix[N, K_c_covariates] c_covariates;  // the columns of c_covariates for each row
  // numbers in the declarations
  vector[K_b_covariates] b_mu;
  vector<lower=0>[K_b_covariates] b_sigma;
  vector[K_c_covariates] c_mu;
  vector<lower=0>[K_c_covariates] c_sigma;
}
parameters {
  vector<multiplier=b_sigma>[K_b_covariates] b;
  vector<multiplier=c_sigma>[K_c_covariates] c;
}
model {
  // b ~ Normal(), over b_covariates
  target += normal_lpdf(b | b_mu, b_sigma);
  // c ~ Normal(), over c_covariates
  target += normal_lpdf(c | c_mu, c_sigma);
  // answer ~ Categorical(logit=[0, b @ b_covariates, c @ c_covariates]), observed, weights n
  {
    matrix[N, 3] answer_logit;
    answer_logit[, 1] = rep_vector(0, N);
    answer_logit[, 2] = b_covariates * b;
    answer_logit[, 3] = c_covariates * c;
    for (n in 1:N) {
      target += answer_weights[n] * categorical_logit_lpmf(answer[n] | answer_logit[n]');
    }
  }
}
