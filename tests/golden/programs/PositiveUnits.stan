// PositiveUnits
// Families of bounded support over units.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_school;  // units of school
  int<lower=0> N_room;  // units of room
  array[N_room] int<lower=1, upper=N_school> room_school;  // the school of each room
  array[N] int<lower=1, upper=N_room> room;  // the room of each row
  array[N] int<lower=1, upper=N_school> school;  // the school of each row
  vector[N] y;  // observed
  // numbers in the declarations
  real<lower=0> half_normal_sigma;
  real<lower=0> half_t_nu;
  real<lower=0> half_t_sigma;
  real<lower=0> gamma_alpha;
  real<lower=0> gamma_beta;
  real<lower=0> gamma_mean_shape;
  real<lower=0> inverse_alpha;
  real<lower=0> inverse_beta;
  real<lower=0> exponential_beta;
  real exponential_mean_log;
  real<lower=0> weibull_alpha;
  real<lower=0> weibull_sigma;
  real<lower=0> lognormal_sigma;
  real<lower=0> beta_alpha;
  real<lower=0> beta_beta;
  real<lower=0> beta_mean_concentration;
  real uniform_alpha;
  real<lower=0> y_sigma;
}
parameters {
  vector<lower=0>[N_school] half_normal;
  vector<lower=0>[N_room] half_cauchy;
  vector<lower=0>[N_school] half_t;
  vector<lower=0>[N_school] gamma;
  vector<lower=0>[N_school] gamma_mean;
  vector<lower=0>[N_school] inverse;
  vector<lower=0>[N_school] exponential;
  vector<lower=0>[N_school] exponential_mean;
  vector<lower=0>[N_school] weibull;
  vector<lower=0>[N_school] lognormal;
  vector<lower=0, upper=1>[N_school] beta;
  vector<lower=0, upper=1>[N_room] beta_mean;
  vector<lower=uniform_alpha, upper=gamma>[N_school] uniform;
}
transformed parameters {
  vector[N_room] mean = half_normal[room_school] + half_cauchy + half_t[room_school] + gamma[room_school] + gamma_mean[room_school] + inverse[room_school] + exponential[room_school];  // mean = half_normal + half_cauchy + half_t + gamma + gamma_mean + inverse + exponential
}
model {
  // half_normal ~ HalfNormal(1), over school
  target += normal_lpdf(half_normal | 0, half_normal_sigma) + num_elements(half_normal) * log2();
  // half_cauchy ~ HalfCauchy(half_normal), over room
  target += cauchy_lpdf(half_cauchy | 0, half_normal[room_school]) + num_elements(half_cauchy) * log2();
  // half_t ~ HalfStudentT(3, 1), over school
  target += student_t_lpdf(half_t | half_t_nu, 0, half_t_sigma) + num_elements(half_t) * log2();
  // gamma ~ Gamma(2, 1), over school
  target += gamma_lpdf(gamma | gamma_alpha, gamma_beta);
  // gamma_mean ~ Gamma(log=0, shape=2), over school
  target += gamma_lpdf(gamma_mean | gamma_mean_shape, gamma_mean_shape * exp(-0));
  // inverse ~ InverseGamma(3, 2), over school
  target += inv_gamma_lpdf(inverse | inverse_alpha, inverse_beta);
  // exponential ~ Exponential(1), over school
  target += exponential_lpdf(exponential | exponential_beta);
  // exponential_mean ~ Exponential(log=0.5), over school
  target += exponential_lpdf(exponential_mean | exp(-exponential_mean_log));
  // weibull ~ Weibull(2, 1), over school
  target += weibull_lpdf(weibull | weibull_alpha, weibull_sigma);
  // lognormal ~ LogNormal(0, 1), over school
  target += lognormal_lpdf(lognormal | 0, lognormal_sigma);
  // beta ~ Beta(2, 2), over school
  target += beta_lpdf(beta | beta_alpha, beta_beta);
  // beta_mean ~ Beta(mean=beta, concentration=5), over room
  target += beta_proportion_lpdf(beta_mean | beta[room_school], beta_mean_concentration);
  // uniform ~ Uniform(0, gamma), over school
  target += uniform_lpdf(uniform | uniform_alpha, gamma);
  // y ~ Normal(mean + exponential_mean + weibull + lognormal + beta + beta_mean + uniform, 1), observed
  target += normal_lpdf(y | mean[room] + exponential_mean[school] + weibull[school] + lognormal[school] + beta[school] + beta_mean[room] + uniform[school], y_sigma);
}
