// What comes before every generated program: functions of whole vectors that Stan's library calls number by
// number, several numbers at once; and then the library.
//
// The densities of Bernoulli, binomial, negative binomial and Poisson outcomes spend most of their time in
// log1p(exp(x)) and lgamma(y + 1) of every row. Values agree with the library's to a few units in the last
// place (those of lgamma to the bit), and so do refusals. Vectors of unknowns (var) go the library's way.
#ifndef DRIVER_ELEMENTWISE_HPP
#define DRIVER_ELEMENTWISE_HPP

// Functions are replaced before anything calls them: so the library's other headers come at the end.
#include <stan/math/rev/core.hpp>
#include <stan/math/prim/fun/lgamma.hpp>
#include <stan/math/prim/fun/log1m_inv_logit.hpp>
#include <stan/math/prim/fun/log1p.hpp>
#include <stan/math/prim/fun/log1p_exp.hpp>
#include <stan/math/prim/fun/log_inv_logit.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

namespace driver {

namespace packets = Eigen::internal;

struct Log1p {
  double operator()(double x) const { return std::log1p(x); }
  template <typename Packet>
  Packet packetOp(const Packet& x) const {
    return packets::generic_plog1p(x);
  }
};

// log(1 + exp(x)) without overflow: max(x, 0) + log1p(exp(-|x|)).
struct Log1pExp {
  double operator()(double x) const { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }
  template <typename Packet>
  Packet packetOp(const Packet& x) const {
    const Packet tail = packets::generic_plog1p(packets::pexp(packets::pnegate(packets::pabs(x))));
    return packets::padd(packets::pmax(x, packets::pzero(x)), tail);
  }
};

struct LogInvLogit {
  double operator()(double x) const { return -Log1pExp()(-x); }
  template <typename Packet>
  Packet packetOp(const Packet& x) const {
    return packets::pnegate(Log1pExp().packetOp(packets::pnegate(x)));
  }
};

struct Log1mInvLogit {
  double operator()(double x) const { return -Log1pExp()(x); }
  template <typename Packet>
  Packet packetOp(const Packet& x) const {
    return packets::pnegate(Log1pExp().packetOp(x));
  }
};

// Arguments are mostly counts and one: those up to 255 are looked up.
struct LogGamma {
  double operator()(double x) const {
    static const std::array<double, 256> known = [] {
      std::array<double, 256> values{};
      for (std::size_t n = 1; n < values.size(); ++n)
        values[n] = stan::math::lgamma(static_cast<double>(n));
      return values;
    }();
    if (x >= 1 && x <= 255) {
      const auto n = static_cast<std::size_t>(x);
      if (static_cast<double>(n) == x)
        return known[n];
    }
    return stan::math::lgamma(x);
  }
};

// The same function under a name for which nothing is specialised.
template <typename Function>
struct ByNumber : Function {};

inline bool below(const double* x, Eigen::Index size, double bound) {
  bool found = false;
  for (Eigen::Index i = 0; i < size; ++i)
    found |= x[i] < bound;
  return found;
}

template <typename Function, typename Operation, typename Vector>
inline auto elementwise(Vector&& x) {
  if constexpr (std::is_arithmetic_v<stan::scalar_type_t<Vector>>) {
    stan::plain_type_t<decltype(x.template cast<double>())> values = x.template cast<double>();
    if constexpr (std::is_same_v<Operation, Log1p>) {
      if (below(values.data(), values.size(), -1.0))
        stan::math::check_greater_or_equal("log1p", "x", values.minCoeff(), -1.0);
    }
    values = values.unaryExpr(Operation());
    return values;
  } else {
    return stan::math::apply_scalar_unary<ByNumber<Function>, Vector>::apply(std::forward<Vector>(x));
  }
}

template <typename Function, typename Operation, typename Vector>
struct Elementwise {
  template <typename Given>
  static inline auto apply(Given&& x) {
    return elementwise<Function, Operation>(std::forward<Given>(x));
  }
  using return_t = std::decay_t<decltype(elementwise<Function, Operation>(std::declval<Vector>()))>;
};

}  // namespace driver

namespace Eigen::internal {

struct driver_traits {
  enum { Cost = 20, PacketAccess = packet_traits<double>::HasExp && packet_traits<double>::HasLog };
};
template <>
struct functor_traits<driver::Log1p> : driver_traits {};
template <>
struct functor_traits<driver::Log1pExp> : driver_traits {};
template <>
struct functor_traits<driver::LogInvLogit> : driver_traits {};
template <>
struct functor_traits<driver::Log1mInvLogit> : driver_traits {};

}  // namespace Eigen::internal

namespace stan::math {

template <typename T>
struct apply_scalar_unary<log1p_fun, T, require_eigen_t<T>>
    : driver::Elementwise<log1p_fun, driver::Log1p, T> {};
template <typename T>
struct apply_scalar_unary<log1p_exp_fun, T, require_eigen_t<T>>
    : driver::Elementwise<log1p_exp_fun, driver::Log1pExp, T> {};
template <typename T>
struct apply_scalar_unary<log_inv_logit_fun, T, require_eigen_t<T>>
    : driver::Elementwise<log_inv_logit_fun, driver::LogInvLogit, T> {};
template <typename T>
struct apply_scalar_unary<log1m_inv_logit_fun, T, require_eigen_t<T>>
    : driver::Elementwise<log1m_inv_logit_fun, driver::Log1mInvLogit, T> {};
template <typename T>
struct apply_scalar_unary<lgamma_fun, T, require_eigen_t<T>>
    : driver::Elementwise<lgamma_fun, driver::LogGamma, T> {};

}  // namespace stan::math

#include <stan/model/model_header.hpp>
#include "bernoulli.hpp"

#endif
