// The command line as a tree of plain data: what may be said, what was said, and how to look it up.
#ifndef DRIVER_ARGUMENT_HPP
#define DRIVER_ARGUMENT_HPP

#include <functional>
#include <iosfwd>
#include <string>
#include <variant>
#include <vector>

namespace driver {

using Value = std::variant<bool, int, unsigned int, long long, double, std::string>;

struct Argument {
  enum class Kind {
    group,   // a bare word with arguments below it: `output file=... refresh=...`
    choice,  // one of several words: `metric=dense_e`; the word may have arguments of its own
    word,    // an option of a choice that takes no arguments and prints nothing
    value    // a leaf: `num_samples=100`
  };

  Kind kind;
  std::string name;
  std::string help;
  std::vector<Argument> parts;  // of a group its arguments, of a choice its options
  std::size_t preset_part = 0;
  std::size_t part = 0;
  Value preset;
  Value value;
  std::string valid = "All";
  std::function<bool(const Value&)> accepts;
  std::string shown;  // printed in place of the value: a seed drawn from the clock

  bool is_preset() const { return kind == Kind::choice ? part == preset_part : value == preset; }
};

// The argument at a path of names, as in "method/sample/adapt/delta".
const Argument& at(const Argument& root, const std::string& path);
Argument& at(Argument& root, const std::string& path);

// The word a choice stands at.
const std::string& chosen(const Argument& root, const std::string& path);

template <typename T>
const T& get(const Argument& root, const std::string& path) {
  return std::get<T>(at(root, path).value);
}

std::string text_of(const Argument& argument);
std::string type_of(const Argument& argument);

// One line per argument that is in force, defaults marked: the form used on screen and in CSV comments.
void print(const Argument& root, std::ostream& out, const std::string& prefix);

}  // namespace driver
#endif
