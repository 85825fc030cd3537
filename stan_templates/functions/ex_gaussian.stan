  // The ex-Gaussian distribution, whose cumulative in Stan loses its digits where the delay is short beside sigma.
  real ex_gaussian_lpdf(real y, real mu, real sigma, real rate) {
    return exp_mod_normal_lpdf(y | mu, sigma, rate);
  }
  real ex_gaussian_log_late(real y, real mu, real sigma, real rate) {
    real z = (y - mu) / sigma;
    real ratio = sigma * rate;
    return 0.5 * square(ratio) - ratio * z + std_normal_lcdf(z - ratio | );
  }
  real ex_gaussian_lcdf(real y, real mu, real sigma, real rate) {
    return log_diff_exp(std_normal_lcdf((y - mu) / sigma | ), ex_gaussian_log_late(y, mu, sigma, rate));
  }
  real ex_gaussian_lccdf(real y, real mu, real sigma, real rate) {
    return log_sum_exp(std_normal_lcdf((mu - y) / sigma | ), ex_gaussian_log_late(y, mu, sigma, rate));
  }
