// Theoph
// conc ~ SSfol(Dose, Time, lKe, lKa, lCl) ~ (0 + lKe + lKa + lCl | Subject)
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
  int<lower=0> N_Subject;  // units of Subject
  int<lower=0> K_B_corr;  // components of B_corr
  int<lower=0> K_B;  // components of B
  array[N] int<lower=1, upper=N_Subject> Subject;  // the Subject of each row
  vector[N] conc;  // observed
  vector[N] Dose;  // 'Dose' of each row
  vector[N] Time;  // 'Time' of each row
  real<lower=0> e_pilot_size;  // about how large e is
  real<lower=0> a_pilot_size;  // about how large a is
  real<lower=0> c_pilot_size;  // about how large c is
  // numbers in the declarations
  real lKe_mu;
  real<lower=0> lKe_sigma;
  real<lower=0> lKa_sigma;
  real lCl_mu;
  real<lower=0> lCl_sigma;
  real<lower=0> e_sigma;
  real<lower=0> a_sigma;
  real<lower=0> c_sigma;
  real<lower=0> B_corr_eta;
  real<lower=0> conc_sigma_sigma;
}
transformed data {
  vector[N] dose = Dose;  // dose = data("Dose")
  vector[N] time = Time;  // time = data("Time")
}
parameters {
  real lKe;
  real lKa;
  real lCl;
  real e_soft;
  real a_soft;
  real c_soft;
  cholesky_factor_corr[K_B_corr] B_corr_cholesky;
  matrix[K_B, N_Subject] B_raw;
  real<lower=0> conc_sigma;
}
transformed parameters {
  real e = softened(e_soft, e_pilot_size);
  real a = softened(a_soft, a_pilot_size);
  real c = softened(c_soft, c_pilot_size);
  matrix[N_Subject, K_B] B = rep_matrix([lKe, lKa, lCl], N_Subject) + (diag_pre_multiply([e, a, c]', B_corr_cholesky) * B_raw)';
  vector[N_Subject] ke = exp(B[, 1]);  // ke = exp(B[0])
  vector[N_Subject] ka = exp(B[, 2]);  // ka = exp(B[1])
}
model {
  // lKe ~ Normal(-2, 1)
  target += normal_lpdf(lKe | lKe_mu, lKe_sigma);
  // lKa ~ Normal(0, 1)
  target += normal_lpdf(lKa | 0, lKa_sigma);
  // lCl ~ Normal(-3, 1)
  target += normal_lpdf(lCl | lCl_mu, lCl_sigma);
  // e ~ HalfNormal(1)
  target += normal_lpdf(e | 0, e_sigma) + log2();
  target += log_slope_softened(e_soft, e_pilot_size);
  // a ~ HalfNormal(1)
  target += normal_lpdf(a | 0, a_sigma) + log2();
  target += log_slope_softened(a_soft, a_pilot_size);
  // c ~ HalfNormal(1)
  target += normal_lpdf(c | 0, c_sigma) + log2();
  target += log_slope_softened(c_soft, c_pilot_size);
  // B_corr ~ LKJCholesky(2)
  target += lkj_corr_cholesky_lpdf(B_corr_cholesky | B_corr_eta);
  // B ~ MultiNormal([lKe, lKa, lCl], [e, a, c], B_corr), over Subject
  target += std_normal_lpdf(to_vector(B_raw));
  vector[N] curve = (exp(-ke[Subject] .* time) - exp(-ka[Subject] .* time)) ./ (ka[Subject] - ke[Subject]);  // curve = (exp(-ke * time) - exp(-ka * time)) / (ka - ke)
  // conc_sigma ~ HalfNormal()
  target += normal_lpdf(conc_sigma | 0, conc_sigma_sigma) + log2();
  // conc ~ Normal(dose * ke * ka / exp(B[2]) * curve, conc_sigma), observed
  target += normal_lpdf(conc | dose .* ke[Subject] .* ka[Subject] ./ exp(B[Subject, 3]) .* curve, conc_sigma);
}
generated quantities {
  matrix[K_B_corr, K_B_corr] B_corr = multiply_lower_tri_self_transpose(B_corr_cholesky);
}
