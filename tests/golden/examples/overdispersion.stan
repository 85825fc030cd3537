// Seeds
// Seedlings on plots of several fields, with the area of each plot as exposure.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_field;  // units of field
  array[N] int<lower=1, upper=N_field> field;  // the field of each row
  array[N] int<lower=0> seedlings;  // observed
  vector[N] area;  // 'area' of each row
  // numbers in the declarations
  real density_mu;
  real<lower=0> density_sigma;
  real<lower=0> field_sd_sigma;
  real<lower=0> plot_sd_sigma;
}
parameters {
  real density;
  real<lower=0> field_sd;
  real<lower=0> plot_sd;
  vector[N_field] of_field;
  vector[N] of_plot_raw;
}
transformed parameters {
  vector[N] of_plot = plot_sd * of_plot_raw;
}
model {
  // density ~ Normal(1, 1)
  target += normal_lpdf(density | density_mu, density_sigma);
  // field_sd ~ HalfNormal(1)
  target += normal_lpdf(field_sd | 0, field_sd_sigma) + log2();
  // plot_sd ~ HalfNormal(1)
  target += normal_lpdf(plot_sd | 0, plot_sd_sigma) + log2();
  // of_field ~ Normal(density, field_sd), over field
  target += normal_lpdf(of_field | density, field_sd);
  // of_plot ~ Normal(0, plot_sd), over rows
  target += std_normal_lpdf(of_plot_raw);
  // seedlings ~ Poisson(log=of_field + of_plot + log(data("area"))), observed
  target += poisson_log_lpmf(seedlings | of_field[field] + of_plot + log(area));
}
