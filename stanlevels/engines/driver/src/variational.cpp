// method=variational: ADVI, meanfield and fullrank.
#include "run.hpp"

#include <stan/services/experimental/advi/fullrank.hpp>
#include <stan/services/experimental/advi/meanfield.hpp>

namespace driver {

namespace {

namespace advi = stan::services::experimental::advi;

template <typename Service>
int approximate(Service service, Run& run, const Argument& v) {
  std::vector<CsvWriter> out = csv_writers(run, run.file, "", 1);
  std::vector<CsvWriter> diagnostics = diagnostic_writers(run);
  return service(run.model, *run.inits[0], run.seed, run.id, run.radius, get<int>(v, "grad_samples"),
                 get<int>(v, "elbo_samples"), get<int>(v, "iter"), get<double>(v, "tol_rel_obj"),
                 get<double>(v, "eta"), get<bool>(v, "adapt/engaged"), get<int>(v, "adapt/iter"),
                 get<int>(v, "eval_elbo"), get<int>(v, "output_samples"), run.interrupt, run.logger,
                 run.starts[0], out[0], diagnostics[0]);
}

}  // namespace

int variational(Run& run) {
  const Argument& v = run.method();
  if (chosen(v, "algorithm") == "fullrank")
    return approximate([](auto&&... x) { return advi::fullrank(x...); }, run, v);
  return approximate([](auto&&... x) { return advi::meanfield(x...); }, run, v);
}

}  // namespace driver
