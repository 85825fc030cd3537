// Sleepstudy
// A line per subject; intercepts and slopes may be correlated.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_subject;  // units of subject
  int<lower=0> K_effect;  // components of effect
  int<lower=0> K_corr;  // components of corr
  array[N] int<lower=1, upper=N_subject> subject;  // the subject of each row
  vector[N] reaction;  // observed
  vector[N] days;  // 'days' of each row
  // numbers in the declarations
  real intercept_mu;
  real<lower=0> intercept_sigma;
  real<lower=0> slope_sigma;
  real<lower=0> sds_sigma;
  real<lower=0> corr_eta;
  real<lower=0> noise_sigma;
}
parameters {
  real intercept;
  real slope;
  vector<lower=0>[K_effect] sds;
  cholesky_factor_corr[K_corr] corr_cholesky;
  real<lower=0> noise;
  matrix[N_subject, K_effect] B;
}
model {
  // intercept ~ Normal(250, 100)
  target += normal_lpdf(intercept | intercept_mu, intercept_sigma);
  // slope ~ Normal(0, 50)
  target += normal_lpdf(slope | 0, slope_sigma);
  // sds ~ HalfNormal(50), over effect
  target += normal_lpdf(sds | 0, sds_sigma) + num_elements(sds) * log2();
  // corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(corr_cholesky | corr_eta);
  // noise ~ HalfNormal(50)
  target += normal_lpdf(noise | 0, noise_sigma) + log2();
  // B ~ MultiNormal([intercept, slope], sds, corr), over subject
  {
    array[N_subject] vector[K_effect] B_vectors;
    for (n in 1:N_subject) {
      B_vectors[n] = B[n]';
    }
    target += multi_normal_cholesky_lpdf(B_vectors | [intercept, slope]', diag_pre_multiply(sds, corr_cholesky));
  }
  // reaction ~ Normal(B[0] + B[1] * data("days"), noise), observed
  target += normal_lpdf(reaction | B[subject, 1] + B[subject, 2] .* days, noise);
}
generated quantities {
  matrix[K_corr, K_corr] corr = multiply_lower_tri_self_transpose(corr_cholesky);
}
