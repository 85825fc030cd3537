"""Data of the shapes of Bambi's examples."""

import numpy as np
import pandas as pd

from tests.literature.frames import frame


def personality() -> pd.DataFrame:
    """Drug use of 300 people and their big five."""
    rng = np.random.default_rng(41)
    d = pd.DataFrame(rng.normal(120, 20, size=(300, 5)), columns=["o", "c", "e", "a", "n"])
    return d.assign(drugs=rng.normal(2 + 0.006 * d["o"] - 0.004 * d["c"] - 0.006 * d["a"], 0.6))


def cartoons() -> pd.DataFrame:
    """How funny cartoons (stimuli) are, by condition, in 17 studies of 12 people each."""
    rng = np.random.default_rng(42)
    person, stimulus = np.divmod(np.arange(17 * 12 * 4), 4)
    study, condition = person // 12, np.where(person % 2, "smile", "pout")
    of_study, of_stimulus = rng.normal(0, 0.3, 17)[study], rng.normal(0, 0.5, 4)[stimulus]
    mean = 4.5 + of_study + of_stimulus + rng.normal(0, 1, 204)[person]
    return pd.DataFrame(
        {
            "uid": person,
            "study": study,
            "stimulus": stimulus,
            "condition": condition,
            "age": rng.integers(18, 40, 204)[person],
            "gender": rng.choice(["f", "m"], 204)[person],
            "value": rng.normal(mean + 0.05 * (condition == "smile"), 1.5),
        }
    )


def shooter() -> pd.DataFrame:
    """Rates (one over the time) at which 36 subjects decide about 20 targets, each with and without a gun."""
    rng = np.random.default_rng(43)
    subject, target, armed = (i.ravel() for i in np.indices((36, 20, 2)))
    race = np.where(target % 2, "black", "white")
    mean = 1.7 + 0.2 * armed + rng.normal(0, 0.1, 36)[subject] + rng.normal(0, 0.1, 20)[target]
    return pd.DataFrame(
        {
            "subject": subject,
            "target": target,
            "race": race,
            "object": np.where(armed, "gun", "nogun"),
            "rate": rng.normal(mean - 0.05 * armed * (race == "white"), 0.2),
        }
    )


def outliers() -> pd.DataFrame:
    """A line with noise that has heavy tails."""
    rng = np.random.default_rng(44)
    x = np.linspace(0, 1, 100)
    return pd.DataFrame({"x": x, "y": 1 + 2 * x + 0.5 * rng.standard_t(3, 100)})


def falls() -> pd.DataFrame:
    """Heights of what 8 astronauts throw upwards on a planet, at 12 times each."""
    rng = np.random.default_rng(45)
    astronaut, step = np.divmod(np.arange(8 * 12), 12)
    t = step / 6
    velocity, gravity = rng.normal(9, 1, 8)[astronaut], rng.normal(-4, 0.3, 8)[astronaut]
    x = rng.normal(2 + velocity * t + gravity * t**2, 0.3)
    return pd.DataFrame({"astronaut": astronaut, "t": t, "x": x})


def absences() -> pd.DataFrame:
    """Days absent of 314 students, by program and their marks in mathematics."""
    rng = np.random.default_rng(46)
    prog = rng.choice(["General", "Academic", "Vocational"], 314)
    math = rng.integers(20, 99, 314)
    log_days = pd.Series(prog).map({"General": 2.3, "Academic": 1.9, "Vocational": 1.0}) - 0.006 * (math - 48)
    mean = np.exp(log_days)
    return pd.DataFrame({"daysabs": rng.negative_binomial(1.0, 1 / (1 + mean)), "prog": prog, "math": math})


def iris() -> pd.DataFrame:
    """Fisher's irises (package datasets), with names as Bambi's."""
    return frame("datasets", "iris").rename(columns=lambda c: c.lower().replace(".", "_"))


def blossoms() -> pd.DataFrame:
    """Days of the first cherry blossom in 200 years."""
    rng = np.random.default_rng(47)
    year = np.arange(1800, 2000)
    doy = rng.normal(104 + 4 * np.sin(year / 30), 5)
    return pd.DataFrame({"year": year, "doy": doy})


def within_and_between() -> pd.DataFrame:
    """An outcome whose slopes within 25 groups and between them differ."""
    rng = np.random.default_rng(48)
    g = rng.integers(25, size=300)
    group = rng.normal(size=25)
    x = rng.normal(group[g])
    y = rng.normal(1 + 0.5 * x + 2 * group[g] + rng.normal(0, 0.7, 25)[g])
    return pd.DataFrame({"g": g, "x": x, "y": y})


def curves() -> pd.DataFrame:
    """Three groups, each with a smooth curve of its own."""
    rng = np.random.default_rng(74)
    x, fac = rng.uniform(0, 10, 150), np.array(list("abc"))[np.arange(150) % 3]
    mean = np.sin(x + np.arange(150) % 3) * np.where(fac == "b", 2, 1)
    return pd.DataFrame({"x": x, "fac": fac, "y": mean + rng.normal(0, 0.4, 150)})
