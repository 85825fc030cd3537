"""The same model, however it is spelled: the same priors, plan, GLM functions and log density."""
