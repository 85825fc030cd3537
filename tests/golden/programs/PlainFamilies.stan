// PlainFamilies
// The same lines where no GLM function fits: scales over rows, weights, further terms.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  int<lower=0> K_X;  // components of X
  int<lower=0> K_k;  // components of k
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  vector[N] y;  // observed
  array[N] int<lower=0, upper=1> flag;  // observed
  array[N] int<lower=0> count;  // observed
  array[N] int<lower=0> more;  // observed as 'count'
  array[N] int<lower=0> part;  // observed as 'count'
  array[N] int<lower=1> choice;  // observed
  vector<lower=0>[N] part_weights;  // frequency weights of part
  array[N] int<lower=0> trials;  // 'trials' of each row
  matrix[N, K_X] X;  // the columns of X for each row
  // numbers in the declarations
  real<lower=0> b_sigma;
  real<lower=0> a_sigma;
  real<lower=0> cut_sigma;
}
parameters {
  vector[K_X] b;
  vector[N_school] a_raw;
  ordered[K_k] cut;
}
transformed parameters {
  vector[N_school] a = a_sigma * a_raw;
}
model {
  // b ~ Normal(0, 1), over X
  target += normal_lpdf(b | 0, b_sigma);
  // a ~ Normal(0, 1), over school
  target += std_normal_lpdf(a_raw);
  // cut ~ Normal(0, 3), over k, ordered
  target += normal_lpdf(cut | 0, cut_sigma);
  // y ~ Normal(b @ X, exp(a)), observed
  target += normal_lpdf(y | X * b, exp(a[school]));
  // flag ~ Bernoulli(logit=b @ X - (b @ X)), observed
  target += bernoulli_logit_glm_lpmf(flag | X, -(X * b), b);
  // count ~ Poisson(log=-(b @ X)), observed
  target += poisson_log_lpmf(count | -(X * b));
  // more ~ NegBinomial(log=2 * (b @ X), shape=exp(a)), observed as count
  target += neg_binomial_2_log_lpmf(more | 2 * (X * b), exp(a[school]));
  // part ~ Binomial(data("trials"), logit=b @ X), observed as count, weights times
  {
    vector[N] part_logit = X * b;
    for (n in 1:N) {
      target += part_weights[n] * binomial_logit_lpmf(part[n] | trials[n], part_logit[n]);
    }
  }
  // choice ~ OrderedLogistic(b @ X + a, cut), observed
  target += ordered_logistic_lpmf(choice | X * b + a[school], cut);
}
