// Names of output files, and opening them.
#ifndef DRIVER_FILES_HPP
#define DRIVER_FILES_HPP

#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace driver {

// ".csv" of "a/b.csv"; empty where the last part of the path has no dot inside it.
std::string suffix_of(const std::string& file);
std::string without_suffix(const std::string& file);

// One name per chain: out.csv alone, out_3.csv and out_4.csv for two chains from id 3; `tag` goes before the
// number.
std::vector<std::string> names_of(const std::string& file, const std::string& tag, const std::string& suffix,
                                  std::size_t count, unsigned int id);

// Throws std::invalid_argument if the file cannot be opened. A write that fails later throws too, so that a
// full disk ends a run instead of leaving a short file behind.
std::unique_ptr<std::ofstream> open_output(const std::string& file, int digits);
std::ifstream open_input(const std::string& file);

// Throws std::invalid_argument if a file to be read is also the one to be written.
void check_distinct(const std::string& what, const std::string& input, const std::string& output);
void check_output(const std::string& file);

}  // namespace driver
#endif
