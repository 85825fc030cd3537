// method=sample with engine=static: Hamiltonian Monte Carlo with a fixed integration time, one chain.
#include "run.hpp"

#include <stan/services/sample/hmc_static_dense_e.hpp>
#include <stan/services/sample/hmc_static_dense_e_adapt.hpp>
#include <stan/services/sample/hmc_static_diag_e.hpp>
#include <stan/services/sample/hmc_static_diag_e_adapt.hpp>
#include <stan/services/sample/hmc_static_unit_e.hpp>
#include <stan/services/sample/hmc_static_unit_e_adapt.hpp>

namespace driver {

namespace {

namespace static_samplers = stan::services::sample;

// Arguments that all six services begin with, then those of each, then the callbacks that all end with.
template <typename Service, typename... Own>
int static_call(Service service, Run& run, CsvWriter& draws, CsvWriter& diagnostics, Own... own) {
  const Argument& s = run.method();
  const Argument& hmc = at(s, "algorithm/hmc");
  return service(run.seed, run.id, run.radius, get<int>(s, "num_warmup"), get<int>(s, "num_samples"),
                 get<int>(s, "thin"), get<bool>(s, "save_warmup"), run.refresh, get<double>(hmc, "stepsize"),
                 get<double>(hmc, "stepsize_jitter"), get<double>(hmc, "engine/static/int_time"), own...,
                 run.interrupt, run.logger, run.starts[0], draws, diagnostics);
}

template <typename Service>
int static_adapted(Service service, Run& run, CsvWriter& draws, CsvWriter& diagnostics) {
  const Argument& a = at(run.method(), "adapt");
  return static_call(service, run, draws, diagnostics, get<double>(a, "delta"), get<double>(a, "gamma"),
                     get<double>(a, "kappa"), get<double>(a, "t0"), get<unsigned int>(a, "init_buffer"),
                     get<unsigned int>(a, "term_buffer"), get<unsigned int>(a, "window"));
}

template <typename Service>
int static_adapted_unit(Service service, Run& run, CsvWriter& draws, CsvWriter& diagnostics) {
  const Argument& a = at(run.method(), "adapt");
  return static_call(service, run, draws, diagnostics, get<double>(a, "delta"), get<double>(a, "gamma"),
                     get<double>(a, "kappa"), get<double>(a, "t0"));
}

}  // namespace

int sample_static(Run& run, const Contexts& metrics) {
  std::vector<CsvWriter> draws = csv_writers(run, run.file, "", 1);
  std::vector<CsvWriter> diagnostics = diagnostic_writers(run);
  Model& model = run.model;
  const auto& init = *run.inits[0];
  const auto& metric = *metrics[0];
  const std::string shape = chosen(run.method(), "algorithm/hmc/metric");
  const bool adapt = get<bool>(run.method(), "adapt/engaged");
  CsvWriter& out = draws[0];
  CsvWriter& more = diagnostics[0];
  if (shape == "unit_e" && adapt)
    return static_adapted_unit(
        [&](auto&&... x) { return static_samplers::hmc_static_unit_e_adapt(model, init, x...); }, run, out,
        more);
  if (shape == "unit_e")
    return static_call([&](auto&&... x) { return static_samplers::hmc_static_unit_e(model, init, x...); },
                       run, out, more);
  if (shape == "dense_e" && adapt)
    return static_adapted(
        [&](auto&&... x) { return static_samplers::hmc_static_dense_e_adapt(model, init, metric, x...); },
        run, out, more);
  if (shape == "dense_e")
    return static_call(
        [&](auto&&... x) { return static_samplers::hmc_static_dense_e(model, init, metric, x...); }, run, out,
        more);
  if (adapt)
    return static_adapted(
        [&](auto&&... x) { return static_samplers::hmc_static_diag_e_adapt(model, init, metric, x...); }, run,
        out, more);
  return static_call(
      [&](auto&&... x) { return static_samplers::hmc_static_diag_e(model, init, metric, x...); }, run, out,
      more);
}

}  // namespace driver
