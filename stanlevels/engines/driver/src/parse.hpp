// Reads the command line into the tree of arguments.
#ifndef DRIVER_PARSE_HPP
#define DRIVER_PARSE_HPP

#include "argument.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace driver {

enum class Parsed { run, shown, refused };  // `shown`: help or info was asked for and printed

Parsed parse(Argument& root, const std::string& program, const std::vector<std::string>& words,
             std::ostream& out, std::ostream& err);

}  // namespace driver
#endif
