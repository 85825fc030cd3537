#include "parse.hpp"

#include "help.hpp"
#include "info.hpp"

#include <cerrno>
#include <climits>
#include <cmath>
#include <cstdlib>
#include <ostream>

namespace driver {

namespace {

// Numbers must fill the word: "10x" and "1e3" for an integer are refused, not read as 10 and 1.
bool whole_number(const std::string& word, long long low, long long high, long long& x) {
  errno = 0;
  char* end = nullptr;
  x = std::strtoll(word.c_str(), &end, 10);
  return !word.empty() && *end == '\0' && errno == 0 && x >= low && x <= high;
}

struct Converted {
  const std::string& word;
  bool& good;

  Value operator()(bool) const {
    good = word == "1" || word == "0" || word == "true" || word == "false";
    return word == "1" || word == "true";
  }
  Value operator()(int) const { return integer<int>(INT_MIN, INT_MAX); }
  Value operator()(unsigned int) const { return integer<unsigned int>(0, UINT_MAX); }
  Value operator()(long long) const { return integer<long long>(LLONG_MIN, LLONG_MAX); }
  Value operator()(double) const {
    char* end = nullptr;
    const double x = std::strtod(word.c_str(), &end);
    good = !word.empty() && *end == '\0' && std::isfinite(x);
    return x;
  }
  Value operator()(const std::string&) const { return word; }

  template <typename T>
  Value integer(long long low, long long high) const {
    long long x = 0;
    good = whole_number(word, low, high, x);
    return static_cast<T>(x);
  }
};

class Parser {
 public:
  Parser(Argument& root, std::vector<std::string> words, std::ostream& out, std::ostream& err)
      : root_(root), words_(std::move(words)), out_(out), err_(err), used_(root.parts.size(), false) {}

  Parsed run(const std::string& program) {
    bool good = true;
    while (next_ < words_.size()) {
      const std::string word = words_[next_];
      if (word == "info") {
        info(out_, err_);
        return Parsed::shown;
      }
      if (!top(word)) {
        if (word == "help-all")
          help(root_, out_, true);
        if (word == "help" || word == "help-all")
          return usage_shown(program);
        misplaced(word);
        good = false;
        break;
      }
      if (helped_)
        return usage_shown(program);
    }
    if (!method_)
      err_ << "A method must be specified!" << std::endl;
    return good && valid_ && method_ ? Parsed::run : Parsed::refused;
  }

 private:
  // One top-level argument, which may be said once.
  bool top(std::string word) {
    if (!method_ && names_a_method(word))
      word = words_[next_] = "method=" + word;
    const std::string name = word.substr(0, word.find('='));
    method_ = method_ || name == "method";
    for (std::size_t i = 0; i < root_.parts.size(); ++i) {
      if (used_[i] || !matches(root_.parts[i], word, name))
        continue;
      used_[i] = true;
      valid_ = read(root_.parts[i]) && valid_;
      return true;
    }
    return false;
  }

  bool names_a_method(const std::string& word) const {
    for (const Argument& option : root_.parts.front().parts)
      if (option.name == word)
        return true;
    return false;
  }

  static bool matches(const Argument& argument, const std::string& word, const std::string& name) {
    return argument.name == (argument.kind == Argument::Kind::group ? word : name);
  }

  bool read(Argument& argument) {
    const std::string word = words_[next_++];
    if (argument.kind == Argument::Kind::group)
      return read_parts(argument);
    const std::size_t equals = word.find('=');
    const std::string text = equals == std::string::npos ? "" : word.substr(equals + 1);
    return argument.kind == Argument::Kind::choice ? read_choice(argument, text) : read_value(argument, text);
  }

  // Arguments of a group, as long as they are its own; what follows is left to the caller.
  bool read_parts(Argument& group) {
    while (next_ < words_.size()) {
      const std::string word = words_[next_];
      const std::string name = word.substr(0, word.find('='));
      if (word == "help" || word == "help-all") {
        help(group, out_, word == "help-all");
        helped_ = true;
        return true;
      }
      if (name == group.name)
        return false;
      Argument* part = nullptr;
      for (Argument& candidate : group.parts)
        if (matches(candidate, word, name))
          part = &candidate;
      if (part == nullptr)
        return true;
      if (!read(*part))
        return false;
      if (helped_)
        return true;
    }
    return true;
  }

  bool read_choice(Argument& choice, const std::string& text) {
    for (std::size_t i = 0; i < choice.parts.size(); ++i) {
      if (choice.parts[i].name != text)
        continue;
      choice.part = i;
      return read_parts(choice.parts[i]);
    }
    return refuse(choice, text);
  }

  bool read_value(Argument& leaf, const std::string& text) {
    bool good = true;
    const Value value = std::visit(Converted{text, good}, leaf.preset);
    if (!good || (leaf.accepts && !leaf.accepts(value)))
      return refuse(leaf, text);
    leaf.value = value;
    return true;
  }

  bool refuse(const Argument& argument, const std::string& text) {
    err_ << text << " is not a valid value for \"" << argument.name << "\"" << std::endl
         << "  Valid values: " << valid_of(argument) << std::endl;
    next_ = words_.size();
    return false;
  }

  void misplaced(const std::string& word) {
    err_ << word << " is either mistyped or misplaced." << std::endl;
    const std::vector<std::string> places = places_of(root_, word.substr(0, word.find('=')));
    if (places.empty())
      return;
    err_ << "Perhaps you meant one of the following valid configurations?" << std::endl;
    for (const std::string& place : places) err_ << "  " << place << std::endl;
  }

  Parsed usage_shown(const std::string& program) {
    usage(root_, program, out_);
    return Parsed::shown;
  }

  Argument& root_;
  std::vector<std::string> words_;
  std::ostream& out_;
  std::ostream& err_;
  std::vector<bool> used_;
  std::size_t next_ = 0;
  bool method_ = false;
  bool valid_ = true;
  bool helped_ = false;
};

}  // namespace

Parsed parse(Argument& root, const std::string& program, const std::vector<std::string>& words,
             std::ostream& out, std::ostream& err) {
  if (words.empty()) {
    usage(root, program, out);
    return Parsed::refused;
  }
  return Parser(root, words, out, err).run(program);
}

}  // namespace driver
