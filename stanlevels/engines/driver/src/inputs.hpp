// Data, starting values, metrics and earlier fits, read from files.
#ifndef DRIVER_INPUTS_HPP
#define DRIVER_INPUTS_HPP

#include <memory>
#include <stan/io/var_context.hpp>
#include <stan/model/model_base.hpp>
#include <string>
#include <vector>

namespace driver {

using Contexts = std::vector<std::shared_ptr<stan::io::var_context>>;
using Rows = std::vector<std::vector<double>>;

// The variables in a file (JSON, or R dump by any other suffix); none if `file` is empty.
std::shared_ptr<stan::io::var_context> context(const std::string& file);

// One context per chain: from name_1.json, name_2.json, ... if the first is there, else the same file for
// all.
Contexts contexts(const std::string& file, std::size_t count, unsigned int id);

// The same for inverse metrics, also as save_metric=1 writes them, with a word for their type.
Contexts metric_contexts(const std::string& file, std::size_t count, unsigned int id);

// The parameters' columns of an earlier fit's CSV file, one row per draw.
Rows fitted_parameters(const std::string& file, const stan::model::model_base& model);

// The same on the unconstrained scale.
Rows unconstrained(const Rows& rows, const stan::model::model_base& model);

// Parameters in a JSON file, on the constrained scale or, in `params_r`, on the unconstrained.
std::vector<double> unconstrained_json(const std::string& file, const stan::model::model_base& model);
Rows raw_parameters(const std::string& file, const stan::model::model_base& model);

// The mode that method=optimize or the user wrote, on the unconstrained scale.
std::vector<double> mode(const std::string& file, const stan::model::model_base& model);

}  // namespace driver
#endif
