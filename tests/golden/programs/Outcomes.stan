// Outcomes
// Every distribution as a likelihood, its arguments over rows.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  vector[N] normal;  // observed as 'y'
  vector[N] t;  // observed as 'y'
  vector[N] cauchy;  // observed as 'y'
  vector[N] laplace;  // observed as 'y'
  vector[N] logistic;  // observed as 'y'
  vector<lower=0>[N] lognormal;  // observed as 'positive'
  vector<lower=0>[N] gamma;  // observed as 'positive'
  vector<lower=0>[N] gamma_mean;  // observed as 'positive'
  vector<lower=0>[N] inverse;  // observed as 'positive'
  vector<lower=0>[N] exponential;  // observed as 'positive'
  vector<lower=0>[N] exponential_mean;  // observed as 'positive'
  vector<lower=0>[N] weibull;  // observed as 'positive'
  vector<lower=0, upper=1>[N] beta;  // observed as 'share'
  vector<lower=0, upper=1>[N] beta_mean;  // observed as 'share'
  vector<lower=0, upper=1>[N] beta_logit;  // observed as 'share'
  vector[N] uniform;  // observed as 'y'
  vector<lower=0>[N] half_normal;  // observed as 'positive'
  vector<lower=0>[N] half_cauchy;  // observed as 'positive'
  vector<lower=0>[N] half_t;  // observed as 'positive'
  array[N] int<lower=0, upper=1> bernoulli;  // observed as 'flag'
  array[N] int<lower=0, upper=1> bernoulli_logit;  // observed as 'flag'
  array[N] int<lower=0> binomial;  // observed as 'count'
  array[N] int<lower=0> binomial_logit;  // observed as 'count'
  array[N] int<lower=0> beta_binomial;  // observed as 'count'
  array[N] int<lower=0> beta_binomial_mean;  // observed as 'count'
  array[N] int<lower=0> beta_binomial_logit;  // observed as 'count'
  array[N] int<lower=0> poisson;  // observed as 'count'
  array[N] int<lower=0> poisson_log;  // observed as 'count'
  array[N] int<lower=0> neg_binomial;  // observed as 'count'
  array[N] int<lower=0> neg_binomial_log;  // observed as 'count'
  array[N] int<lower=0> trials;  // 'trials' of each row
  // numbers in the declarations
  real<lower=0> a_sigma;
  real<lower=0> s_sigma;
  real<lower=0> t_nu;
  real<lower=0> gamma_alpha;
  real<lower=0> gamma_mean_shape;
  real<lower=0> inverse_alpha;
  real<lower=0> weibull_alpha;
  real<lower=0> beta_alpha;
  real<lower=0> beta_mean_concentration;
  real<lower=0> beta_logit_concentration;
  real uniform_alpha;
  real<lower=0> half_t_nu;
  int<lower=0> binomial_logit_trials;
  real<lower=0> beta_binomial_alpha;
  int<lower=0> beta_binomial_mean_trials;
  real<lower=0> beta_binomial_mean_concentration;
  real<lower=0> beta_binomial_logit_concentration;
  real<lower=0> neg_binomial_shape;
}
parameters {
  vector[N_school] a;
  real<lower=0> s;
}
model {
  // a ~ Normal(0, 1), over school
  target += normal_lpdf(a | 0, a_sigma);
  // s ~ HalfNormal(1)
  target += normal_lpdf(s | 0, s_sigma) + log2();
  // normal ~ Normal(a, s), observed as y
  target += normal_lpdf(normal | a[school], s);
  // t ~ StudentT(4, a, s), observed as y
  target += student_t_lpdf(t | t_nu, a[school], s);
  // cauchy ~ Cauchy(a, s), observed as y
  target += cauchy_lpdf(cauchy | a[school], s);
  // laplace ~ Laplace(a, s), observed as y
  target += double_exponential_lpdf(laplace | a[school], s);
  // logistic ~ Logistic(a, s), observed as y
  target += logistic_lpdf(logistic | a[school], s);
  // lognormal ~ LogNormal(a, s), observed as positive
  target += lognormal_lpdf(lognormal | a[school], s);
  // gamma ~ Gamma(2, exp(a)), observed as positive
  target += gamma_lpdf(gamma | gamma_alpha, exp(a[school]));
  // gamma_mean ~ Gamma(log=a, shape=2), observed as positive
  target += gamma_lpdf(gamma_mean | gamma_mean_shape, gamma_mean_shape * exp(-a[school]));
  // inverse ~ InverseGamma(2, exp(a)), observed as positive
  target += inv_gamma_lpdf(inverse | inverse_alpha, exp(a[school]));
  // exponential ~ Exponential(exp(a)), observed as positive
  target += exponential_lpdf(exponential | exp(a[school]));
  // exponential_mean ~ Exponential(log=a), observed as positive
  target += exponential_lpdf(exponential_mean | exp(-a[school]));
  // weibull ~ Weibull(2, exp(a)), observed as positive
  target += weibull_lpdf(weibull | weibull_alpha, exp(a[school]));
  // beta ~ Beta(2, exp(a)), observed as share
  target += beta_lpdf(beta | beta_alpha, exp(a[school]));
  // beta_mean ~ Beta(mean=inv_logit(a), concentration=3), observed as share
  target += beta_proportion_lpdf(beta_mean | inv_logit(a[school]), beta_mean_concentration);
  // beta_logit ~ Beta(logit=a, concentration=3), observed as share
  target += beta_proportion_lpdf(beta_logit | inv_logit(a[school]), beta_logit_concentration);
  // uniform ~ Uniform(-10, 10 + exp(a)), observed as y
  target += uniform_lpdf(uniform | uniform_alpha, 10 + exp(a[school]));
  // half_normal ~ HalfNormal(exp(a)), observed as positive
  target += normal_lpdf(half_normal | 0, exp(a[school])) + num_elements(half_normal) * log2();
  // half_cauchy ~ HalfCauchy(s), observed as positive
  target += cauchy_lpdf(half_cauchy | 0, s) + num_elements(half_cauchy) * log2();
  // half_t ~ HalfStudentT(3, s), observed as positive
  target += student_t_lpdf(half_t | half_t_nu, 0, s) + num_elements(half_t) * log2();
  // bernoulli ~ Bernoulli(inv_logit(a)), observed as flag
  target += bernoulli_lpmf(bernoulli | inv_logit(a[school]));
  // bernoulli_logit ~ Bernoulli(logit=a), observed as flag
  target += bernoulli_logit_lpmf(bernoulli_logit | a[school]);
  // binomial ~ Binomial(data("trials"), inv_logit(a)), observed as count
  target += binomial_lpmf(binomial | trials, inv_logit(a[school]));
  // binomial_logit ~ Binomial(8, logit=a), observed as count
  target += binomial_logit_lpmf(binomial_logit | binomial_logit_trials, a[school]);
  // beta_binomial ~ BetaBinomial(data("trials"), 2, exp(a)), observed as count
  target += beta_binomial_lpmf(beta_binomial | trials, beta_binomial_alpha, exp(a[school]));
  // beta_binomial_mean ~ BetaBinomial(8, mean=inv_logit(a), concentration=3), observed as count
  target += beta_binomial_lpmf(beta_binomial_mean | beta_binomial_mean_trials, inv_logit(a[school]) * beta_binomial_mean_concentration, (1 - inv_logit(a[school])) * beta_binomial_mean_concentration);
  // beta_binomial_logit ~ BetaBinomial(data("trials"), logit=a, concentration=3), observed as count
  target += beta_binomial_lpmf(beta_binomial_logit | trials, inv_logit(a[school]) * beta_binomial_logit_concentration, inv_logit(-a[school]) * beta_binomial_logit_concentration);
  // poisson ~ Poisson(exp(a)), observed as count
  target += poisson_lpmf(poisson | exp(a[school]));
  // poisson_log ~ Poisson(log=a), observed as count
  target += poisson_log_lpmf(poisson_log | a[school]);
  // neg_binomial ~ NegBinomial(exp(a), 2), observed as count
  target += neg_binomial_2_lpmf(neg_binomial | exp(a[school]), neg_binomial_shape);
  // neg_binomial_log ~ NegBinomial(log=a, shape=s), observed as count
  target += neg_binomial_2_log_lpmf(neg_binomial_log | a[school], s);
}
