// A command line over Stan's services that speaks CmdStan's arguments and file formats.
#include "files.hpp"
#include "parse.hpp"
#include "run.hpp"
#include "table.hpp"

#include <chrono>
#include <cstdlib>
#include <ios>
#include <iostream>
#include <map>
#include <stan/callbacks/stream_logger.hpp>
#include <stan/math/prim/core/init_threadpool_tbb.hpp>
#include <stan/version.hpp>
#include <stdexcept>

// Both are defined by every program that stanc generates.
stan::model::model_base& new_model(stan::io::var_context& data, unsigned int seed, std::ostream* messages);

namespace driver {

namespace {

unsigned int seed_of(Argument& arguments) {
  Argument& seed = at(arguments, "random/seed");
  const long long given = std::get<long long>(seed.value);
  if (given >= 0)
    return static_cast<unsigned int>(given);
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const auto drawn =
      static_cast<unsigned int>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
  seed.shown = std::to_string(drawn);
  return drawn;
}

void start_threads(const Argument& arguments) {
  const int threads = get<int>(arguments, "num_threads");
  const int asked = stan::math::internal::get_num_threads();
  if (asked != threads && asked != 1)
    throw std::invalid_argument("STAN_NUM_THREADS= " + std::to_string(asked)
                                + " but argument num_threads= " + std::to_string(threads)
                                + ". Please either only set one or make sure they are equal.");
  stan::math::init_threadpool_tbb(threads);
}

std::size_t chains_of(const Argument& arguments, const std::string& method) {
  const Argument& m = at(arguments, "method/" + method);
  if (method == "pathfinder")
    return get<int>(m, "num_paths");
  if (method == "sample" || method == "generate_quantities")
    return get<int>(m, "num_chains");
  return 1;
}

// A number is the radius of random starting points, anything else a file.
double radius_of(std::string& init) {
  char* end = nullptr;
  const double radius = std::strtod(init.c_str(), &end);
  if (init.empty() || *end != '\0')
    return 2;
  init.clear();
  return radius;
}

// A model without parameters has nothing for HMC to move. From 2.36 on, Stan's HMC knows that by itself.
void settle_algorithm(Argument& arguments, const Model& model, std::ostream& out) {
  if (STAN_MAJOR > 2 || STAN_MINOR >= 36)
    return;
  Argument& algorithm = at(arguments, "method/sample/algorithm");
  if (chosen(arguments, "method") != "sample" || model.num_params_r() > 0 || algorithm.part != 0)
    return;
  out << "Model contains no parameters, running fixed_param sampler, no updates to Markov chain" << std::endl;
  algorithm.part = 1;
}

int command(Argument& arguments) {
  start_threads(arguments);
  const std::string method = chosen(arguments, "method");
  const std::string file = get<std::string>(arguments, "output/file");
  const std::string diagnostic_file = get<std::string>(arguments, "output/diagnostic_file");
  check_output(file);
  check_output(diagnostic_file);
  const unsigned int seed = seed_of(arguments);
  print(arguments, std::cout, "");
  std::cout << std::endl;

  const auto data = context(get<std::string>(arguments, "data/file"));
  Model& model = new_model(*data, seed, &std::cout);
  settle_algorithm(arguments, model, std::cout);

  stan::callbacks::stream_logger logger(std::cout, std::cout, std::cout, std::cerr, std::cerr);
  stan::callbacks::interrupt interrupt;
  const auto id = static_cast<unsigned int>(get<int>(arguments, "id"));
  const std::size_t chains = chains_of(arguments, method);
  std::string init = get<std::string>(arguments, "init");
  const double radius = radius_of(init);
  Run run{arguments,
          model,
          logger,
          interrupt,
          seed,
          id,
          chains,
          get<int>(arguments, "output/refresh"),
          get<int>(arguments, "output/sig_figs"),
          file,
          diagnostic_file,
          radius,
          contexts(init, chains, id),
          std::vector<stan::callbacks::writer>(chains)};

  static const std::map<std::string, int (*)(Run&)> methods{
      {"sample", sample},         {"optimize", optimize},       {"laplace", laplace},
      {"pathfinder", pathfinder}, {"variational", variational}, {"generate_quantities", generate_quantities},
      {"log_prob", log_prob},     {"diagnose", diagnose}};
  save_config(run);
  const int code = methods.at(method)(run);
  save_profile(run);
  return code;
}

int start(int argc, const char* argv[]) {
  Argument arguments = table(stan::math::internal::get_num_threads());
  const std::vector<std::string> words(argv + 1, argv + argc);
  switch (parse(arguments, argv[0], words, std::cout, std::cerr)) {
    case Parsed::shown:
      return 0;
    case Parsed::refused:
      if (!words.empty())
        std::cerr << "Failed to parse command arguments, cannot run model." << std::endl;
      return 1;
    default:
      return command(arguments) == 0 ? 0 : 1;
  }
}

}  // namespace

}  // namespace driver

int main(int argc, const char* argv[]) {
  try {
    return driver::start(argc, argv);
  } catch (const std::ios_base::failure&) {
    std::cerr << "An output file could not be written: is the disk full?" << std::endl;
    return 1;
  } catch (const std::exception& e) {
    std::cerr << e.what() << std::endl;
    return 1;
  }
}
