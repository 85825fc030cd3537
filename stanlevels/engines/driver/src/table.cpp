#include "table.hpp"

#include <climits>
#include <stan/version.hpp>

namespace driver {

namespace {

using Kind = Argument::Kind;

Argument leaf(std::string name, Value preset, std::string help, std::string valid = "All",
              std::function<bool(const Value&)> accepts = nullptr) {
  return {Kind::value, name, help, {}, 0, 0, preset, preset, valid, accepts, ""};
}

Argument flag(std::string name, bool preset, std::string help) { return leaf(name, preset, help, "[0, 1]"); }

Argument text(std::string name, std::string preset, std::string help, std::string valid = "All") {
  return leaf(name, preset, help, valid);
}

Argument unsigned_of(std::string name, unsigned int preset, std::string help) {
  return leaf(name, preset, help);
}

// The message says "0 <" for a bound that includes 0; so does CmdStan's.
Argument from_zero(std::string name, int preset, std::string help) {
  return leaf(name, preset, help, "0 < " + name, [](const Value& x) { return std::get<int>(x) >= 0; });
}

Argument count(std::string name, int preset, std::string help) {
  return leaf(name, preset, help, "0 < " + name, [](const Value& x) { return std::get<int>(x) > 0; });
}

Argument positive(std::string name, double preset, std::string help) {
  return leaf(name, preset, help, "0 < " + name, [](const Value& x) { return std::get<double>(x) > 0; });
}

Argument between(std::string name, double preset, double low, double high, std::string help) {
  const std::string valid = std::to_string(low) + " <= " + name + " <= " + std::to_string(high);
  return leaf(name, preset, help, valid, [low, high](const Value& x) {
    return low <= std::get<double>(x) && std::get<double>(x) <= high;
  });
}

Argument word(std::string name, std::string help) {
  return {Kind::word, name, help, {}, 0, 0, {}, {}, "", nullptr, ""};
}

Argument group(std::string name, std::string help, std::vector<Argument> parts) {
  return {Kind::group, name, help, std::move(parts), 0, 0, {}, {}, "", nullptr, ""};
}

Argument choice(std::string name, std::size_t preset, std::string help, std::vector<Argument> options) {
  return {Kind::choice, name, help, std::move(options), preset, preset, {}, {}, "", nullptr, ""};
}

std::vector<Argument> line_search() {
  return {positive("init_alpha", 0.001, "Step of the first line search"),
          positive("tol_obj", 1e-12, "Tolerance on changes of the objective"),
          positive("tol_rel_obj", 1e4, "Tolerance on relative changes of the objective"),
          positive("tol_grad", 1e-8, "Tolerance on the norm of the gradient"),
          positive("tol_rel_grad", 1e7, "Tolerance on the relative norm of the gradient"),
          positive("tol_param", 1e-8, "Tolerance on changes of the parameters")};
}

std::vector<Argument> line_search_with(std::vector<Argument> more) {
  std::vector<Argument> all = line_search();
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

Argument history() { return count("history_size", 5, "Number of updates kept for the curvature"); }

Argument sample_arguments() {
  return group(
      "sample", "Draws from the posterior by Markov chain Monte Carlo",
      {from_zero("num_samples", 1000, "Iterations after warm-up"),
       from_zero("num_warmup", 1000, "Warm-up iterations"),
       flag("save_warmup", false, "Write warm-up draws too"), count("thin", 1, "Keep every so-manieth draw"),
       group(
           "adapt", "Adaptation in warm-up",
           {flag("engaged", true, "Adapt at all"), positive("gamma", 0.05, "Regularisation of the step size"),
            between("delta", 0.8, 0.1, 1, "Acceptance statistic aimed at"),
            positive("kappa", 0.75, "Relaxation exponent of the step size"),
            positive("t0", 10, "Iteration offset of the step size"),
            unsigned_of("init_buffer", 75, "Length of the first fast interval"),
            unsigned_of("term_buffer", 50, "Length of the last fast interval"),
            unsigned_of("window", 25, "First length of the slow intervals"),
            flag("save_metric", false, "Write step size and metric to a JSON file")}),
       choice("algorithm", 0, "Sampling algorithm",
              {group("hmc", "Hamiltonian Monte Carlo",
                     {choice("engine", 1, "How long a trajectory runs",
                             {group("static", "A fixed time",
                                    {positive("int_time", 6.28318530717959, "Integration time")}),
                              group("nuts", "The no-U-turn sampler",
                                    {count("max_depth", 10, "Largest depth of the tree")})}),
                      choice("metric", 1, "Shape of the inverse metric",
                             {word("unit_e", "Unit"), word("diag_e", "Diagonal"), word("dense_e", "Dense")}),
                      text("metric_file", "", "File with an inverse metric to start from"),
                      positive("stepsize", 1, "First step size"),
                      between("stepsize_jitter", 0, 0, 1, "Share by which the step size is jittered")}),
               word("fixed_param", "Parameters stay; generated quantities are drawn")}),
       count("num_chains", 1, "Number of chains")});
}

Argument optimize_arguments() {
  return group(
      "optimize", "A mode of the posterior or likelihood",
      {choice("algorithm", 1, "Optimisation algorithm",
              {group("bfgs", "BFGS", line_search()), group("lbfgs", "L-BFGS", line_search_with({history()})),
               group("newton", "Newton's method", {})}),
       flag("jacobian", false, "Include the change of variables of constrained parameters"),
       count("iter", 2000, "Largest number of iterations"),
       flag("save_iterations", false, "Write every iteration")});
}

Argument variational_arguments() {
  return group(
      "variational", "Automatic differentiation variational inference",
      {choice("algorithm", 0, "Family of the approximation",
              {group("meanfield", "Independent Gaussians", {}),
               group("fullrank", "Gaussian with full covariance", {})}),
       count("iter", 10000, "Largest number of iterations"), count("grad_samples", 1, "Draws per gradient"),
       count("elbo_samples", 100, "Draws per ELBO"), positive("eta", 1, "Step size weight"),
       group("adapt", "Adaptation of eta",
             {flag("engaged", true, "Adapt at all"), count("iter", 50, "Iterations of adaptation")}),
       positive("tol_rel_obj", 0.01, "Relative tolerance on the ELBO"),
       count("eval_elbo", 100, "Iterations between evaluations of the ELBO"),
       count("output_samples", 1000, "Draws to write")});
}

Argument pathfinder_arguments() {
  return group(
      "pathfinder", "Pathfinder approximation",
      line_search_with({history(), count("num_psis_draws", 1000, "Draws after importance resampling"),
                        count("num_paths", 4, "Number of paths"),
                        flag("save_single_paths", false, "Write each path's draws"),
                        flag("psis_resample", true, "Resample the paths' draws by importance"),
                        flag("calculate_lp", true, "Compute the log density of every draw"),
                        count("max_lbfgs_iters", 1000, "Largest number of L-BFGS iterations"),
                        count("num_draws", 1000, "Draws per path"),
                        count("num_elbo_draws", 25, "Draws per ELBO")}));
}

Argument laplace_arguments() {
  return group("laplace", "Draws from a Gaussian at the mode",
               {text("mode", "", "The mode: a CSV file of method=optimize, or JSON"),
                flag("jacobian", true, "Include the change of variables of constrained parameters"),
                from_zero("draws", 1000, "Number of draws"),
                flag("calculate_lp", true, "Compute the log density of every draw")});
}

Argument log_prob_arguments() {
  return group("log_prob", "Log density and gradient at given parameters",
               {text("unconstrained_params", "", "JSON file with `params_r`, unconstrained"),
                text("constrained_params", "", "CSV or JSON file of constrained parameters"),
                flag("jacobian", true, "Include the change of variables of constrained parameters")});
}

Argument method_arguments() {
  return choice("method", 0, "What to do (the prefix `method=` may be left out)",
                {sample_arguments(), optimize_arguments(), variational_arguments(),
                 group("diagnose", "Gradients against finite differences",
                       {choice("test", 0, "Test to run",
                               {group("gradient", "Gradient test",
                                      {positive("epsilon", 1e-6, "Finite difference"),
                                       positive("error", 1e-6, "Error allowed")})})}),
                 group("generate_quantities", "Generated quantities for the draws of an earlier fit",
                       {text("fitted_params", "", "CSV file of the earlier fit"),
                        count("num_chains", 1, "Number of chains")}),
                 pathfinder_arguments(), log_prob_arguments(), laplace_arguments()});
}

Argument output_arguments() {
  // Six digits by the stream's own default up to Stan 2.36, eight from 2.37 on.
  const int digits = STAN_MAJOR > 2 || STAN_MINOR > 36 ? 8 : -1;
  return group("output", "Files to write",
               {text("file", "output.csv", "Draws and the like", "Path to existing file"),
                text("diagnostic_file", "", "Extra output of the algorithm", "Path to existing file"),
                leaf("refresh", 100, "Iterations between lines on screen", "0 <= refresh",
                     [](const Value& x) { return std::get<int>(x) >= 0; }),
                leaf("sig_figs", digits, "Significant digits in CSV files",
                     "0 <= integer <= 18, or -1 to use the default number of significant figures",
                     [](const Value& x) { return std::get<int>(x) >= -1 && std::get<int>(x) <= 18; }),
                text("profile_file", "profile.csv", "Where profiles go", "Path to existing file"),
                flag("save_cmdstan_config", false, "Write the arguments to a JSON file")});
}

Argument num_threads_arguments(int threads) {
#ifdef STAN_THREADS
  return leaf("num_threads", threads, "Threads to use", "num_threads > 0 || num_threads == -1",
              [](const Value& x) { return std::get<int>(x) > 0 || std::get<int>(x) == -1; });
#else
  return leaf("num_threads", threads, "Threads to use (the program was built without STAN_THREADS)",
              "num_threads == 1", [](const Value& x) { return std::get<int>(x) == 1; });
#endif
}

}  // namespace

Argument table(int threads) {
  return group(
      "", "",
      {method_arguments(),
       leaf("id", 1, "Number of the chain or path", "id > 0",
            [](const Value& x) { return std::get<int>(x) > 0; }),
       group("data", "Data", {text("file", "", "Data file, JSON or R dump", "Path to existing file")}),
       text("init", "2", "x: start within [-x, x]; 0: at 0; otherwise a file of starting values"),
       group("random", "Random numbers",
             {leaf("seed", -1LL, "Seed; -1 takes one from the clock",
                   "non-negative integer < 4294967296  or -1 to generate seed from system time",
                   [](const Value& x) {
                     const long long seed = std::get<long long>(x);
                     return seed >= -1 && seed <= static_cast<long long>(UINT_MAX);
                   })}),
       output_arguments(), num_threads_arguments(threads)});
}

}  // namespace driver
