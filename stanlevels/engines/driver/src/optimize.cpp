// method=optimize: L-BFGS, BFGS and Newton.
#include "run.hpp"

#include <stan/services/optimize/bfgs.hpp>
#include <stan/services/optimize/lbfgs.hpp>
#include <stan/services/optimize/newton.hpp>

namespace driver {

namespace {

namespace optimizers = stan::services::optimize;

template <bool jacobian>
int newton(Run& run, const Argument& o, CsvWriter& out) {
  return optimizers::newton<Model, jacobian>(run.model, *run.inits[0], run.seed, run.id, run.radius,
                                             get<int>(o, "iter"), get<bool>(o, "save_iterations"),
                                             run.interrupt, run.logger, run.starts[0], out);
}

template <bool jacobian>
int bfgs(Run& run, const Argument& o, CsvWriter& out) {
  const Argument& a = at(o, "algorithm/bfgs");
  return optimizers::bfgs<Model, jacobian>(
      run.model, *run.inits[0], run.seed, run.id, run.radius, get<double>(a, "init_alpha"),
      get<double>(a, "tol_obj"), get<double>(a, "tol_rel_obj"), get<double>(a, "tol_grad"),
      get<double>(a, "tol_rel_grad"), get<double>(a, "tol_param"), get<int>(o, "iter"),
      get<bool>(o, "save_iterations"), run.refresh, run.interrupt, run.logger, run.starts[0], out);
}

template <bool jacobian>
int lbfgs(Run& run, const Argument& o, CsvWriter& out) {
  const Argument& a = at(o, "algorithm/lbfgs");
  return optimizers::lbfgs<Model, jacobian>(
      run.model, *run.inits[0], run.seed, run.id, run.radius, get<int>(a, "history_size"),
      get<double>(a, "init_alpha"), get<double>(a, "tol_obj"), get<double>(a, "tol_rel_obj"),
      get<double>(a, "tol_grad"), get<double>(a, "tol_rel_grad"), get<double>(a, "tol_param"),
      get<int>(o, "iter"), get<bool>(o, "save_iterations"), run.refresh, run.interrupt, run.logger,
      run.starts[0], out);
}

template <bool jacobian>
int with(Run& run, const Argument& o, CsvWriter& out) {
  const std::string algorithm = chosen(o, "algorithm");
  if (algorithm == "newton")
    return newton<jacobian>(run, o, out);
  return algorithm == "bfgs" ? bfgs<jacobian>(run, o, out) : lbfgs<jacobian>(run, o, out);
}

}  // namespace

int optimize(Run& run) {
  const Argument& o = run.method();
  std::vector<CsvWriter> out = csv_writers(run, run.file, "", 1);
  diagnostic_writers(run);
  return get<bool>(o, "jacobian") ? with<true>(run, o, out[0]) : with<false>(run, o, out[0]);
}

}  // namespace driver
