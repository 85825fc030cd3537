// Romcom
// Ratings of romcoms around each friend's interest in them.
functions {
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
  int<lower=0> N_friend;  // units of friend
  int<lower=0> N_rating_cells;  // cells of rating
  array[N_rating_cells] int<lower=1, upper=N_friend> rating_cells_friend;  // the friend of each cell of rating
  vector[N_rating_cells] rating_mean;  // mean of each cell of rating
  vector[N_rating_cells] rating_n;  // rows of each cell of rating
  vector[N_rating_cells] rating_squares;  // sum of squares about the mean of each cell of rating
  vector<lower=0, upper=1>[N_friend] interest_pilot_weight;  // how far each friend is centred
  real<lower=0> interest_pilot_scale;  // about how large the scale of interest is
  // numbers in the declarations
  real overall_mu;
  real<lower=0> overall_sigma;
  real<lower=0> spread_sigma;
  real<lower=0> noise_sigma;
}
parameters {
  real overall;
  real<lower=0> spread;
  vector<multiplier=interest_pilot_scale>[N_friend] interest_between;
  vector<lower=0>[N_friend] noise;
}
transformed parameters {
  vector[N_friend] interest = overall + exp((1 - interest_pilot_weight) * log(spread / interest_pilot_scale)) .* (interest_between - interest_pilot_weight * overall);
}
model {
  // overall ~ Normal(5, 5)
  target += normal_lpdf(overall | overall_mu, overall_sigma);
  // spread ~ HalfNormal(3)
  target += normal_lpdf(spread | 0, spread_sigma) + log2();
  // interest ~ Normal(overall, spread), over friend
  target += normal_lpdf(interest_between | interest_pilot_weight * overall, interest_pilot_scale * exp(interest_pilot_weight * log(spread / interest_pilot_scale)));
  // noise ~ HalfNormal(3), over friend
  target += normal_lpdf(noise | 0, noise_sigma) + num_elements(noise) * log2();
  // rating ~ Normal(interest, noise), observed  (rows in cells)
  target += normal_cells_lpdf(rating_mean | rating_n, rating_squares, interest[rating_cells_friend], noise[rating_cells_friend]);
}
