"""Test results of students: five nested levels, crossed with socio-economic background.

Measurements are repeated in students, students sit in classrooms, in schools, in districts, in states.
Labels repeat ("classroom 1" exists in every school), so each level says what it lies within. Background
cuts across all of them: the graph is not a tree.
"""

import numpy as np
import pandas as pd

import stanlevels as sl


class Students(sl.Model):
    """Standardised scores by state, district, school, classroom and student, and by background."""

    state = sl.Level()
    district = sl.Level(within=state)
    school = sl.Level(within=district)
    classroom = sl.Level(within=school)
    student = sl.Level(within=classroom)
    background = sl.Level()

    overall = sl.Normal(0, 1)
    state_sd = sl.HalfNormal(1)
    district_sd = sl.HalfNormal(1)
    school_sd = sl.HalfNormal(1)
    classroom_sd = sl.HalfNormal(1)
    student_sd = sl.HalfNormal(1)
    background_sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)

    of_state = sl.Normal(overall, state_sd, over=state)
    of_district = sl.Normal(of_state, district_sd, over=district)
    of_school = sl.Normal(of_district, school_sd, over=school)
    of_classroom = sl.Normal(of_school, classroom_sd, over=classroom)
    of_background = sl.Normal(0, background_sd, over=background)
    of_student = sl.Normal(of_classroom + of_background, student_sd, over=student)
    score = sl.Normal(of_student, noise, observed=True)


SIZES = {"state": 8, "district": 3, "school": 2, "classroom": 3, "student": 4}
TRUE_SDS = {"state": 0.3, "district": 0.25, "school": 0.3, "classroom": 0.3, "student": 0.6}
BACKGROUNDS = {
    "unskilled": -0.5,
    "manual": -0.3,
    "clerical": -0.1,
    "trade": 0.1,
    "technical": 0.3,
    "academic": 0.5,
}


def simulate(seed: int = 1) -> tuple[pd.DataFrame, dict]:
    """Two scores of each of 576 students, with the true values that made them."""
    rng = np.random.default_rng(seed)
    units = pd.DataFrame({"value": [0.0]})
    for level, size in SIZES.items():
        units = units.loc[units.index.repeat(size)].reset_index(drop=True)
        units[level] = np.tile([f"{level} {i + 1}" for i in range(size)], len(units) // size)
        units["value"] += rng.normal(0, TRUE_SDS[level], size=len(units))
    units["background"] = rng.choice(list(BACKGROUNDS), size=len(units))
    rows = units.loc[units.index.repeat(2)].reset_index(drop=True)
    rows["score"] = rng.normal(rows.pop("value") + rows["background"].map(BACKGROUNDS), 0.4)
    backgrounds = pd.Series(BACKGROUNDS)
    truth = {"overall": 0.0} | {f"{level}_sd": sd for level, sd in TRUE_SDS.items()}
    truth |= {"background_sd": backgrounds.std(ddof=0), "noise": 0.4}
    return rows, truth | {"of_background": backgrounds}


def main(seed: int = 1, target_accept: float = 0.9, **settings):
    """Fit, and print what was found beside what is true."""
    data, truth = simulate()
    bound = Students.bind(data)
    print(bound.plan, end="\n\n")
    fit = bound.fit(seed=seed, target_accept=target_accept, **settings)

    summary = fit.summary()
    summary.insert(0, "truth", pd.Series(truth))
    print(summary.round(2).to_string(), end="\n\n")

    backgrounds = fit.effects("of_background").set_index("background")
    backgrounds.insert(0, "truth", truth["of_background"])
    print(backgrounds.round(2).to_string(), end="\n\n")
    print("the ten classrooms with the highest scores")
    classrooms = fit.effects("of_classroom").nlargest(10, "estimate")
    print(classrooms.round(2).to_string(index=False))
    return fit


if __name__ == "__main__":
    main()
