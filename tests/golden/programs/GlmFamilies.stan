// GlmFamilies
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
  array[N] int<lower=0> beside;  // observed as 'count'
  array[N] int<lower=1> kind;  // observed as 'choice'
  array[N] int<lower=0> trials;  // 'trials' of each row
  vector[N] size;  // 'size' of each row
  vector[N] x;  // 'x' of each row
  matrix[N, K_X] X;  // the columns of X for each row
  // numbers in the declarations
  real<lower=0> b_sigma;
  real<lower=0> a_sigma;
  real<lower=0> cut_sigma;
  real<lower=0> shape_alpha;
  real<lower=0> shape_beta;
  real<lower=0> y_sigma;
  real<lower=0> c_sigma;
}
transformed data {
  matrix[N, K_X + 1] beside_columns = append_col(X, size);
  matrix[N, K_X + 1] kind_columns = append_col(X, x);
}
parameters {
  vector[K_X] b;
  vector[N_school] a;
  ordered[K_k] cut;
  real<lower=0> shape;
  real c;
}
model {
  // b ~ Normal(0, 1), over X
  target += normal_lpdf(b | 0, b_sigma);
  // a ~ Normal(0, 1), over school
  target += normal_lpdf(a | 0, a_sigma);
  // cut ~ Normal(0, 3), over k, ordered
  target += normal_lpdf(cut | 0, cut_sigma);
  // shape ~ Gamma(2, 0.1)
  target += gamma_lpdf(shape | shape_alpha, shape_beta);
  // y ~ Normal(b @ X, 1), observed
  target += normal_id_glm_lpdf(y | X, 0, b, y_sigma);
  // flag ~ Bernoulli(logit=a + b @ X), observed
  target += bernoulli_logit_glm_lpmf(flag | X, a[school], b);
  // count ~ Poisson(log=a - 1 + b @ X), observed
  target += poisson_log_glm_lpmf(count | X, a[school] - 1, b);
  // more ~ NegBinomial(log=b @ X + 1, shape=shape), observed as count
  target += neg_binomial_2_log_glm_lpmf(more | X, 1, b, shape);
  // part ~ Binomial(data("trials"), logit=a + b @ X), observed as count
  target += binomial_logit_glm_lpmf(part | trials, X, a[school], b);
  // choice ~ OrderedLogistic(b @ X, cut), observed
  target += ordered_logistic_glm_lpmf(choice | X, b, cut);
  // c ~ Normal(0, 1)
  target += normal_lpdf(c | 0, c_sigma);
  // beside ~ Poisson(log=a + b @ X + c * data("size")), observed as count
  target += poisson_log_glm_lpmf(beside | beside_columns, a[school], append_row(b, [c]'));
  // kind ~ Categorical(logit=[0, b @ X - c, c * data("x")]), observed as choice
  target += categorical_logit_glm_lpmf(kind | kind_columns, [0, -c, 0]', append_row(append_col(append_col(rep_vector(0, K_X), b), rep_vector(0, K_X)), [[0, 0, c]]));
}
