// PestControl
// complaints ~ neg_binomial_2_log(mu + kappa * traps + mo[month] + log_sq_foot, phi)
// mu[building] ~ normal(alpha + building_data * zeta, sigma_mu)
// kappa[building] ~ normal(beta + building_data * gamma, sigma_kappa)
// mo ~ AR(1) with rho
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
  // The density of a stationary process around 0: before[i] is the unit before.
  real autoregressed_density_lpdf(vector x, vector sd, vector rho, vector gap, array[] int order,
                                  array[] int before) {
    int n = num_elements(x);
    vector[n] y = x ./ sd;
    vector[n] mean = rep_vector(0, n);
    vector[n] spread = rep_vector(1, n);
    for (i in 1:n) {
      if (before[i] > 0) {
        real kept = gap[i] == 1 ? rho[i] : rho[i] ^ gap[i];
        mean[i] = kept * y[before[i]];
        spread[i] = sqrt(1 - square(kept));
      }
    }
    return normal_lpdf(y | mean, spread) - sum(log(sd));
  }
}
data {
  int<lower=0> N;  // rows
  int<lower=0> N_building;  // units of building
  int<lower=0> N_month;  // units of month
  int<lower=0> K_zeta_covariates;  // components of zeta_covariates
  int<lower=0> K_gamma_covariates;  // components of gamma_covariates
  array[N] int<lower=1, upper=N_building> building;  // the building of each row
  array[N] int<lower=1, upper=N_month> month;  // the month of each row
  array[N] int<lower=0> complaints;  // observed
  vector[N] traps;  // 'traps' of each row
  vector[N] log_sq_foot;  // 'log_sq_foot' of each row
  matrix[N_building, K_zeta_covariates] building_zeta_covariates;  // the columns of zeta_covariates for each building
  matrix[N_building, K_gamma_covariates] building_gamma_covariates;  // the columns of gamma_covariates for each building
  vector[N_month] month_gap;  // steps since the unit before, of month
  array[N_month] int<lower=0, upper=N_month> month_order;  // units in the order of time, of month
  array[N_month] int<lower=0, upper=N_month> month_before;  // the unit before each, 0 for none, of month
  real<lower=0> mu_sigma_pilot_size;  // about how large mu_sigma is
  real<lower=0> kappa_sigma_pilot_size;  // about how large kappa_sigma is
  // numbers in the declarations
  vector[K_zeta_covariates] zeta_mu;
  vector<lower=0>[K_zeta_covariates] zeta_sigma;
  vector[K_gamma_covariates] gamma_mu;
  vector<lower=0>[K_gamma_covariates] gamma_sigma;
  real<lower=0> mu_sigma_sigma;
  real<lower=0> kappa_sigma_sigma;
  real mo_rho_alpha;
  real mo_rho_beta;
  real<lower=0> mo_sigma_sigma;
  real<lower=0> complaints_shape_alpha;
  real<lower=0> complaints_shape_beta;
}
parameters {
  vector<multiplier=zeta_sigma>[K_zeta_covariates] zeta;
  vector<multiplier=gamma_sigma>[K_gamma_covariates] gamma;
  real mu_sigma_soft;
  vector[N_building] mu_raw;
  real kappa_sigma_soft;
  vector[N_building] kappa_raw;
  real<lower=mo_rho_alpha, upper=mo_rho_beta> mo_rho;
  real<lower=0> mo_sigma;
  vector[N_month] mo;
  real<lower=0> complaints_shape;
}
transformed parameters {
  real mu_sigma = softened(mu_sigma_soft, mu_sigma_pilot_size);
  vector[N_building] mu = building_zeta_covariates * zeta + mu_sigma * mu_raw;
  real kappa_sigma = softened(kappa_sigma_soft, kappa_sigma_pilot_size);
  vector[N_building] kappa = building_gamma_covariates * gamma + kappa_sigma * kappa_raw;
}
model {
  // zeta ~ Normal(), over zeta_covariates
  target += normal_lpdf(zeta | zeta_mu, zeta_sigma);
  // gamma ~ Normal(), over gamma_covariates
  target += normal_lpdf(gamma | gamma_mu, gamma_sigma);
  // mu_sigma ~ HalfNormal()
  target += normal_lpdf(mu_sigma | 0, mu_sigma_sigma) + log2();
  target += log_slope_softened(mu_sigma_soft, mu_sigma_pilot_size);
  // mu ~ Normal(zeta @ zeta_covariates, mu_sigma), over building
  target += std_normal_lpdf(mu_raw);
  // kappa_sigma ~ HalfNormal()
  target += normal_lpdf(kappa_sigma | 0, kappa_sigma_sigma) + log2();
  target += log_slope_softened(kappa_sigma_soft, kappa_sigma_pilot_size);
  // kappa ~ Normal(gamma @ gamma_covariates, kappa_sigma), over building
  target += std_normal_lpdf(kappa_raw);
  // mo_rho ~ Uniform(-1, 1)
  target += uniform_lpdf(mo_rho | mo_rho_alpha, mo_rho_beta);
  // mo_sigma ~ HalfNormal()
  target += normal_lpdf(mo_sigma | 0, mo_sigma_sigma) + log2();
  // mo ~ AR1(mo_rho, mo_sigma), over month
  target += autoregressed_density_lpdf(mo | rep_vector(mo_sigma, N_month), rep_vector(mo_rho, N_month), month_gap, month_order, month_before);
  vector[N] eta = mu[building] + kappa[building] .* traps + mo[month] + log_sq_foot;  // eta = mu + kappa * data("traps") + mo + data("log_sq_foot")
  // complaints_shape ~ Gamma(alpha=2)
  target += gamma_lpdf(complaints_shape | complaints_shape_alpha, complaints_shape_beta);
  // complaints ~ NegBinomial(log=eta, shape=complaints_shape), observed
  target += neg_binomial_2_log_lpmf(complaints | eta, complaints_shape);
}
