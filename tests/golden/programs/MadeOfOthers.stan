// MadeOfOthers
// Distributions made of distributions, cut off or censored; those of angles, waits and steps.
functions {
  // The inverse Gaussian distribution, by its mean and shape.
  real inverse_gaussian_lpdf(real y, real mu, real shape) {
    return 0.5 * (log(shape) - log(2 * pi()) - 3 * log(y)) - 0.5 * shape * square((y - mu) / mu) / y;
  }
  real inverse_gaussian_lcdf(real y, real mu, real shape) {
    real root = sqrt(shape / y);
    return log_sum_exp(std_normal_lcdf(root * (y / mu - 1) | ),
                       2 * shape / mu + std_normal_lcdf(-root * (y / mu + 1) | ));
  }
  real inverse_gaussian_lccdf(real y, real mu, real shape) {
    real root = sqrt(shape / y);
    return log_diff_exp(std_normal_lcdf(-root * (y / mu - 1) | ),
                        2 * shape / mu + std_normal_lcdf(-root * (y / mu + 1) | ));
  }
  // A choice and its time: the first passage of a Wiener process through the upper boundary (y above 0) or the
  // lower one (y below 0), by the shorter of two series (Navarro and Fuss 2009).
  real signed_wiener_lpdf(real y, real drift, real boundary, real delay, real bias) {
    real t = abs(y) - delay;
    if (t <= 0 || y == 0) return negative_infinity();
    real v = y > 0 ? -drift : drift;
    real w = y > 0 ? 1 - bias : bias;
    real u = t / square(boundary);
    real alone;
    if (u < 0.4) {
      real total = w + (w - 2) * exp(2 * (w - 1) / u) + (w + 2) * exp(-2 * (1 + w) / u)
                   + (w - 4) * exp(4 * (w - 2) / u) + (w + 4) * exp(-4 * (2 + w) / u);
      alone = log(total) - square(w) / (2 * u) - 1.5 * log(u) - 0.5 * log(2 * pi());
    } else {
      real q = square(pi()) / 2 * u;
      real total = sin(pi() * w) + 2 * exp(-3 * q) * sin(2 * pi() * w) + 3 * exp(-8 * q) * sin(3 * pi() * w)
                   + 4 * exp(-15 * q) * sin(4 * pi() * w);
      alone = log(total) + log(pi()) - q;
    }
    return alone - 2 * log(boundary) - v * boundary * w - square(v) * t / 2;
  }
  // The log of what of a distribution lies between its bounds.
  real between_normal_log_mass(real mu, real sigma, real low, real high) {
    real below = normal_lcdf(low | mu, sigma);
    if (below > log(0.5)) {
      return log_diff_exp(normal_lccdf(low | mu, sigma), normal_lccdf(high | mu, sigma));
    }
    return log_diff_exp(normal_lcdf(high | mu, sigma), below);
  }
  // A distribution between bounds.
  real between_normal_lpdf(real y, real mu, real sigma, real low, real high) {
    if (y < low) {
      return negative_infinity();
    }
    if (y > high) {
      return negative_infinity();
    }
    return normal_lpdf(y | mu, sigma)
           - between_normal_log_mass(mu, sigma, low, high);
  }

  // What is known of a row: its value (status 0), that it is more (1), or at most that (2).
  real censored_normal_lpdf(real y, real mu, real sigma, int status) {
    if (status == 1) {
      return normal_lccdf(y | mu, sigma);
    }
    if (status == 2) {
      return normal_lcdf(y | mu, sigma);
    }
    return normal_lpdf(y | mu, sigma);
  }

  // What is known of a row: its value (status 0), that it is more (1), or at most that (2).
  real censored_lognormal_lpdf(real y, real mu, real sigma, int status) {
    if (status == 1) {
      return lognormal_lccdf(y | mu, sigma);
    }
    if (status == 2) {
      return lognormal_lcdf(y | mu, sigma);
    }
    return lognormal_lpdf(y | mu, sigma);
  }

  // What is known of a row: its value (status 0), that it is more (1), or at most that (2).
  real censored_weibull_lpdf(real y, real alpha, real sigma, int status) {
    if (status == 1) {
      return weibull_lccdf(y | alpha, sigma);
    }
    if (status == 2) {
      return weibull_lcdf(y | alpha, sigma);
    }
    return weibull_lpdf(y | alpha, sigma);
  }

  // 0 by a chance of its own, else a count of a distribution, which may be 0 as well.
  real zero_inflated_poisson_log_lpmf(int y, real mu, real zero) {
    real own = log1m(zero) + poisson_log_lpmf(y | mu);
    return y == 0 ? log_sum_exp(log(zero), own) : own;
  }

  // 0 by a chance of its own, else a count of a distribution, which may be 0 as well.
  real zero_inflated_poisson_log_zero_logit_lpmf(int y, real mu, real zero) {
    real own = log1m_inv_logit(zero) + poisson_log_lpmf(y | mu);
    return y == 0 ? log_sum_exp(log_inv_logit(zero), own) : own;
  }

  // 0 by a chance of its own, else a count of a distribution, which may be 0 as well.
  real zero_inflated_neg_binomial_2_log_lpmf(int y, real mu, real shape, real zero) {
    real own = log1m(zero) + neg_binomial_2_log_lpmf(y | mu, shape);
    return y == 0 ? log_sum_exp(log(zero), own) : own;
  }

  // 0 by a chance of its own, else a count above 0.
  real hurdle_neg_binomial_2_log_zero_logit_lpmf(int y, real mu, real shape, real zero) {
    if (y == 0) {
      return log_inv_logit(zero);
    }
    return log1m_inv_logit(zero) + neg_binomial_2_log_lpmf(y | mu, shape) - log1m_exp(neg_binomial_2_log_lpmf(0 | mu, shape));
  }

  // 0 by a chance of its own, else a positive number.
  real hurdle_positive_lognormal_zero_logit_lpdf(real y, real mu, real sigma, real zero) {
    return y == 0 ? log_inv_logit(zero) : log1m_inv_logit(zero) + lognormal_lpdf(y | mu, sigma);
  }

  // An outcome from one of several distributions, each as often as its weight says.
  real mixed_normal_or_normal_or_normal_lpdf(real y, real mu_1, real sigma_1, real mu_2, real sigma_2, real mu_3, real sigma_3, vector weights) {
    return log_sum_exp(log(weights)
                       + [normal_lpdf(y | mu_1, sigma_1),
                               normal_lpdf(y | mu_2, sigma_2),
                               normal_lpdf(y | mu_3, sigma_3)]');
  }

  // An outcome from one of several distributions, each as often as its weight says.
  real mixed_poisson_log_or_poisson_log_lpmf(int y, real mu_1, real mu_2, vector weights) {
    return log_sum_exp(log(weights)
                       + [poisson_log_lpmf(y | mu_1),
                               poisson_log_lpmf(y | mu_2)]');
  }

  // One of the categories into which cutpoints cut a variable that is `scale` times as wide as the standard one.
  real ordered_probit_scaled_lpmf(int y, real eta, vector cutpoints, real scale) {
    return ordered_probit_lpmf(y | eta / scale, cutpoints / scale);
  }

  // The category at which steps from the first one on end: beyond each there is a step to the next.
  real stopping_ratio_logit_lpmf(int y, real eta, vector cutpoints) {
    real total = 0;
    for (k in 1 : y - 1) {
      real above = eta - cutpoints[k];
      total += log_inv_logit(above);
    }
    if (y <= num_elements(cutpoints)) {
      real above = eta - cutpoints[y];
      total += log1m_inv_logit(above);
    }
    return total;
  }

  // Counts of categories, with probabilities that are Dirichlet.
  real dirichlet_counts_lpmf(array[] int y, vector alpha) {
    int K = size(y);
    vector[K] counts = to_vector(y);
    vector[K] alphas = alpha;
    return lgamma(sum(counts) + 1) - sum(lgamma(counts + 1)) + lgamma(sum(alphas))
           - lgamma(sum(alphas) + sum(counts)) + sum(lgamma(alphas + counts) - lgamma(alphas));
  }

}
data {
  int<lower=0> N;  // rows
  int<lower=0> K_steps;  // components of steps
  int<lower=0> K_kinds;  // components of kinds
  int<lower=0> K_votes;  // components of votes
  int<lower=0> K_shared;  // components of shared
  vector[N] between;  // observed as 'y'
  vector[N] censored;  // observed as 'y2'
  vector<lower=0>[N] censored_log;  // observed as 'positive'
  vector<lower=0>[N] wait;  // observed as 'positive'
  vector[N] leaning;  // observed as 'y'
  vector[N] slow;  // observed as 'y'
  vector[N] quantile;  // observed as 'y'
  vector<lower=-3.141592653589793, upper=3.141592653589793>[N] angle;  // observed as 'share'
  vector<lower=0>[N] wald;  // observed as 'positive'
  vector<lower=0>[N] tail;  // observed as 'positive'
  vector[N] answer;  // observed as 'positive', 'flag'
  array[N] int<lower=0> zeros;  // observed as 'count'
  array[N] int<lower=0> zeros_logit;  // observed as 'count'
  array[N] int<lower=0> more_zeros;  // observed as 'count'
  array[N] int<lower=0> hurdle;  // observed as 'count'
  vector<lower=0>[N] amounts;  // observed as 'positive'
  vector[N] mixed;  // observed as 'y'
  array[N] int<lower=0> counts;  // observed as 'count'
  array[N] int<lower=1> ordered_;  // observed as 'choice'
  array[N] int<lower=1> scaled;  // observed as 'choice'
  array[N] int<lower=1> stopping;  // observed as 'choice'
  array[N, K_votes] int<lower=0> votes;  // observed as 'flag', 'count', 'times'
  array[N, K_shared] int<lower=0> shared;  // observed as 'flag', 'count', 'times'
  array[N] int<lower=0> censoring_flag;  // 'censoring(flag)' of each row
  vector[N] flag;  // 'flag' of each row
  vector[N] count;  // 'count' of each row
  vector[N] times;  // 'times' of each row
  // numbers in the declarations
  real<lower=0> a_sigma;
  real<lower=0> s_sigma;
  real<lower=0> share_alpha;
  real<lower=0> share_beta;
  real<lower=0> cut_sigma;
  real<lower=0> step_sigma;
  real<lower=0> at_sigma;
  real<lower=0> weights_alpha;
  real between_lower;
  real between_upper;
  real<lower=0> wait_sigma;
  real leaning_alpha;
  real<lower=0> slow_tau;
  real<lower=0, upper=1> quantile_quantile;
  real<lower=0> wald_shape;
  real<lower=0> tail_y_min;
  real<lower=0> answer_boundary;
  real<lower=0> answer_delay;
  real<lower=0, upper=1> answer_bias;
  real counts_log_2;
}
transformed data {
  vector[N] total = flag + count + times;  // total = data("flag") + data("count") + data("times")
}
parameters {
  real a;
  real<lower=0> s;
  real<lower=0, upper=1> share;
  ordered[K_steps] cut;
  vector[K_steps] step;
  ordered[K_kinds] at;
  simplex[K_kinds] weights;
}
model {
  // a ~ Normal(0, 1)
  target += normal_lpdf(a | 0, a_sigma);
  // s ~ HalfNormal(1)
  target += normal_lpdf(s | 0, s_sigma) + log2();
  // share ~ Beta(2, 2)
  target += beta_lpdf(share | share_alpha, share_beta);
  // cut ~ Normal(0, 1), over steps, ordered
  target += normal_lpdf(cut | 0, cut_sigma);
  // step ~ Normal(0, 1), over steps
  target += normal_lpdf(step | 0, step_sigma);
  // at ~ Normal(0, 1), over kinds, ordered
  target += normal_lpdf(at | 0, at_sigma);
  // weights ~ Dirichlet(1), over kinds
  target += dirichlet_lpdf(weights | rep_vector(weights_alpha, K_kinds));
  // between ~ Normal(a, s, lower=-9, upper=9), observed as y
  for (n in 1:N) {
    target += between_normal_lpdf(between[n] | a, s, between_lower, between_upper);
  }
  // censored ~ Normal(a, s, censored="flag"), observed as y2
  for (n in 1:N) {
    target += censored_normal_lpdf(censored[n] | a, s, censoring_flag[n]);
  }
  // censored_log ~ LogNormal(a, s, censored="flag"), observed as positive
  for (n in 1:N) {
    target += censored_lognormal_lpdf(censored_log[n] | a, s, censoring_flag[n]);
  }
  // wait ~ Weibull(s, 2, censored="flag"), observed as positive
  for (n in 1:N) {
    target += censored_weibull_lpdf(wait[n] | s, wait_sigma, censoring_flag[n]);
  }
  // leaning ~ SkewNormal(a, s, 1), observed as y
  target += skew_normal_lpdf(leaning | a, s, leaning_alpha);
  // slow ~ ExGaussian(a, s, 1), observed as y
  target += exp_mod_normal_lpdf(slow | a, s, 1.0 / slow_tau);
  // quantile ~ AsymmetricLaplace(a, s, 0.3), observed as y
  target += skew_double_exponential_lpdf(quantile | a, 2 * s, quantile_quantile);
  // angle ~ VonMises(a, s), observed as share
  target += von_mises_lpdf(angle | a, s);
  // wald ~ InverseGaussian(s, 1), observed as positive
  for (n in 1:N) {
    target += inverse_gaussian_lpdf(wald[n] | s, wald_shape);
  }
  // tail ~ Pareto(0.001, s), observed as positive
  target += pareto_lpdf(tail | tail_y_min, s);
  // answer ~ Wiener(a, 1, 0.0001, 0.5), observed as positive, flag
  for (n in 1:N) {
    target += signed_wiener_lpdf(answer[n] | a, answer_boundary, answer_delay, answer_bias);
  }
  // zeros ~ ZeroInflated(Poisson(log=a), share), observed as count
  for (n in 1:N) {
    target += zero_inflated_poisson_log_lpmf(zeros[n] | a, share);
  }
  // zeros_logit ~ ZeroInflated(Poisson(log=a), logit=a), observed as count
  for (n in 1:N) {
    target += zero_inflated_poisson_log_zero_logit_lpmf(zeros_logit[n] | a, a);
  }
  // more_zeros ~ ZeroInflated(NegBinomial(log=a, shape=s), share), observed as count
  for (n in 1:N) {
    target += zero_inflated_neg_binomial_2_log_lpmf(more_zeros[n] | a, s, share);
  }
  // hurdle ~ Hurdle(NegBinomial(log=a, shape=s), logit=a), observed as count
  for (n in 1:N) {
    target += hurdle_neg_binomial_2_log_zero_logit_lpmf(hurdle[n] | a, s, a);
  }
  // amounts ~ Hurdle(LogNormal(a, s), logit=a), observed as positive
  for (n in 1:N) {
    target += hurdle_positive_lognormal_zero_logit_lpdf(amounts[n] | a, s, a);
  }
  // mixed ~ Mixture([Normal(at[0], s), Normal(at[1], s), Normal(at[2], s)], weights), observed as y
  for (n in 1:N) {
    target += mixed_normal_or_normal_or_normal_lpdf(mixed[n] | at[1], s, at[2], s, at[3], s, weights);
  }
  // counts ~ Mixture([Poisson(log=a), Poisson(log=1)], [1 - share, share]), observed as count
  for (n in 1:N) {
    target += mixed_poisson_log_or_poisson_log_lpmf(counts[n] | a, counts_log_2, [1 - share, share]');
  }
  // ordered ~ OrderedProbit(a, cut), observed as choice
  target += ordered_probit_lpmf(ordered_ | rep_vector(a, N), cut);
  // scaled ~ OrderedProbit(eta=a, cutpoints=cut, scale=s), observed as choice
  for (n in 1:N) {
    target += ordered_probit_scaled_lpmf(scaled[n] | a, cut, s);
  }
  // stopping ~ StoppingRatio(a, step), observed as choice
  for (n in 1:N) {
    target += stopping_ratio_logit_lpmf(stopping[n] | a, step);
  }
  // votes ~ Multinomial(total, logit=[0, a, 1]), observed as flag, count, times
  for (n in 1:N) {
    target += multinomial_logit_lpmf(votes[n] | [0, a, 1]');
  }
  // shared ~ DirichletMultinomial(total, [s, 1, 2]), observed as flag, count, times
  for (n in 1:N) {
    target += dirichlet_counts_lpmf(shared[n] | [s, 1, 2]');
  }
}
