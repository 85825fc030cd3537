// Radon
// Log radon in houses, by the floor it was measured on and the county's uranium.
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
  // Rows in cells of n rows with a mean; `squares` are those of the rows about the means of their cells.
  real normal_cells_lpdf(vector mean, vector n, real squares, vector mu, real sigma) {
    return -(squares + dot_product(n, square(mean - mu))) / (2 * square(sigma))
           - sum(n) * (log(sigma) + 0.5 * log(2 * pi()));
  }
  real normal_cells_lpdf(vector mean, vector n, vector squares, vector mu, vector sigma) {
    return -0.5 * sum((squares + n .* square(mean - mu)) ./ square(sigma)) - dot_product(n, log(sigma))
           - 0.5 * sum(n) * log(2 * pi());
  }
}
data {
  int<lower=0> N_county;  // units of county
  int<lower=0> N_log_radon_cells;  // cells of log_radon
  array[N_log_radon_cells] int<lower=1, upper=N_county> log_radon_cells_county;  // the county of each cell of log_radon
  vector[N_log_radon_cells] log_radon_mean;  // mean of each cell of log_radon
  vector[N_log_radon_cells] log_radon_n;  // rows of each cell of log_radon
  real log_radon_squares;  // sum of squares about the mean, of all cells of log_radon
  vector[N_county] county_uranium;  // 'uranium' of each county
  vector[N_log_radon_cells] log_radon_cells_floor;  // 'floor' of each cell of log_radon
  real<lower=0> county_sd_pilot_size;  // about how large county_sd is
  vector<lower=0, upper=1>[N_county] county_level_pilot_weight;  // how far each county is centred
  real<lower=0> county_level_pilot_scale;  // about how large the scale of county_level is
  // numbers in the declarations
  real<lower=0> base_sigma;
  real<lower=0> uranium_effect_sigma;
  real<lower=0> floor_effect_sigma;
  real<lower=0> county_sd_sigma;
  real<lower=0> house_sd_sigma;
}
parameters {
  real base;
  real uranium_effect;
  real floor_effect;
  real county_sd_soft;
  real<lower=0> house_sd;
  vector<multiplier=county_level_pilot_scale>[N_county] county_level_between;
}
transformed parameters {
  real county_sd = softened(county_sd_soft, county_sd_pilot_size);
  vector[N_county] county_level = base + uranium_effect * county_uranium + exp((1 - county_level_pilot_weight) * log(county_sd / county_level_pilot_scale)) .* (county_level_between - county_level_pilot_weight .* (base + uranium_effect * county_uranium));
}
model {
  // base ~ Normal(0, 5)
  target += normal_lpdf(base | 0, base_sigma);
  // uranium_effect ~ Normal(0, 2)
  target += normal_lpdf(uranium_effect | 0, uranium_effect_sigma);
  // floor_effect ~ Normal(0, 2)
  target += normal_lpdf(floor_effect | 0, floor_effect_sigma);
  // county_sd ~ HalfNormal(1)
  target += normal_lpdf(county_sd | 0, county_sd_sigma) + log2();
  target += log_slope_softened(county_sd_soft, county_sd_pilot_size);
  // house_sd ~ HalfNormal(1)
  target += normal_lpdf(house_sd | 0, house_sd_sigma) + log2();
  // county_level ~ Normal(base + uranium_effect * data("uranium"), county_sd), over county
  target += normal_lpdf(county_level_between | county_level_pilot_weight .* (base + uranium_effect * county_uranium), county_level_pilot_scale * exp(county_level_pilot_weight * log(county_sd / county_level_pilot_scale)));
  // log_radon ~ Normal(county_level + floor_effect * data("floor"), house_sd), observed  (rows in cells)
  target += normal_cells_lpdf(log_radon_mean | log_radon_n, log_radon_squares, county_level[log_radon_cells_county] + floor_effect * log_radon_cells_floor, house_sd);
}
