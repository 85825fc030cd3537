// What is written besides results: configuration, metric and profile files.
#include "files.hpp"
#include "run.hpp"

#include <ctime>
#include <stan/math/rev/core/profiling.hpp>
#include <stan/version.hpp>

stan::math::profile_map& get_stan_profile_data();

namespace driver {

namespace {

std::string now() {
  const std::time_t seconds = std::time(nullptr);
  char text[64];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", std::gmtime(&seconds));
  return text;
}

void write_versions(std::ostream& out, const Run& run) {
  out << "# stan_version_major = " << stan::MAJOR_VERSION
      << "\n# stan_version_minor = " << stan::MINOR_VERSION
      << "\n# stan_version_patch = " << stan::PATCH_VERSION << "\n# model = " << run.model.model_name()
      << "\n";
}

void write_config(std::ostream& out, const Run& run) {
  write_versions(out, run);
  out << "# start_datetime = " << now() << "\n";
  print(run.arguments, out, "# ");
  for (const std::string& line : run.model.model_compile_info()) out << "# " << line << "\n";
  out << std::flush;
}

void write_json(const Argument& argument, JsonWriter& json) {
  switch (argument.kind) {
    case Argument::Kind::word:
      return;
    case Argument::Kind::value:
      std::visit([&](const auto& value) { json.write(argument.name, value); }, argument.value);
      return;
    case Argument::Kind::choice:
      json.begin_record(argument.name);
      json.write("value", text_of(argument));
      write_json(argument.parts[argument.part], json);
      json.end_record();
      return;
    default:
      json.begin_record(argument.name);
      for (const Argument& part : argument.parts) write_json(part, json);
      json.end_record();
  }
}

void write_compile_info(const Run& run, JsonWriter& json) {
  for (const std::string& line : run.model.model_compile_info()) {
    const std::size_t equals = line.find(" = ");
    json.write(line.substr(0, equals), equals == std::string::npos ? "" : line.substr(equals + 3));
  }
}

}  // namespace

const Argument& Run::method() const { return at(arguments, "method/" + chosen(arguments, "method")); }

std::vector<CsvWriter> csv_writers(const Run& run, const std::string& file, const std::string& tag,
                                   std::size_t count) {
  std::vector<CsvWriter> writers;
  for (const std::string& name : names_of(file, tag, ".csv", count, run.id)) {
    std::unique_ptr<std::ofstream> out = file.empty() ? nullptr : open_output(name, run.digits);
    if (out)
      write_config(*out, run);
    writers.emplace_back(std::move(out), "# ");
  }
  return writers;
}

std::vector<CsvWriter> diagnostic_writers(const Run& run) {
  const std::string& file = run.diagnostic_file;
  std::vector<CsvWriter> writers;
  for (const std::string& name : names_of(file, "", ".csv", run.chains, run.id)) {
    std::unique_ptr<std::ofstream> out = file.empty() ? nullptr : open_output(name, run.digits);
    if (out) {
      write_versions(*out, run);
      print(run.arguments, *out, "# ");
    }
    writers.emplace_back(std::move(out), "# ");
  }
  return writers;
}

std::vector<JsonWriter> json_writers(const Run& run, const std::string& file, const std::string& tag,
                                     std::size_t count) {
  std::vector<JsonWriter> writers;
  for (const std::string& name : names_of(file, tag, ".json", count, run.id))
    writers.emplace_back(file.empty() ? nullptr : open_output(name, run.digits));
  return writers;
}

void save_config(const Run& run) {
  if (!get<bool>(run.arguments, "output/save_cmdstan_config"))
    return;
  JsonWriter json(open_output(without_suffix(run.file) + "_config.json", run.digits));
  json.begin_record();
  json.write("stan_major_version", stan::MAJOR_VERSION);
  json.write("stan_minor_version", stan::MINOR_VERSION);
  json.write("stan_patch_version", stan::PATCH_VERSION);
  json.write("model_name", run.model.model_name());
  json.write("start_datetime", now());
  for (const Argument& argument : run.arguments.parts) write_json(argument, json);
  json.write("mpi_enabled", false);
  write_compile_info(run, json);
  json.end_record();
}

void save_profile(const Run& run) {
  const stan::math::profile_map& profiles = get_stan_profile_data();
  if (profiles.empty())
    return;
  const auto out = open_output(get<std::string>(run.arguments, "output/profile_file"), run.digits);
  *out << "name,thread_id,total_time,forward_time,reverse_time,chain_stack,no_chain_stack,autodiff_calls,"
          "no_autodiff_calls\n";
  for (const auto& [key, spent] : profiles)
    *out << key.first << "," << key.second << "," << spent.get_fwd_time() + spent.get_rev_time() << ","
         << spent.get_fwd_time() << "," << spent.get_rev_time() << "," << spent.get_chain_stack_used() << ","
         << spent.get_nochain_stack_used() << "," << spent.get_num_rev_passes() << ","
         << spent.get_num_no_AD_fwd_passes() << "\n";
  *out << std::flush;
}

}  // namespace driver
