# Fits one general model by maximum likelihood and prints what general.py reads.
#
#   Rscript general.R CASE DATA.csv
#
# Reading the file, making factors and loading packages is not timed. nlme's likelihoods are exact, as ours of
# the same models; those of ordinal and glmmTMB are Laplace's, as ours. A case without its model here prints
# nothing (gamma frailties; random effects in the dispersion, which glmmTMB 1.1.5 lacks).

arguments <- commandArgs(trailingOnly = TRUE)
data <- read.csv(arguments[2])
for (name in intersect(c("person", "item", "instrument", "judge", "bottle"), names(data))) {
  data[[name]] <- factor(data[[name]])
}
if ("rating" %in% names(data)) data$rating <- factor(data$rating, ordered = TRUE)

cases <- list(
  "t" = list("glmmTMB", quote(glmmTMB(y ~ x + (1 | person), data, family = t_family()))),
  "t-crossed" = list("glmmTMB", quote(glmmTMB(y ~ x + (1 | person) + (1 | item), data, family = t_family()))),
  "ordinal" = list("ordinal", quote(clmm(rating ~ x + (1 | person) + (1 | item), data = data))),
  "wine" = list("ordinal", quote(clmm(rating ~ warm + touched + (1 | judge) + (1 | bottle), data = data))),
  "two-noises" = list("nlme", quote(lme(y ~ x, data, ~ 1 | person, weights = varIdent(form = ~ 1 | instrument),
                                        method = "ML"))),
  "noise-by-person" = list("glmmTMB", quote(glmmTMB(y ~ x + (1 | person), data, dispformula = ~ person))),
  "dispersed" = list("glmmTMB", quote(glmmTMB(k ~ x + (1 | person), data, dispformula = ~ x, family = nbinom2))),
  "beta" = list("glmmTMB", quote(glmmTMB(share ~ x + (1 | person), data, family = beta_family())))
)
case <- cases[[arguments[1]]]
if (is.null(case)) quit()
suppressPackageStartupMessages(library(case[[1]], character.only = TRUE))
taken <- system.time(fit <- eval(case[[2]]))
cat("seconds", taken[["elapsed"]], "\n")
cat("processor", taken[["user.self"]] + taken[["sys.self"]], "\n")
cat("deviance", sprintf("%.6f", -2 * as.numeric(logLik(fit))), "\n")
cat("version", case[[1]], as.character(packageVersion(case[[1]])), "\n")
