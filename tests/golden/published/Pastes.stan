// Pastes
// strength ~ 1 + (1 | batch / cask)
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
  // Log density of n normal residuals with this sum of squares, but for the constant of the normal density.
  real normal_residuals(real n, real squares, real sd) {
    return -n * log(sd) - 0.5 * squares / square(sd);
  }
  // The share of each unit's deviation that is left unexplained by an effect of this sd, given the data's
  // information about it: 1 / (1 + sd^2 information).
  vector shares_left(vector information, real sd) {
    return inv(1 + square(sd) * information);
  }
  // What integrating normal effects of this sd out adds to the log density, with `kept` their `shares_left`.
  real normal_effects(vector score, vector kept, real sd) {
    return 0.5 * (sum(log(kept)) + square(sd) * dot_product(kept, square(score)));
  }
  // Sums of the elements first[j] to first[j + 1] - 1 of x.
  vector segment_sums(vector x, array[] int first) {
    int n = size(first) - 1;
    if (n > 0 && first[n] <= num_elements(x)) {
      // all segments begin within x: what lies before each is the sum up to its first element without that
      vector[num_elements(x)] total = cumulative_sum(x);
      vector[n] before = total[first[1:n]] - x[first[1:n]];
      return append_row(before[2:n], total[num_elements(x)]) - before;
    }
    vector[num_elements(x) + 1] total = append_row(0, cumulative_sum(x));
    return total[first[2:(n + 1)]] - total[first[1:n]];
  }
}
data {
  int<lower=0> N_batch;  // units of batch
  int<lower=0> N_cask;  // units of cask
  real strength_rows;  // number of rows of strength
  real strength_constant;  // constant in the log density of strength
  real strength_squares;  // sum of squares about the least-squares fit of strength
  vector[N_cask] strength_information;  // by unit, products of the columns of effects of strength
  vector[N_cask] strength_score;  // by unit, columns of effects times the residuals of strength
  vector[1] strength_at;  // least-squares coefficients of the mean of strength
  matrix[1, 1] strength_root;  // root of the cross-products of the columns of coefficients of strength
  matrix[N_cask, 1] strength_cross;  // by unit, columns of effects times those of coefficients of strength
  array[N_batch + 1] int<lower=1> batch_first;  // where the children of each batch begin
  real<lower=0> B_sigma_pilot_size;  // about how large B_sigma is
  // numbers in the declarations
  real mean_mu;
  real<lower=0> mean_sigma;
  real<lower=0> B_sigma_sigma;
  real<lower=0> C_sigma_sigma;
  real<lower=0> strength_sigma_sigma;
}
parameters {
  real<multiplier=mean_sigma> mean;
  real B_sigma_soft;
  real<lower=0> C_sigma;
  real<lower=0> strength_sigma;
}
transformed parameters {
  real B_sigma = softened(B_sigma_soft, B_sigma_pilot_size);
}
model {
  // mean ~ Normal()
  target += normal_lpdf(mean | mean_mu, mean_sigma);
  // B_sigma ~ HalfNormal()
  target += normal_lpdf(B_sigma | 0, B_sigma_sigma) + log2();
  target += log_slope_softened(B_sigma_soft, B_sigma_pilot_size);
  // C_sigma ~ HalfNormal()
  target += normal_lpdf(C_sigma | 0, C_sigma_sigma) + log2();
  // strength_sigma ~ HalfNormal()
  target += normal_lpdf(strength_sigma | 0, strength_sigma_sigma) + log2();
  // strength ~ Normal(mean + B + C, strength_sigma), observed
  // with C ~ Normal(0, C_sigma), over cask integrated out
  // with B ~ Normal(0, B_sigma), over batch integrated out
  // C and B come back by exact draws, given the draws here
  {
    vector[1] strength_deviation = [mean]' - strength_at;
    target += normal_residuals(strength_rows, strength_squares + dot_self(strength_root * strength_deviation), strength_sigma) + strength_constant;
    vector[N_cask] C_information = strength_information / square(strength_sigma);
    vector[N_cask] C_score = (strength_score - strength_cross * strength_deviation) / square(strength_sigma);
    vector[N_cask] C_kept = shares_left(C_information, C_sigma);
    target += normal_effects(C_score, C_kept, C_sigma);
    vector[N_batch] B_information = segment_sums(C_information .* C_kept, batch_first);
    vector[N_batch] B_score = segment_sums(C_score .* C_kept, batch_first);
    vector[N_batch] B_kept = shares_left(B_information, B_sigma);
    target += normal_effects(B_score, B_kept, B_sigma);
  }
}
