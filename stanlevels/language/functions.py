"""The public functions of the language, made from their table."""

from stanlevels.language.expressions import elementwise

Phi = elementwise("Phi")
abs = elementwise("abs")
cos = elementwise("cos")
exp = elementwise("exp")
expm1 = elementwise("expm1")
inv_cloglog = elementwise("inv_cloglog")
inv_logit = elementwise("inv_logit")
log = elementwise("log")
log1p = elementwise("log1p")
logit = elementwise("logit")
sin = elementwise("sin")
sqrt = elementwise("sqrt")
square = elementwise("square")
tanh = elementwise("tanh")
