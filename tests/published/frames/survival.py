"""Times until something happens, and outcomes of which not all is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.literature.frames import frame

__all__ = ["bent", "kidneys", "liver", "livers", "patients"]


def kidneys() -> pd.DataFrame:
    """Infections where a catheter was put in, two of each patient (McGilchrist and Aisbett 1991)."""
    d = frame("survival", "kidney")
    sex = np.where(d["sex"] == 2, "female", "male")
    return d.assign(patient=d["id"], sex=sex, censored=1 - d["status"]).drop(columns=["id", "frail"])


def patients() -> pd.DataFrame:
    """Survival after mastectomy (package HSAUR): months, and whether patients were alive at the end."""
    d = frame("HSAUR", "mastectomy")
    alive = ~d["event"].astype(bool)
    return pd.DataFrame({"time": d["time"], "metastized": (d["metastized"] == "yes") * 1, "alive": alive})


def bent() -> pd.DataFrame:
    """A line with noise of standard deviation 2: values beyond bounds are at them, or were thrown away."""
    rng = np.random.default_rng(81)
    x = rng.uniform(-10, 10, 100)
    y = rng.normal(x, 2)
    inside = np.abs(y) <= 5
    status = np.where(inside, "none", np.where(y > 0, "right", "left"))
    return pd.DataFrame({"x": x, "y": np.clip(y, -5, 5), "status": status, "inside": inside})


def livers() -> pd.DataFrame:
    """Bilirubin of 40 patients with cirrhosis, visit by visit (package survival)."""
    d = frame("survival", "pbcseq")
    d = d[d["id"] <= 40]
    return pd.DataFrame({"id": d["id"], "year": d["day"] / 365.25, "logBili": np.log(d["bili"])})


def liver() -> dict[str, pd.DataFrame]:
    """How long the same patients lived, and who was alive at the end."""
    d = frame("survival", "pbcseq")
    d = d[d["id"] <= 40].drop_duplicates("id")
    female, treated = (d["sex"] == "f") * 1, (d["trt"] == 1) * 1
    futime, alive = d["futime"] / 365.25, d["status"] != 2
    columns = {"id": d["id"], "futime": futime, "alive": alive, "sex": female, "trt": treated}
    return {"patient": pd.DataFrame(columns)}
