// Seeds
// Seedlings on plots of several fields, with the area of each plot as exposure.
data {
  int<lower=0> N;  // rows
  int<lower=0> N_field;  // units of field
  array[N] int<lower=1, upper=N_field> field;  // the field of each row
  array[N] int<lower=0> seedlings;  // observed
  vector[N] area;  // 'area' of each row
  vector<lower=0, upper=1>[N_field] of_field_pilot_weight;  // how far each field is centred
  real<lower=0> of_field_pilot_scale;  // about how large the scale of of_field is
  vector<lower=0, upper=1>[N] of_plot_pilot_weight;  // how far each row is centred
  real<lower=0> of_plot_pilot_scale;  // about how large the scale of of_plot is
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
  vector<multiplier=of_field_pilot_scale>[N_field] of_field_between;
  vector<multiplier=of_plot_pilot_scale>[N] of_plot_between;
}
transformed parameters {
  vector[N_field] of_field = density + exp((1 - of_field_pilot_weight) * log(field_sd / of_field_pilot_scale)) .* (of_field_between - of_field_pilot_weight * density);
  vector[N] of_plot = exp((1 - of_plot_pilot_weight) * log(plot_sd / of_plot_pilot_scale)) .* of_plot_between;
}
model {
  // density ~ Normal(1, 1)
  target += normal_lpdf(density | density_mu, density_sigma);
  // field_sd ~ HalfNormal(1)
  target += normal_lpdf(field_sd | 0, field_sd_sigma) + log2();
  // plot_sd ~ HalfNormal(1)
  target += normal_lpdf(plot_sd | 0, plot_sd_sigma) + log2();
  // of_field ~ Normal(density, field_sd), over field
  target += normal_lpdf(of_field_between | of_field_pilot_weight * density, of_field_pilot_scale * exp(of_field_pilot_weight * log(field_sd / of_field_pilot_scale)));
  // of_plot ~ Normal(0, plot_sd), over rows
  target += normal_lpdf(of_plot_between | 0, of_plot_pilot_scale * exp(of_plot_pilot_weight * log(plot_sd / of_plot_pilot_scale)));
  // seedlings ~ Poisson(log=of_field + of_plot + log(data("area"))), observed
  target += poisson_log_lpmf(seedlings | of_field[field] + of_plot + log(area));
}
