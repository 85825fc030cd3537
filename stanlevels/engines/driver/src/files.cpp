#include "files.hpp"

#include <filesystem>
#include <stdexcept>

namespace driver {

std::string suffix_of(const std::string& file) {
  const std::size_t slash = file.find_last_of('/');
  const std::size_t start = slash == std::string::npos ? 0 : slash + 1;
  const std::size_t dot = file.find_last_of('.');
  const bool inside =
      dot != std::string::npos && dot > start && dot + 1 < file.size() && file[dot - 1] != '.';
  return inside ? file.substr(dot) : "";
}

std::string without_suffix(const std::string& file) {
  return file.substr(0, file.size() - suffix_of(file).size());
}

std::vector<std::string> names_of(const std::string& file, const std::string& tag, const std::string& suffix,
                                  std::size_t count, unsigned int id) {
  const std::string own = suffix_of(file);
  const std::string end = suffix == ".csv" && !own.empty() ? own : suffix;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i)
    names.push_back(without_suffix(file) + tag + (count == 1 ? "" : "_" + std::to_string(id + i)) + end);
  return names;
}

std::unique_ptr<std::ofstream> open_output(const std::string& file, int digits) {
  auto out = std::make_unique<std::ofstream>(file);
  if (!*out)
    throw std::invalid_argument("Can't open output file, \"" + file + "\"\n");
  out->exceptions(std::ofstream::badbit);
  if (digits > -1)
    out->precision(digits);
  return out;
}

std::ifstream open_input(const std::string& file) {
  std::ifstream in(file);
  if (!in)
    throw std::invalid_argument("Can't open specified file, \"" + file + "\"\n");
  return in;
}

void check_distinct(const std::string& what, const std::string& input, const std::string& output) {
  std::error_code missing;
  if (input.empty() || output.empty())
    return;
  if (input == output || std::filesystem::equivalent(input, output, missing))
    throw std::invalid_argument("Filename conflict, " + what + " file " + input
                                + " and output file names are identical, must be different.\n");
}

void check_output(const std::string& file) {
  const std::string last = file.substr(file.find_last_of('/') + 1);
  if (!file.empty() && (last.empty() || last == "." || last == ".."))
    throw std::invalid_argument("Ill-formed output filename " + file + "\n");
}

}  // namespace driver
