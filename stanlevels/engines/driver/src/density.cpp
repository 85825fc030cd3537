// method=log_prob and method=diagnose: the log density and its gradient at given points, and against
// differences.
#include "files.hpp"
#include "run.hpp"

#include <stan/model/log_prob_grad.hpp>
#include <stan/services/diagnose/diagnose.hpp>
#include <stdexcept>

namespace driver {

namespace {

Rows points(const Run& run, const Argument& l) {
  const std::string& raw = get<std::string>(l, "unconstrained_params");
  const std::string& natural = get<std::string>(l, "constrained_params");
  if (raw.empty() && natural.empty())
    throw std::invalid_argument(
        "No input parameter files provided, cannot calculate log probability density.");
  if (!raw.empty() && !natural.empty())
    throw std::invalid_argument(
        "Cannot specify both input files of both constrained and unconstrained parameter values.");
  if (!raw.empty())
    return raw_parameters(raw, run.model);
  if (suffix_of(natural) == ".csv")
    return unconstrained(fitted_parameters(natural, run.model), run.model);
  return {unconstrained_json(natural, run.model)};
}

void write_names(const Model& model, std::ostream& out) {
  std::vector<std::string> names;
  model.unconstrained_param_names(names, false, false);
  out << "lp__";
  for (const std::string& name : names) out << ",g_" << name;
  out << "\n";
}

void write_point(const Model& model, bool jacobian, std::vector<double>& point, std::ostream& out) {
  std::vector<int> none;
  std::vector<double> gradient;
  const double density = jacobian ? stan::model::log_prob_grad<true, true>(model, point, none, gradient)
                                  : stan::model::log_prob_grad<true, false>(model, point, none, gradient);
  out << density;
  for (const double slope : gradient) out << "," << slope;
  out << "\n";
}

}  // namespace

int log_prob(Run& run) {
  const Argument& l = run.method();
  check_distinct("constrained_params", get<std::string>(l, "constrained_params"), run.file);
  std::vector<CsvWriter> writers = csv_writers(run, run.file, "", 1);
  diagnostic_writers(run);
  Rows all = points(run, l);
  std::ostream& out = writers[0].get_stream();
  try {
    write_names(run.model, out);
    for (std::vector<double>& point : all) write_point(run.model, get<bool>(l, "jacobian"), point, out);
    out << std::flush;
  } catch (const std::exception& e) {
    run.logger.error(std::string("Error during log_prob calculation:\n") + e.what() + "\n");
    return 1;
  }
  return 0;
}

int diagnose(Run& run) {
  const Argument& gradient = at(run.method(), "test/gradient");
  std::vector<CsvWriter> out = csv_writers(run, run.file, "", 1);
  diagnostic_writers(run);
  return stan::services::diagnose::diagnose(run.model, *run.inits[0], run.seed, run.id, run.radius,
                                            get<double>(gradient, "epsilon"), get<double>(gradient, "error"),
                                            run.interrupt, run.logger, run.starts[0], out[0]);
}

}  // namespace driver
