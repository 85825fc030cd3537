  // The log-logistic distribution: the logs of what lies below and above.
  real loglogistic_lcdf(real y, real alpha, real beta) {
    return log_inv_logit(beta * (log(y) - log(alpha)));
  }
  real loglogistic_lccdf(real y, real alpha, real beta) {
    return log1m_inv_logit(beta * (log(y) - log(alpha)));
  }
