"""Test results of students: five nested levels, crossed with socio-economic background.

Measurements are repeated in students, students sit in classrooms, in schools, in districts, in states.
Labels repeat ("classroom 1" exists in every school), so each level says what it lies within. Background
cuts across all of them: the graph is not a tree.
"""

import numpy as np
import pandas as pd

import stanlevels as sl


class Students(sl.Model):
    """Scores by state, district, school, classroom and student, and by background."""

    state = sl.Level()
    district = sl.Level(within=state)
    school = sl.Level(within=district)
    classroom = sl.Level(within=school)
    student = sl.Level(within=classroom)
    background = sl.Level()

    overall = sl.Normal(50, 20)
    state_sd = sl.HalfNormal(5)
    district_sd = sl.HalfNormal(5)
    school_sd = sl.HalfNormal(5)
    classroom_sd = sl.HalfNormal(5)
    student_sd = sl.HalfNormal(10)
    background_sd = sl.HalfNormal(5)
    noise = sl.HalfNormal(10)

    of_state = sl.Normal(overall, state_sd, over=state)
    of_district = sl.Normal(of_state, district_sd, over=district)
    of_school = sl.Normal(of_district, school_sd, over=school)
    of_classroom = sl.Normal(of_school, classroom_sd, over=classroom)
    of_student = sl.Normal(of_classroom, student_sd, over=student)
    of_background = sl.Normal(0, background_sd, over=background)
    score = sl.Normal(of_student + of_background, noise, observed=True)


TRUE_SDS = {"state": 3.0, "district": 2.0, "school": 2.5, "classroom": 2.0, "student": 6.0}


def simulate(seed: int = 1) -> tuple[pd.DataFrame, dict]:
    """Two scores of each of 720 students, with the true values that made them."""
    rng = np.random.default_rng(seed)
    units = pd.DataFrame({"value": [50.0]})
    for (level, sd), size in zip(TRUE_SDS.items(), (6, 3, 3, 2, 6 + 1), strict=True):
        units = units.loc[units.index.repeat(size)].reset_index(drop=True)
        units[level] = np.tile([f"{level} {i + 1}" for i in range(size)], len(units) // size)
        shift = rng.normal(0, sd, size=len(units))
        units["value"] += shift - shift.mean() * (level == "state")
    backgrounds = pd.Series({"poor": -4.0, "modest": -1.0, "middle": 1.0, "rich": 4.0})
    units["background"] = rng.choice(backgrounds.index, size=len(units))
    rows = units.loc[units.index.repeat(2)].reset_index(drop=True)
    rows["score"] = rng.normal(rows["value"] + backgrounds[rows["background"]].to_numpy(), 4.0)
    truth = {f"{level}_sd": sd for level, sd in TRUE_SDS.items()}
    truth |= {"overall": 50.0, "background_sd": 3.4, "noise": 4.0, "of_background": backgrounds}
    return rows.drop(columns="value"), truth


def main(seed: int = 1, **settings):
    """Fit, and print what was found beside what is true."""
    data, truth = simulate()
    bound = Students.bind(data)
    print(bound.plan, end="\n\n")
    fit = bound.fit(seed=seed, **settings)

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
