// Islands
// tools ~ poisson(a * P^b / g * exp(k[society])), k ~ GP(distances)
functions {
  // The Cholesky factor of correlations that fall with distance: 0 is Gaussian, 1 exponential, 3 and 5 Matern's.
  matrix root_of_places(real reach, matrix place, int kind) {
    int n = rows(place);
    array[n] vector[cols(place)] at;
    for (i in 1:n) {
      at[i] = place[i]';
    }
    matrix[n, n] K;
    if (kind == 0) {
      K = gp_exp_quad_cov(at, 1, reach);
    } else if (kind == 1) {
      K = gp_exponential_cov(at, 1, reach);
    } else if (kind == 3) {
      K = gp_matern32_cov(at, 1, reach);
    } else {
      K = gp_matern52_cov(at, 1, reach);
    }
    return cholesky_decompose(add_diag(K, 1e-8));
  }
  // A Gaussian process with standard deviation 1 at places, from independent numbers.
  vector placed(vector z, vector reach, matrix place, int kind) {
    return num_elements(z) == 0 ? z : root_of_places(reach[1], place, kind) * z;
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_society;  // units of society
  array[N] int<lower=1, upper=N_society> society;  // the society of each row
  array[N] int<lower=0> tools;  // observed
  vector[N_society] society_lat;  // 'lat' of each society
  vector[N_society] society_lon;  // 'lon' of each society
  vector[N] P;  // 'P' of each row
  // numbers in the declarations
  real<lower=0> a_beta;
  real<lower=0> b_beta;
  real<lower=0> g_beta;
  real<lower=0> k_length_sigma;
  real<lower=0> k_sigma_sigma;
}
parameters {
  real<lower=0> a;
  real<lower=0> b;
  real<lower=0> g;
  real<lower=0> k_length;
  real<lower=0> k_sigma;
  vector[N_society] k_raw;
}
transformed parameters {
  vector[N_society] k = k_sigma * placed(k_raw, rep_vector(k_length, N_society), append_col(society_lat, society_lon), 0);
}
model {
  // a ~ Exponential(1)
  target += exponential_lpdf(a | a_beta);
  // b ~ Exponential(1)
  target += exponential_lpdf(b | b_beta);
  // g ~ Exponential(1)
  target += exponential_lpdf(g | g_beta);
  // k_length ~ HalfNormal()
  target += normal_lpdf(k_length | 0, k_length_sigma) + log2();
  // k_sigma ~ HalfNormal()
  target += normal_lpdf(k_sigma | 0, k_sigma_sigma) + log2();
  // k ~ GP(data("lat"), data("lon"), k_length, k_sigma), over society
  target += std_normal_lpdf(k_raw);
  vector[N] eta = log(a) + b * log(P) - log(g) + k[society];  // eta = log(a) + b * log(data("P")) - log(g) + k
  // tools ~ Poisson(log=eta), observed
  target += poisson_log_lpmf(tools | eta);
}
