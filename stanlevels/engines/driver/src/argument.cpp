#include "argument.hpp"

#include <ostream>
#include <sstream>
#include <stdexcept>

namespace driver {

namespace {

const Argument& child(const Argument& parent, const std::string& name) {
  for (const Argument& part : parent.parts)
    if (part.name == name)
      return part;
  throw std::logic_error("no argument '" + name + "' below '" + parent.name + "'");
}

struct Printed {
  std::string operator()(bool x) const { return x ? "true" : "false"; }
  std::string operator()(const std::string& x) const { return x; }
  template <typename T>
  std::string operator()(T x) const {
    std::ostringstream out;  // six significant digits for reals, as CmdStan shows them
    out << x;
    return out.str();
  }
};

void print_at(const Argument& argument, std::ostream& out, const std::string& prefix, int depth) {
  const std::string indent = prefix + std::string(2 * depth, ' ');
  switch (argument.kind) {
    case Argument::Kind::word:
      return;
    case Argument::Kind::group:
      out << indent << argument.name << '\n';
      for (const Argument& part : argument.parts) print_at(part, out, prefix, depth + 1);
      return;
    default:
      out << indent << argument.name << " = " << text_of(argument)
          << (argument.is_preset() ? " (Default)" : "") << '\n';
      if (argument.kind == Argument::Kind::choice)
        print_at(argument.parts[argument.part], out, prefix, depth + 1);
  }
}

}  // namespace

const Argument& at(const Argument& root, const std::string& path) {
  const Argument* here = &root;
  std::istringstream names(path);
  for (std::string name; std::getline(names, name, '/');) here = &child(*here, name);
  return *here;
}

Argument& at(Argument& root, const std::string& path) {
  return const_cast<Argument&>(at(static_cast<const Argument&>(root), path));
}

const std::string& chosen(const Argument& root, const std::string& path) {
  const Argument& choice = at(root, path);
  return choice.parts[choice.part].name;
}

std::string text_of(const Argument& argument) {
  if (argument.kind == Argument::Kind::choice)
    return argument.parts[argument.part].name;
  return argument.shown.empty() ? std::visit(Printed{}, argument.value) : argument.shown;
}

std::string type_of(const Argument& argument) {
  if (argument.kind == Argument::Kind::choice)
    return "list element";
  static const char* names[] = {"boolean", "int", "unsigned int", "x", "double", "string"};
  return names[argument.value.index()];  // "x" is what CmdStan prints for the seed's type
}

void print(const Argument& root, std::ostream& out, const std::string& prefix) {
  for (const Argument& part : root.parts) print_at(part, out, prefix, 0);
}

}  // namespace driver
