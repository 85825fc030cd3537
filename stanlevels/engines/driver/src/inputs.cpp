#include "inputs.hpp"

#include "files.hpp"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdlib>
#include <iostream>
#include <iterator>
#include <sstream>
#include <stan/io/dump.hpp>
#include <stan/io/empty_var_context.hpp>
#include <stan/io/json/json_data.hpp>
#include <stdexcept>

namespace driver {

namespace {

struct Csv {
  std::vector<std::string> names;
  Rows rows;
  bool optimized = false;
};

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, ',');)
    cells.push_back(
        cell.substr(cell.find_first_not_of(' ') == std::string::npos ? 0 : cell.find_first_not_of(' ')));
  return cells;
}

std::vector<double> numbers(const std::string& line, const std::string& file, std::size_t count) {
  const std::vector<std::string> cells = split(line);
  if (cells.size() != count)
    throw std::invalid_argument("Error: expected " + std::to_string(count) + " columns, but found "
                                + std::to_string(cells.size()) + " instead in a row of \"" + file + "\"\n");
  std::vector<double> row;
  for (const std::string& cell : cells) {
    char* end = nullptr;
    row.push_back(std::strtod(cell.c_str(), &end));
    if (end == cell.c_str())
      throw std::invalid_argument("Error parsing CSV file \"" + file + "\", bad value " + cell + "\n");
  }
  return row;
}

Csv read_csv(const std::string& file) {
  std::ifstream in = open_input(file);
  Csv csv;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r')
      line.pop_back();
    if (line.find("method = optimize") != std::string::npos)
      csv.optimized = true;
    if (line.empty() || line[0] == '#')
      continue;
    if (csv.names.empty())
      csv.names = split(line);
    else
      csv.rows.push_back(numbers(line, file, csv.names.size()));
  }
  if (csv.names.empty())
    throw std::invalid_argument("Error reading fitted param names from sample csv file \"" + file + "\"\n");
  return csv;
}

// Columns of the algorithm end in "__" and come first.
std::size_t first_parameter(const Csv& csv) {
  std::size_t i = 0;
  while (i < csv.names.size() && csv.names[i].size() > 1
         && csv.names[i].substr(csv.names[i].size() - 2) == "__")
    ++i;
  return i;
}

Rows parameter_columns(const Csv& csv, const std::string& file, const stan::model::model_base& model) {
  std::vector<std::string> names;
  model.constrained_param_names(names, false, false);
  if (names.empty())
    throw std::invalid_argument("Model " + model.model_name() + " has no parameters, nothing to estimate.\n");
  const std::size_t first = first_parameter(csv);
  for (std::size_t i = 0; i < names.size(); ++i)
    if (first + i >= csv.names.size() || csv.names[first + i] != names[i])
      throw std::invalid_argument("Mismatch between model and fitted_parameters csv file \"" + file + "\"\n");
  Rows rows;
  for (const std::vector<double>& row : csv.rows)
    rows.emplace_back(row.begin() + first, row.begin() + first + names.size());
  return rows;
}

[[noreturn]] void not_unconstrained(const std::exception& e, const std::stringstream& said) {
  throw std::invalid_argument(std::string(e.what()) + "\nBad or missing parameter values, cannot unconstrain."
                              + (said.str().empty() ? "" : "\n\t" + said.str()) + "\n");
}

void warn_of_dump(const std::string& file) {
  std::cerr << "Warning: file '" << file << "' is read as R dump, an old format: JSON is better."
            << std::endl;
}

using Reader = std::shared_ptr<stan::io::var_context> (*)(const std::string& file);

std::shared_ptr<stan::io::var_context> read_context(const std::string& file) {
  std::ifstream in = open_input(file);
  if (suffix_of(file) == ".json")
    return std::make_shared<stan::json::json_data>(in);
  return std::make_shared<stan::io::dump>(in);
}

