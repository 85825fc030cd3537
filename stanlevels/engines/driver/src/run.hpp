// What every method needs, and the methods.
#ifndef DRIVER_RUN_HPP
#define DRIVER_RUN_HPP

#include "argument.hpp"
#include "inputs.hpp"

#include <fstream>
#include <stan/callbacks/interrupt.hpp>
#include <stan/callbacks/json_writer.hpp>
#include <stan/callbacks/logger.hpp>
#include <stan/callbacks/unique_stream_writer.hpp>
#include <stan/callbacks/writer.hpp>
#include <stan/model/model_base.hpp>
#include <string>
#include <vector>

namespace driver {

using Model = stan::model::model_base;
using CsvWriter = stan::callbacks::unique_stream_writer<std::ofstream>;
using JsonWriter = stan::callbacks::json_writer<std::ofstream>;

struct Run {
  const Argument& arguments;
  Model& model;
  stan::callbacks::logger& logger;
  stan::callbacks::interrupt& interrupt;
  unsigned int seed;
  unsigned int id;
  std::size_t chains;
  int refresh;
  int digits;
  std::string file;
  std::string diagnostic_file;
  double radius;
  Contexts inits;
  std::vector<stan::callbacks::writer> starts;  // where starting points would go; CmdStan writes none

  const Argument& method() const;
};

// CSV files with the configuration on top, one per chain; writers that drop everything if `file` is empty.
std::vector<CsvWriter> csv_writers(const Run& run, const std::string& file, const std::string& tag,
                                   std::size_t count);
std::vector<CsvWriter> diagnostic_writers(const Run& run);
std::vector<JsonWriter> json_writers(const Run& run, const std::string& file, const std::string& tag,
                                     std::size_t count);

// The configuration as JSON next to the output, if asked for; the profile, if the program has profile
// statements.
void save_config(const Run& run);
void save_profile(const Run& run);

// Each returns 0 when all went well.
int sample(Run& run);
int sample_static(Run& run, const Contexts& metrics);
int optimize(Run& run);
int laplace(Run& run);
int pathfinder(Run& run);
int variational(Run& run);
int generate_quantities(Run& run);
int log_prob(Run& run);
int diagnose(Run& run);

}  // namespace driver
#endif
