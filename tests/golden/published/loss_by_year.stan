// LossByYear
// cum ~ ult * (1 - exp(-(dev / theta)^omega))
// ult + omega + theta ~ 1 + (1 | ID | AY)
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
  int<lower=0> N_AY;  // units of AY
  int<lower=0> K_B_corr;  // components of B_corr
  int<lower=0> K_B;  // components of B
  array[N] int<lower=1, upper=N_AY> AY;  // the AY of each row
  vector[N] cum;  // observed
  vector[N] dev;  // 'dev' of each row
  real<lower=0> u_pilot_size;  // about how large u is
  real<lower=0> o_pilot_size;  // about how large o is
  real<lower=0> t_pilot_size;  // about how large t is
  // numbers in the declarations
  real ult_mu;
  real<lower=0> ult_sigma;
  real omega_mu;
  real<lower=0> omega_sigma;
  real theta_mu;
  real<lower=0> theta_sigma;
  real<lower=0> u_sigma;
  real<lower=0> o_sigma;
  real<lower=0> t_sigma;
  real<lower=0> B_corr_eta;
  real<lower=0> cum_sigma_sigma;
}
parameters {
  real ult;
  real omega;
  real theta;
  real u_soft;
  real o_soft;
  real t_soft;
  cholesky_factor_corr[K_B_corr] B_corr_cholesky;
  matrix[K_B, N_AY] B_raw;
  real<lower=0> cum_sigma;
}
transformed parameters {
  real u = softened(u_soft, u_pilot_size);
  real o = softened(o_soft, o_pilot_size);
  real t = softened(t_soft, t_pilot_size);
  matrix[N_AY, K_B] B = rep_matrix([ult, omega, theta], N_AY) + (diag_pre_multiply([u, o, t]', B_corr_cholesky) * B_raw)';
}
model {
  // ult ~ Normal(5000, 1000)
  target += normal_lpdf(ult | ult_mu, ult_sigma);
  // omega ~ Normal(1, 2)
  target += normal_lpdf(omega | omega_mu, omega_sigma);
  // theta ~ Normal(45, 10)
  target += normal_lpdf(theta | theta_mu, theta_sigma);
  // u ~ HalfNormal(1000)
  target += normal_lpdf(u | 0, u_sigma) + log2();
  target += log_slope_softened(u_soft, u_pilot_size);
  // o ~ HalfNormal(0.5)
  target += normal_lpdf(o | 0, o_sigma) + log2();
  target += log_slope_softened(o_soft, o_pilot_size);
  // t ~ HalfNormal(10)
  target += normal_lpdf(t | 0, t_sigma) + log2();
  target += log_slope_softened(t_soft, t_pilot_size);
  // B_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(B_corr_cholesky | B_corr_eta);
  // B ~ MultiNormal([ult, omega, theta], [u, o, t], B_corr), over AY
  target += std_normal_lpdf(to_vector(B_raw));
  vector[N] grown = 1 - exp(-(dev ./ B[AY, 3]) .^ B[AY, 2]);  // grown = 1 - exp(-(data("dev") / B['theta']) ** B['omega'])
  // cum_sigma ~ HalfNormal()
  target += normal_lpdf(cum_sigma | 0, cum_sigma_sigma) + log2();
  // cum ~ Normal(B['ult'] * grown, cum_sigma), observed
  target += normal_lpdf(cum | B[AY, 1] .* grown, cum_sigma);
}
generated quantities {
  matrix[K_B_corr, K_B_corr] B_corr = multiply_lower_tri_self_transpose(B_corr_cholesky);
}
