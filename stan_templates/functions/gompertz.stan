  // The Gompertz distribution: a hazard of `rate` at 0, which grows at the rate `shape`.
  real gompertz_lpdf(real y, real shape, real rate) {
    return log(rate) + shape * y - rate / shape * expm1(shape * y);
  }
  real gompertz_lcdf(real y, real shape, real rate) {
    return log1m_exp(-rate / shape * expm1(shape * y));
  }
  real gompertz_lccdf(real y, real shape, real rate) {
    return -rate / shape * expm1(shape * y);
  }
