// How the executable was built.
#ifndef DRIVER_INFO_HPP
#define DRIVER_INFO_HPP

#include <iosfwd>

namespace driver {

// Version and switches go to `out` in CmdStan's form; compiler and flags to `err`, where no reader trips over
// them.
void info(std::ostream& out, std::ostream& err);

}  // namespace driver
#endif
