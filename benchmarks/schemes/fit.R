# Fits one mixed model by maximum likelihood and prints what against_r.py reads.
#
#   Rscript fit.R FUNCTION FORMULA FAMILY DATA.csv FACTOR,FACTOR,...
#
# FUNCTION is lmer, glmer (package lme4) or glmmTMB; FAMILY is gaussian, binomial, poisson or nbinom2.
# Reading the file and making factors is not timed.

arguments <- commandArgs(trailingOnly = TRUE)
fitter <- arguments[1]
formula <- as.formula(arguments[2])
data <- read.csv(arguments[4])
for (name in strsplit(arguments[5], ",")[[1]]) data[[name]] <- factor(data[[name]])

if (fitter == "glmmTMB") {
  suppressPackageStartupMessages(library(glmmTMB))
} else {
  suppressPackageStartupMessages(library(lme4))
}
fit_once <- function() {
  if (fitter == "lmer") return(lmer(formula, data, REML = FALSE))
  if (fitter == "glmer") return(glmer(formula, data, family = arguments[3]))
  glmmTMB(formula, data, family = arguments[3])
}
taken <- system.time(fit <- fit_once())
package <- if (fitter == "glmmTMB") "glmmTMB" else "lme4"
memory <- grep("VmHWM", readLines("/proc/self/status"), value = TRUE)
cat("seconds", taken[["elapsed"]], "\n")
cat("processor", taken[["user.self"]] + taken[["sys.self"]], "\n")
cat("deviance", sprintf("%.6f", -2 * as.numeric(logLik(fit))), "\n")
cat("kilobytes", gsub("[^0-9]", "", memory), "\n")
cat("version", package, as.character(packageVersion(package)), "\n")
