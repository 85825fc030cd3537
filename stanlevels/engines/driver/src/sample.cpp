// method=sample: NUTS with each metric, with and without adaptation, and fixed_param.
#include "run.hpp"

#include <stan/services/sample/fixed_param.hpp>
#include <stan/services/sample/hmc_nuts_dense_e.hpp>
#include <stan/services/sample/hmc_nuts_dense_e_adapt.hpp>
#include <stan/services/sample/hmc_nuts_diag_e.hpp>
#include <stan/services/sample/hmc_nuts_diag_e_adapt.hpp>
#include <stan/services/sample/hmc_nuts_unit_e.hpp>
#include <stan/services/sample/hmc_nuts_unit_e_adapt.hpp>
#include <stan/services/util/create_unit_e_dense_inv_metric.hpp>
#include <stan/services/util/create_unit_e_diag_inv_metric.hpp>
#include <stdexcept>

namespace driver {

namespace {

namespace samplers = stan::services::sample;

struct Settings {
  explicit Settings(const Argument& sample)
      : warmup(get<int>(sample, "num_warmup")),
        samples(get<int>(sample, "num_samples")),
        thin(get<int>(sample, "thin")),
        save_warmup(get<bool>(sample, "save_warmup")),
        adapt(at(sample, "adapt")),
        stepsize(get<double>(sample, "algorithm/hmc/stepsize")),
        jitter(get<double>(sample, "algorithm/hmc/stepsize_jitter")),
        depth(get<int>(sample, "algorithm/hmc/engine/nuts/max_depth")) {}

  double real(const char* name) const { return get<double>(adapt, name); }
  unsigned int length(const char* name) const { return get<unsigned int>(adapt, name); }

  int warmup, samples, thin;
  bool save_warmup;
  const Argument& adapt;
  double stepsize, jitter;
  int depth;
};

struct Writers {
  std::vector<CsvWriter> draws;
  std::vector<CsvWriter> diagnostics;
  std::vector<JsonWriter> metrics;
};

int fixed_param(Run& run, const Settings& s, Writers& w) {
  return samplers::fixed_param(run.model, run.chains, run.inits, run.seed, run.id, run.radius, s.samples,
                               s.thin, run.refresh, run.interrupt, run.logger, run.starts, w.draws,
                               w.diagnostics);
}

// The dense and the diagonal service take the same arguments, so each is handed over as a function.
template <typename Service>
int adapted(Service service, Run& run, const Contexts& metrics, const Settings& s, Writers& w) {
  return service(run.model, run.chains, run.inits, metrics, run.seed, run.id, run.radius, s.warmup, s.samples,
                 s.thin, s.save_warmup, run.refresh, s.stepsize, s.jitter, s.depth, s.real("delta"),
                 s.real("gamma"), s.real("kappa"), s.real("t0"), s.length("init_buffer"),
                 s.length("term_buffer"), s.length("window"), run.interrupt, run.logger, run.starts, w.draws,
                 w.diagnostics, w.metrics);
}

template <typename Service>
int plain(Service service, Run& run, const Contexts& metrics, const Settings& s, Writers& w) {
  return service(run.model, run.chains, run.inits, metrics, run.seed, run.id, run.radius, s.warmup, s.samples,
                 s.thin, s.save_warmup, run.refresh, s.stepsize, s.jitter, s.depth, run.interrupt, run.logger,
                 run.starts, w.draws, w.diagnostics);
}

int unit(Run& run, bool adapt, const Settings& s, Writers& w) {
  if (adapt)
    return samplers::hmc_nuts_unit_e_adapt(run.model, run.chains, run.inits, run.seed, run.id, run.radius,
                                           s.warmup, s.samples, s.thin, s.save_warmup, run.refresh,
                                           s.stepsize, s.jitter, s.depth, s.real("delta"), s.real("gamma"),
                                           s.real("kappa"), s.real("t0"), run.interrupt, run.logger,
                                           run.starts, w.draws, w.diagnostics, w.metrics);
  return samplers::hmc_nuts_unit_e(run.model, run.chains, run.inits, run.seed, run.id, run.radius, s.warmup,
                                   s.samples, s.thin, s.save_warmup, run.refresh, s.stepsize, s.jitter,
                                   s.depth, run.interrupt, run.logger, run.starts, w.draws, w.diagnostics);
}

int nuts(Run& run, const std::string& metric, bool adapt, const Contexts& metrics, const Settings& s,
         Writers& w) {
  if (metric == "unit_e")
    return unit(run, adapt, s, w);
  if (metric == "dense_e" && adapt)
    return adapted([](auto&&... x) { return samplers::hmc_nuts_dense_e_adapt(x...); }, run, metrics, s, w);
  if (metric == "dense_e")
    return plain([](auto&&... x) { return samplers::hmc_nuts_dense_e(x...); }, run, metrics, s, w);
  if (adapt)
    return adapted([](auto&&... x) { return samplers::hmc_nuts_diag_e_adapt(x...); }, run, metrics, s, w);
  return plain([](auto&&... x) { return samplers::hmc_nuts_diag_e(x...); }, run, metrics, s, w);
}

Contexts start_metrics(const Run& run, const std::string& metric) {
  const std::string& file = get<std::string>(run.method(), "algorithm/hmc/metric_file");
  if (!file.empty())
    return metric_contexts(file, run.chains, run.id);
  const std::size_t size = run.model.num_params_r();
  std::shared_ptr<stan::io::var_context> identity;
  if (metric == "dense_e") {
    auto dense = stan::services::util::create_unit_e_dense_inv_metric(size);
    identity = std::make_shared<decltype(dense)>(dense);
  } else {
    auto diagonal = stan::services::util::create_unit_e_diag_inv_metric(size);
    identity = std::make_shared<decltype(diagonal)>(diagonal);
  }
  return Contexts(run.chains, identity);
}

void check_sample(const Argument& sample, std::size_t chains) {
  const bool hmc = chosen(sample, "algorithm") == "hmc";
  const bool adapt = get<bool>(sample, "adapt/engaged");
  if (get<bool>(sample, "adapt/save_metric") && !adapt)
    throw std::invalid_argument(
        "Saving the adapted metric (save_metric=1) can only be enabled when adaptation is "
        "engaged (adapt engaged=1)\n");
  if (hmc && adapt && get<int>(sample, "num_warmup") == 0)
    throw std::invalid_argument(
        "The number of warmup samples (num_warmup) must be greater than zero if adaptation "
        "is enabled.\n");
  if (hmc && chains > 1 && chosen(sample, "algorithm/hmc/engine") == "static")
    throw std::invalid_argument("Argument 'num_chains' is unavailable for the 'static' HMC engine.");
}

}  // namespace

int sample(Run& run) {
  const Argument& sample = run.method();
  check_sample(sample, run.chains);
  const std::string metric = chosen(sample, "algorithm/hmc/metric");
  const bool hmc = chosen(sample, "algorithm") == "hmc";
  if (hmc && chosen(sample, "algorithm/hmc/engine") == "static")
    return sample_static(run, start_metrics(run, metric));
  const bool save_metric = get<bool>(sample, "adapt/save_metric");
  Writers writers{csv_writers(run, run.file, "", run.chains), diagnostic_writers(run),
                  json_writers(run, save_metric ? run.file : "", "_metric", run.chains)};
  const Settings settings(sample);
  if (!hmc)
    return fixed_param(run, settings, writers);
  return nuts(run, metric, get<bool>(sample, "adapt/engaged"), start_metrics(run, metric), settings, writers);
}

}  // namespace driver
