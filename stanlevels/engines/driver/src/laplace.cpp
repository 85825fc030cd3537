// method=laplace: draws from a Gaussian at a mode.
#include "files.hpp"
#include "run.hpp"

#include <stan/services/optimize/laplace_sample.hpp>
#include <stdexcept>

namespace driver {

namespace {

template <bool jacobian>
int draw(Run& run, const Eigen::VectorXd& at_mode, CsvWriter& out, JsonWriter& diagnostics) {
  const Argument& l = run.method();
  return stan::services::laplace_sample<jacobian>(run.model, at_mode, get<int>(l, "draws"),
                                                  get<bool>(l, "calculate_lp"), run.seed, run.refresh,
                                                  run.interrupt, run.logger, out, diagnostics);
}

}  // namespace

int laplace(Run& run) {
  const Argument& l = run.method();
  const std::string& file = get<std::string>(l, "mode");
  check_distinct("mode", file, run.file);
  std::vector<CsvWriter> out = csv_writers(run, run.file, "", 1);
  std::vector<JsonWriter> diagnostics = json_writers(run, run.diagnostic_file, "", 1);
  if (file.empty())
    throw std::invalid_argument(
        "Missing mode argument, cannot get laplace sample without parameter estimates theta-hat");
  const std::vector<double> free = mode(file, run.model);
  const Eigen::VectorXd at_mode = Eigen::Map<const Eigen::VectorXd>(free.data(), free.size());
  return get<bool>(l, "jacobian") ? draw<true>(run, at_mode, out[0], diagnostics[0])
                                  : draw<false>(run, at_mode, out[0], diagnostics[0]);
}

}  // namespace driver
