#include "info.hpp"

#include <ostream>
#include <stan/version.hpp>

#ifndef DRIVER_FLAGS
#define DRIVER_FLAGS "unknown"
#endif
#ifndef DRIVER_COMPILER
#define DRIVER_COMPILER "unknown"
#endif

namespace driver {

namespace {

const char* const switches =
#ifdef STAN_THREADS
    "STAN_THREADS=true\n"
#else
    "STAN_THREADS=false\n"
#endif
    "STAN_MPI=false\n"
    "STAN_OPENCL=false\n"
#ifdef STAN_NO_RANGE_CHECKS
    "STAN_NO_RANGE_CHECKS=true\n"
#else
    "STAN_NO_RANGE_CHECKS=false\n"
#endif
#ifdef STAN_CPP_OPTIMS
    "STAN_CPP_OPTIMS=true\n";
#else
    "STAN_CPP_OPTIMS=false\n";
#endif

}  // namespace

void info(std::ostream& out, std::ostream& err) {
  out << "stan_version_major = " << stan::MAJOR_VERSION << std::endl
      << "stan_version_minor = " << stan::MINOR_VERSION << std::endl
      << "stan_version_patch = " << stan::PATCH_VERSION << std::endl
      << switches << std::flush;
  err << "COMPILER = " << DRIVER_COMPILER << std::endl << "FLAGS = " << DRIVER_FLAGS << std::endl;
}

}  // namespace driver
