// What is printed to explain arguments.
#ifndef DRIVER_HELP_HPP
#define DRIVER_HELP_HPP

#include "argument.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace driver {

void usage(const Argument& root, const std::string& program, std::ostream& out);
void help(const Argument& argument, std::ostream& out, bool all);
std::string valid_of(const Argument& argument);

// Where in the tree a name could stand, for "did you mean".
std::vector<std::string> places_of(const Argument& root, const std::string& name);

}  // namespace driver
#endif
