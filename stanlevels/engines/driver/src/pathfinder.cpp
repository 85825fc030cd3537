// method=pathfinder: one path, or several whose draws are resampled.
#include "run.hpp"

#include <stan/services/pathfinder/multi.hpp>
#include <stan/services/pathfinder/single.hpp>
#include <stdexcept>

namespace driver {

namespace {

namespace paths = stan::services::pathfinder;

void check_draws(Run& run, const Argument& p) {
  const std::size_t drawn = get<int>(p, "num_draws") * run.chains;
  if (static_cast<std::size_t>(get<int>(p, "num_psis_draws")) > drawn)
    run.logger.warn(
        "Warning: Number of PSIS draws is larger than the total number of draws returned by the single "
        "Pathfinders. "
        "This is likely unintentional and leads to re-sampling from the same draws.");
  if (run.model.num_params_r() == 0)
    throw std::invalid_argument("Model has 0 parameters, cannot run Pathfinder.");
}

int one(Run& run, const Argument& p) {
  const bool save = get<bool>(p, "save_single_paths") || !run.diagnostic_file.empty();
  const std::string diagnostic_file = run.diagnostic_file.empty() && save ? run.file : run.diagnostic_file;
  std::vector<CsvWriter> out = csv_writers(run, run.file, "", 1);
  std::vector<JsonWriter> diagnostics = json_writers(run, diagnostic_file, "", 1);
  check_draws(run, p);
  return paths::pathfinder_lbfgs_single<false>(
      run.model, *run.inits[0], run.seed, run.id, run.radius, get<int>(p, "history_size"),
      get<double>(p, "init_alpha"), get<double>(p, "tol_obj"), get<double>(p, "tol_rel_obj"),
      get<double>(p, "tol_grad"), get<double>(p, "tol_rel_grad"), get<double>(p, "tol_param"),
      get<int>(p, "max_lbfgs_iters"), get<int>(p, "num_elbo_draws"), get<int>(p, "num_draws"), save,
      run.refresh, run.interrupt, run.logger, run.starts[0], out[0], diagnostics[0],
      get<bool>(p, "calculate_lp"));
}

int several(Run& run, const Argument& p) {
  const bool save = get<bool>(p, "save_single_paths");
  const bool paths = save || !run.diagnostic_file.empty();
  const std::string diagnostic_file = run.diagnostic_file.empty() && save ? run.file : run.diagnostic_file;
  std::vector<CsvWriter> single = csv_writers(run, paths ? run.file : "", "_path", run.chains);
  std::vector<JsonWriter> diagnostics = json_writers(run, diagnostic_file, "_path", run.chains);
  check_draws(run, p);
  std::vector<CsvWriter> out = csv_writers(run, run.file, "", 1);
  JsonWriter unused;
  return paths::pathfinder_lbfgs_multi<Model>(
      run.model, run.inits, run.seed, run.id, run.radius, get<int>(p, "history_size"),
      get<double>(p, "init_alpha"), get<double>(p, "tol_obj"), get<double>(p, "tol_rel_obj"),
      get<double>(p, "tol_grad"), get<double>(p, "tol_rel_grad"), get<double>(p, "tol_param"),
      get<int>(p, "max_lbfgs_iters"), get<int>(p, "num_elbo_draws"), get<int>(p, "num_draws"),
      get<int>(p, "num_psis_draws"), static_cast<int>(run.chains), save, run.refresh, run.interrupt,
      run.logger, run.starts, single, diagnostics, out[0], unused, get<bool>(p, "calculate_lp"),
      get<bool>(p, "psis_resample"));
}

}  // namespace

int pathfinder(Run& run) {
  const Argument& p = run.method();
  return run.chains == 1 ? one(run, p) : several(run, p);
}

}  // namespace driver
