"""A table of counts as data: 4,526 applicants in 24 rows, by frequency weights.

Admissions to the six largest departments of Berkeley in 1973: P. J. Bickel, E. A. Hammel and
J. W. O'Connell (1975), Sex bias in graduate admissions: data from Berkeley, Science 187, 398-404.
Men were admitted more often, but within departments they were not.
"""

import pandas as pd

import stanlevels as sl

COUNTS = {  # admitted men, rejected men, admitted women, rejected women
    "A": (512, 313, 89, 19),
    "B": (353, 207, 17, 8),
    "C": (120, 205, 202, 391),
    "D": (138, 279, 131, 244),
    "E": (53, 138, 94, 299),
    "F": (22, 351, 24, 317),
}


class Admissions(sl.Model):
    """Log odds of admission by department and sex."""

    department = sl.Level()

    overall = sl.Normal(0, 1.5)
    department_sd = sl.HalfNormal(1.5)
    male_effect = sl.Normal(0, 1)

    of_department = sl.Normal(overall, department_sd, over=department)
    admitted = sl.Bernoulli(
        logit=of_department + male_effect * sl.data("male"), observed=True, weights="applicants"
    )


def load() -> pd.DataFrame:
    """A row for every combination of department, sex and outcome, with its number of applicants."""
    rows = [
        {"department": department, "male": 1 - k // 2, "admitted": 1 - k % 2, "applicants": count}
        for department, counts in COUNTS.items()
        for k, count in enumerate(counts)
    ]
    return pd.DataFrame(rows)


def main(seed: int = 1, **settings):
    """Fit, and print what was found."""
    fit = Admissions.fit(load(), seed=seed, **settings)
    print(fit.summary(), end="\n\n")
    print(fit.effects("of_department"))
    return fit


if __name__ == "__main__":
    main()
