#include "help.hpp"

#include <iomanip>
#include <ostream>

namespace driver {

namespace {

using Kind = Argument::Kind;

std::string option_names(const Argument& argument) {
  std::string names;
  for (const Argument& part : argument.parts) names += (names.empty() ? "" : ", ") + part.name;
  return names;
}

void list(const std::vector<Argument>& arguments, std::size_t from, std::ostream& out) {
  for (std::size_t i = from; i < arguments.size(); ++i)
    out << std::left << std::setw(22) << "  " + arguments[i].name << arguments[i].help << std::endl;
}

void help_at(const Argument& argument, std::ostream& out, bool all, int depth) {
  const std::string indent(2 * depth, ' ');
  const bool valued = argument.kind == Kind::value || argument.kind == Kind::choice;
  if (!argument.name.empty()) {
    out << indent << argument.name << (valued ? "=<" + type_of(argument) + ">" : "") << std::endl;
    out << indent << "  " << argument.help << std::endl;
  }
  if (valued)
    out << indent << "  Valid values: " << valid_of(argument) << std::endl
        << indent << "  Defaults to "
        << (argument.kind == Kind::choice ? argument.parts[argument.preset_part].name : text_of(argument))
        << std::endl;
  else if (!argument.parts.empty())
    out << indent << "  Valid subarguments: " << option_names(argument) << std::endl;
  out << std::endl;
  if (all)
    for (const Argument& part : argument.parts) help_at(part, out, true, depth + 1);
}

void collect(const Argument& argument, const std::string& name, const std::string& prefix,
             std::vector<std::string>& places) {
  const bool valued = argument.kind == Kind::value || argument.kind == Kind::choice;
  if (argument.name == name) {
    const std::string type = argument.kind == Kind::choice ? "list_element" : type_of(argument);
    places.push_back(prefix + argument.name + (valued ? "=<" + type + ">" : ""));
  }
  const std::string below = prefix + argument.name + (argument.kind == Kind::choice ? "=" : " ");
  for (const Argument& part : argument.parts) collect(part, name, below, places);
}

}  // namespace

void usage(const Argument& root, const std::string& program, std::ostream& out) {
  out << "Usage: " << program
      << " <arg1> <subarg1_1> ... <subarg1_m> ... <arg_n> <subarg_n_1> ... <subarg_n_m>" << std::endl
      << std::endl
      << "One of these methods is required:" << std::endl;
  list(root.parts.front().parts, 0, out);
  out << std::endl << "Other arguments:" << std::endl;
  list(root.parts, 1, out);
  out << std::endl
      << "Type `" << program << " help-all` for all of them, `" << program << " <arg1> help` for one, `"
      << program << " info` for how the program was built." << std::endl;
}

void help(const Argument& argument, std::ostream& out, bool all) { help_at(argument, out, all, 0); }

std::string valid_of(const Argument& argument) {
  return argument.kind == Kind::choice ? option_names(argument) : argument.valid;
}

std::vector<std::string> places_of(const Argument& root, const std::string& name) {
  std::vector<std::string> places;
  for (const Argument& part : root.parts) collect(part, name, "", places);
  return places;
}

}  // namespace driver