// Stan's reader of JSON refuses words, so the one that save_metric=1 writes is taken out.
std::shared_ptr<stan::io::var_context> read_metric(const std::string& file) {
  if (suffix_of(file) != ".json")
    return read_context(file);
  std::ifstream in = open_input(file);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  rapidjson::Document document;
  document.Parse(text.c_str());
  const bool worded =
      !document.HasParseError() && document.IsObject() && document.RemoveMember("metric_type");
  rapidjson::StringBuffer kept;
  rapidjson::Writer<rapidjson::StringBuffer> writer(kept);
  if (worded)
    document.Accept(writer);
  std::istringstream out(worded ? kept.GetString() : text);
  return std::make_shared<stan::json::json_data>(out);
}

Contexts read_each(const std::string& file, std::size_t count, unsigned int id, Reader read) {
  const std::string suffix = suffix_of(file);
  if (suffix != ".json" && suffix != ".R")
    throw std::invalid_argument("Found: \"" + file + "\" but user specified files must end in .json or .R");
  if (suffix == ".R")
    warn_of_dump(file);
  const std::vector<std::string> names = names_of(without_suffix(file), "", suffix, count, id);
  if (!std::ifstream(names.front()))
    return Contexts(count, read(file));
  Contexts all;
  for (const std::string& name : names) all.push_back(read(name));
  return all;
}

}  // namespace

std::shared_ptr<stan::io::var_context> context(const std::string& file) {
  if (file.empty())
    return std::make_shared<stan::io::empty_var_context>();
  if (suffix_of(file) != ".json")
    warn_of_dump(file);
  return read_context(file);
}

Contexts contexts(const std::string& file, std::size_t count, unsigned int id) {
  if (count == 1 || file.empty())
    return Contexts(count, context(file));
  return read_each(file, count, id, read_context);
}

Contexts metric_contexts(const std::string& file, std::size_t count, unsigned int id) {
  return count == 1 ? Contexts(1, read_metric(file)) : read_each(file, count, id, read_metric);
}

Rows fitted_parameters(const std::string& file, const stan::model::model_base& model) {
  return parameter_columns(read_csv(file), file, model);
}

Rows unconstrained(const Rows& rows, const stan::model::model_base& model) {
  Rows all;
  for (const std::vector<double>& row : rows) {
    std::vector<double> free(model.num_params_r());
    std::stringstream said;
    try {
      model.unconstrain_array(row, free, &said);
    } catch (const std::exception& e) {
      not_unconstrained(e, said);
    }
    all.push_back(free);
  }
  return all;
}

std::vector<double> unconstrained_json(const std::string& file, const stan::model::model_base& model) {
  const auto values = context(file);
  std::vector<double> free(model.num_params_r());
  std::vector<int> none;
  std::stringstream said;
  try {
    model.transform_inits(*values, none, free, &said);
  } catch (const std::exception& e) {
    not_unconstrained(e, said);
  }
  return free;
}

Rows raw_parameters(const std::string& file, const stan::model::model_base& model) {
  const auto values = context(file);
  const std::vector<double> all = values->vals_r("params_r");
  if (all.empty())
    throw std::invalid_argument(
        "Unconstrained parameters file has no variable 'params_r' with unconstrained parameter values!");
  const std::vector<std::size_t> dims = values->dims_r("params_r");
  const std::size_t rows = dims.size() == 2 ? dims[0] : 1;
  const std::size_t columns = all.size() / rows;
  if (columns != model.num_params_r())
    throw std::invalid_argument("Incorrect number of unconstrained parameters provided! Model has "
                                + std::to_string(model.num_params_r()) + " parameters but "
                                + std::to_string(columns) + " were found.");
  Rows shaped(rows, std::vector<double>(columns));
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j)
      shaped[i][j] = all[i + rows * j];  // var_contexts hold arrays column by column
  return shaped;
}

std::vector<double> mode(const std::string& file, const stan::model::model_base& model) {
  const std::string suffix = suffix_of(file);
  if (suffix == ".json")
    return unconstrained_json(file, model);
  if (suffix != ".csv")
    throw std::invalid_argument("Mode file must be CSV or JSON, found " + file + "\n");
  const Csv csv = read_csv(file);
  if (!csv.optimized)
    throw std::invalid_argument("CSV file is not output from Stan optimization\n");
  const Rows rows = parameter_columns(csv, file, model);
  if (rows.empty())
    throw std::invalid_argument("CSV file is incomplete, expecting a row of estimates.\n");
  return unconstrained({rows.back()}, model).front();
}

}  // namespace driver
