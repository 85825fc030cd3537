// Satisfaction
// ls ~ mo(income) * age + (mo(income) | city)
functions {
  // A positive number from z: `typical` times exp(z / 2) Phi(z). Above the typical size its logarithm grows
  // with z; towards 0 it falls as the square of z, so that a density which does not vanish at 0 has no long tail.
  real softened(real z, real typical) {
    return typical * exp(0.5 * z) * (0.5 * erfc(-sqrt(0.5) * z));
  }
  vector softened(vector z, vector typical) {
    return typical .* exp(0.5 * z) .* (0.5 * erfc(-sqrt(0.5) * z));
  }
  // The log of the derivative of `softened` by z, summed: what a density of positive numbers is multiplied by.
  real log_slope_softened(real z, real typical) {
    real density = exp(-0.5 * square(z)) / sqrt(2 * pi());
    return log(typical) + 0.5 * z + log(0.25 * erfc(-sqrt(0.5) * z) + density);
  }
  real log_slope_softened(vector z, vector typical) {
    vector[num_elements(z)] density = exp(-0.5 * square(z)) / sqrt(2 * pi());
    return sum(log(typical) + 0.5 * z + log(0.25 * erfc(-sqrt(0.5) * z) + density));
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_city;  // units of city
  int<lower=0> K_income;  // components of income
  int<lower=0> K_B;  // components of B
  int<lower=0> K_B_corr;  // components of B_corr
  array[N] int<lower=1, upper=N_city> city;  // the city of each row
  vector[N] ls;  // observed
  vector[N] age_2;  // 'age' of each row
  matrix[N, K_income] income;  // the columns of income for each row
  vector<lower=0>[K_B] B_sigma_pilot_size;  // about how large B_sigma is
  // numbers in the declarations
  real<lower=0> first_alpha;
  real<lower=0> second_alpha;
  real b_mu;
  real<lower=0> b_sigma;
  real c_mu;
  real<lower=0> c_sigma;
  real d_mu;
  real<lower=0> d_sigma;
  real a_mu;
  real a_at_b;
  real a_at_c;
  real a_at_d;
  real<lower=0> a_sigma;
  vector<lower=0>[K_B] B_sigma_sigma;
  real<lower=0> B_corr_eta;
  real<lower=0> ls_sigma_sigma;
}
transformed data {
  vector[N] age = age_2;  // age = data("age")
}
parameters {
  simplex[K_income] first;
  simplex[K_income] second;
  real a_raw;
  real<multiplier=b_sigma> b;
  real<multiplier=c_sigma> c;
  real<multiplier=d_sigma> d;
  vector[K_B] B_sigma_soft;
  cholesky_factor_corr[K_B_corr] B_corr_cholesky;
  matrix[K_B, N_city] B_raw;
  real<lower=0> ls_sigma;
}
transformed parameters {
  real a = a_mu - a_at_b * b - a_at_c * c - a_at_d * d + a_sigma * a_raw;
  vector[K_B] B_sigma = softened(B_sigma_soft, B_sigma_pilot_size);
  matrix[N_city, K_B] B = rep_matrix([a, b], N_city) + (diag_pre_multiply(B_sigma, B_corr_cholesky) * B_raw)';
}
model {
  // first ~ Dirichlet(1), over income
  target += dirichlet_lpdf(first | rep_vector(first_alpha, K_income));
  // second ~ Dirichlet(1), over income
  target += dirichlet_lpdf(second | rep_vector(second_alpha, K_income));
  // a ~ Normal()
  target += std_normal_lpdf(a_raw);
  // b ~ Normal()
  target += normal_lpdf(b | b_mu, b_sigma);
  // c ~ Normal()
  target += normal_lpdf(c | c_mu, c_sigma);
  // d ~ Normal()
  target += normal_lpdf(d | d_mu, d_sigma);
  // B_sigma ~ HalfNormal(), over B
  target += normal_lpdf(B_sigma | 0, B_sigma_sigma) + num_elements(B_sigma) * log2();
  target += log_slope_softened(B_sigma_soft, B_sigma_pilot_size);
  // B_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(B_corr_cholesky | B_corr_eta);
  // B ~ MultiNormal([a, b], B_sigma, B_corr), over city
  target += std_normal_lpdf(to_vector(B_raw));
  vector[N] mo = income * first;  // mo = first @ income
  vector[N] mo_age = (income * second) .* age;  // mo_age = (second @ income) * age
  // ls_sigma ~ HalfNormal()
  target += normal_lpdf(ls_sigma | 0, ls_sigma_sigma) + log2();
  // ls ~ Normal(B[0] + B[1] * mo + c * age + d * mo_age, ls_sigma), observed
  target += normal_lpdf(ls | B[city, 1] + B[city, 2] .* mo + c * age + d * mo_age, ls_sigma);
}
generated quantities {
  matrix[K_B_corr, K_B_corr] B_corr = multiply_lower_tri_self_transpose(B_corr_cholesky);
}
