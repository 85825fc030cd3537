// The densities of Bernoulli outcomes by log odds, in one pass over vectors: half the time of the library's.
// Overloads of its functions for the arguments that generated programs have; all other arguments go its way.
// Log odds beyond 20, where the library takes the first term of a series, are as exact as others.
#ifndef DRIVER_BERNOULLI_HPP
#define DRIVER_BERNOULLI_HPP

#include <cmath>
#include <type_traits>
#include <vector>

namespace driver {

// The log density of outcomes, and its derivatives by their log odds.
struct Logit {
  Logit(const std::vector<int>& y, const Eigen::Ref<const Eigen::ArrayXd>& odds) : derivative(odds.size()) {
    const Eigen::Index size = odds.size();
    Eigen::ArrayXd sign(size);
    for (Eigen::Index i = 0; i < size; ++i)
      sign[i] = 2.0 * y[i] - 1.0;
    const Eigen::ArrayXd right = sign * odds;
    const Eigen::ArrayXd tail = (-right.abs()).exp();
    value = (right.min(0.0) - tail.unaryExpr(Log1p())).sum();
    for (Eigen::Index i = 0; i < size; ++i)
      derivative[i] = sign[i] * (right[i] >= 0 ? tail[i] : 1.0) / (1.0 + tail[i]);
  }

  double value;
  Eigen::VectorXd derivative;
};

template <typename... T>
using if_plain_t = std::enable_if_t<std::is_same_v<stan::partials_return_t<T...>, double>>;

template <typename T>
using if_vector_t = std::enable_if_t<stan::is_eigen<T>::value || stan::is_var_matrix<T>::value>;

}  // namespace driver

namespace stan::math {

template <bool propto, typename T_alpha, typename T_beta, driver::if_plain_t<T_alpha, T_beta>* = nullptr>
inline return_type_t<T_alpha, T_beta> bernoulli_logit_glm_lpmf(const std::vector<int>& y,
                                                               const Eigen::Map<Eigen::MatrixXd>& x,
                                                               const T_alpha& alpha, const T_beta& beta) {
  static constexpr const char* function = "bernoulli_logit_glm_lpmf";
  check_consistent_size(function, "Vector of dependent variables", y, x.rows());
  check_consistent_size(function, "Weight vector", beta, x.cols());
  check_consistent_size(function, "Vector of intercepts", alpha, x.rows());
  if (y.empty())
    return 0;
  check_bounded(function, "Vector of dependent variables", y, 0, 1);
  if constexpr (!include_summand<propto, T_alpha, T_beta>::value) {
    return 0;
  } else {
    const auto& alpha_ref = to_ref(alpha);
    const auto& beta_ref = to_ref(beta);
    Eigen::ArrayXd odds = x * as_column_vector_or_scalar(value_of(beta_ref));
    odds += as_array_or_scalar(as_column_vector_or_scalar(value_of(alpha_ref)));
    driver::Logit density(y, odds);
    if (!std::isfinite(density.value)) {
      check_finite(function, "Weight vector", beta_ref);
      check_finite(function, "Intercept", alpha_ref);
      check_finite(function, "Matrix of independent variables", odds);
    }
    auto partial = make_partials_propagator(alpha_ref, beta_ref);
    if constexpr (!is_constant_all<T_alpha>::value)
      partials<0>(partial) = density.derivative;
    if constexpr (!is_constant_all<T_beta>::value)
      partials<1>(partial) = x.transpose() * density.derivative;
    return partial.build(density.value);
  }
}

template <bool propto, typename T_alpha, driver::if_plain_t<T_alpha>* = nullptr,
          driver::if_vector_t<T_alpha>* = nullptr>
inline return_type_t<T_alpha> bernoulli_logit_lpmf(const std::vector<int>& y, const T_alpha& alpha) {
  static constexpr const char* function = "bernoulli_logit_lpmf";
  check_consistent_sizes(function, "Random variable", y, "Probability parameter", alpha);
  if (y.empty())
    return 0;
  check_bounded(function, "n", y, 0, 1);
  if constexpr (!include_summand<propto, T_alpha>::value) {
    return 0;
  } else {
    const auto& alpha_ref = to_ref(alpha);
    const Eigen::ArrayXd odds = as_column_vector_or_scalar(value_of(alpha_ref)).array();
    check_not_nan(function, "Logit transformed probability parameter", odds);
    driver::Logit density(y, odds);
    auto partial = make_partials_propagator(alpha_ref);
    if constexpr (!is_constant_all<T_alpha>::value)
      partials<0>(partial) = density.derivative;
    return partial.build(density.value);
  }
}

}  // namespace stan::math

#endif
