// Gasoline
// yield ~ temp + batch | pressure, beta
data {
  int<lower=0> N;  // rows
  int<lower=0> K_X;  // components of X
  vector<lower=0, upper=1>[N] share;  // observed as 'yield'
  vector[N] pressure;  // 'pressure' of each row
  matrix[N, K_X] X;  // the columns of X for each row
  // numbers in the declarations
  vector[K_X] b_mu;
  vector<lower=0>[K_X] b_sigma;
  real a_mu;
  vector[K_X] a_at_b;
  real<lower=0> a_sigma;
  real d_mu;
  real<lower=0> d_sigma;
  real c_mu;
  real c_at_d;
  real<lower=0> c_sigma;
}
parameters {
  real a_raw;
  vector<multiplier=b_sigma>[K_X] b;
  real c_raw;
  real<multiplier=d_sigma> d;
}
transformed parameters {
  real a = a_mu - dot_product(a_at_b, b) + a_sigma * a_raw;
  real c = c_mu - c_at_d * d + c_sigma * c_raw;
}
model {
  // a ~ Normal()
  target += std_normal_lpdf(a_raw);
  // b ~ Normal(), over X
  target += normal_lpdf(b | b_mu, b_sigma);
  // c ~ Normal()
  target += std_normal_lpdf(c_raw);
  // d ~ Normal()
  target += normal_lpdf(d | d_mu, d_sigma);
  vector[N] phi = exp(c + d * pressure);  // phi = exp(c + d * data("pressure"))
  // share ~ Beta(logit=a + b @ X, concentration=phi), observed as yield
  target += beta_proportion_lpdf(share | inv_logit(a + X * b), phi);
}
