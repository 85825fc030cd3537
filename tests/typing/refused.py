"""What type checkers must refuse, each with its error; every statement is also refused when it runs.

A line that mypy or pyright accepts has a comment too many, which is an error to both (`test_type_checkers.py`).
"""

import math

import stanlevels as sl

level = sl.Level()
quantity = sl.Normal(0, 1, over=level)
covariates = sl.covariates("x", "z")
rows = {"y": [1.0, 2.0, 4.0], "g": ["a", "b", "b"]}
mu = sl.Normal(0, 1)
Coin = sl.Model.define("Coin", {"mu": mu, "y": sl.Normal(mu, 1, observed=True)})

# Names of distributions, of arguments, and of settings.
sl.Nromal(0, 1)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
sl.Normal(sigm=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
sl.Normal(0, 1, ordred=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
sl.Poisson(0, logit=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
sl.Normal(0, 1, 2)  # type: ignore[call-arg, arg-type]  # pyright: ignore[reportCallIssue]
sl.Level(witin=level)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
sl.data("x", codin="sum")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]

# What an argument takes.
sl.Normal("x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
sl.Normal(level, 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
sl.Normal(0, 1, over="school")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
sl.Normal(0, 1, over=[level, "school"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
sl.Normal(0, 1, observed=1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
sl.HalfNormal(sl.HalfNormal)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
sl.MultiNormal([0, "x"], [1, 1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
sl.MultiNormal([0, 0], [1, 1], [[1, 0], [0, 1]])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
sl.Level(within="publisher")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
sl.Constant("x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
sl.effects(1, "x", over="g")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
sl.effects(1, "x", over=level, corelated=False)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
sl.effects(1, 0.5, over=level)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
sl.covariates(0.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
sl.mean("x", over="g")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
sl.standardize(1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
sl.polynomial("x", degre=2)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
sl.exp("x")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# What an operator takes.
quantity < 1  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
quantity + "x"  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
quantity @ quantity  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
quantity[1.5]  # type: ignore[index]  # pyright: ignore[reportArgumentType]
level * 2  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
math.exp(quantity)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

# What a verb takes.
Coin.bind(rows, mising="drop")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Coin.bind(rows, missing="dorp")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Coin.fit(rows, metod="mle")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
Coin.bind(rows).fit(chain=4)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
Coin.bind(rows).fit("mle", progress=False).idata  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
Coin.bind(rows).fit("mle", progress=False).summary(lvel=0.9)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
sl.compare(Coin)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
