// method=generate_quantities: the generated quantities block for the draws of an earlier fit.
#include "files.hpp"
#include "run.hpp"

#include <stan/services/sample/standalone_gqs.hpp>
#include <stdexcept>

namespace driver {

namespace {

Eigen::MatrixXd matrix(const Rows& rows) {
  Eigen::MatrixXd all(rows.size(), rows.empty() ? 0 : rows[0].size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < rows[i].size(); ++j) all(i, j) = rows[i][j];
  return all;
}

}  // namespace

int generate_quantities(Run& run) {
  const std::string& file = get<std::string>(run.method(), "fitted_params");
  check_distinct("fitted_params", file, run.file);
  std::vector<CsvWriter> out = csv_writers(run, run.file, "", run.chains);
  diagnostic_writers(run);
  if (file.empty())
    throw std::invalid_argument(
        "Missing fitted_params argument, cannot run generate_quantities without fitted sample.");
  if (suffix_of(file) != ".csv")
    throw std::invalid_argument("Fitted params file must be a CSV file.");
  std::vector<Eigen::MatrixXd> draws;
  for (const std::string& name : names_of(file, "", ".csv", run.chains, run.id))
    draws.push_back(matrix(fitted_parameters(name, run.model)));
  return stan::services::standalone_generate(run.model, static_cast<int>(run.chains), draws, run.seed,
                                             run.interrupt, run.logger, out);
}

}  // namespace driver
