// Every argument with its default, bounds and help, as one table.
#ifndef DRIVER_TABLE_HPP
#define DRIVER_TABLE_HPP

#include "argument.hpp"

namespace driver {

// `threads` is the number of threads the environment asks for, the default of `num_threads`.
Argument table(int threads);

}  // namespace driver
#endif
