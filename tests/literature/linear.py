"""Linear mixed models of the literature, on the data sets of lme4, nlme and mlmRev."""

from typing import Any

import pandas as pd

import stanlevels as sl
from tests.literature.frames import frame


def effect() -> Any:
    return sl.Normal(0, 1000)


def sd() -> Any:
    return sl.HalfNormal(100)


class Sleep(sl.Model):
    """Reaction ~ Days + (Days | Subject)."""

    subject = sl.Level("Subject")
    intercept = effect()
    slope = effect()
    component = sl.Index(["intercept", "slope"])
    sds = sl.HalfNormal(50, over=component)
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([intercept, slope], sds, corr, over=subject)
    noise = sd()
    Reaction = sl.Normal(B[0] + B[1] * sl.data("Days"), noise, observed=True)


class SleepIndependent(sl.Model):
    """Reaction ~ Days + (Days || Subject)."""

    subject = sl.Level("Subject")
    intercept = effect()
    slope = effect()
    intercept_sd = sd()
    slope_sd = sd()
    A = sl.Normal(intercept, intercept_sd, over=subject)
    B = sl.Normal(slope, slope_sd, over=subject)
    noise = sd()
    Reaction = sl.Normal(A + B * sl.data("Days"), noise, observed=True)


class SleepSlope(sl.Model):
    """Reaction ~ Days + (0 + Days | Subject)."""

    subject = sl.Level("Subject")
    intercept = effect()
    slope = effect()
    slope_sd = sd()
    B = sl.Normal(slope, slope_sd, over=subject)
    noise = sd()
    Reaction = sl.Normal(intercept + B * sl.data("Days"), noise, observed=True)


class Dyestuff(sl.Model):
    """Yield ~ 1 + (1 | Batch)."""

    batch = sl.Level("Batch")
    mean = effect()
    batch_sd = sd()
    noise = sd()
    B = sl.Normal(mean, batch_sd, over=batch)
    Yield = sl.Normal(B, noise, observed=True)


class Penicillin(sl.Model):
    """diameter ~ 1 + (1 | plate) + (1 | sample)."""

    plate = sl.Level()
    dish = sl.Level("sample")
    mean = effect()
    plate_sd = sd()
    sample_sd = sd()
    noise = sd()
    P = sl.Normal(0, plate_sd, over=plate)
    S = sl.Normal(0, sample_sd, over=dish)
    diameter = sl.Normal(mean + P + S, noise, observed=True)


class Pastes(sl.Model):
    """strength ~ 1 + (1 | batch / cask)."""

    batch = sl.Level()
    cask = sl.Level(within=batch)
    mean = effect()
    batch_sd = sd()
    cask_sd = sd()
    noise = sd()
    B = sl.Normal(mean, batch_sd, over=batch)
    C = sl.Normal(B, cask_sd, over=cask)
    strength = sl.Normal(C, noise, observed=True)


class Rail(sl.Model):
    """travel ~ 1 + (1 | Rail)."""

    rail = sl.Level("Rail")
    mean = effect()
    rail_sd = sd()
    noise = sd()
    R = sl.Normal(mean, rail_sd, over=rail)
    travel = sl.Normal(R, noise, observed=True)


class Machines(sl.Model):
    """score ~ Machine + (1 | Worker / Machine)."""

    worker = sl.Level("Worker")
    machine = sl.Level("Machine", within=worker)
    X = sl.covariates(sl.data("Machine", categorical=True))
    b = sl.Normal(0, 100, over=X)
    mean = effect()
    worker_sd = sd()
    machine_sd = sd()
    noise = sd()
    W = sl.Normal(mean, worker_sd, over=worker)
    M = sl.Normal(0, machine_sd, over=machine)
    score = sl.Normal(W + M + b @ X, noise, observed=True)


class MachinesByWorker(sl.Model):
    """score ~ Machine + (0 + Machine | Worker)."""

    worker = sl.Level("Worker")
    a, b, c = effect(), effect(), effect()
    machine = sl.Index(["A", "B", "C"])
    sds = sl.HalfNormal(50, over=machine)
    corr = sl.LKJCholesky(2, dim=3)
    W = sl.MultiNormal([a, b, c], sds, corr, over=worker)
    noise = sd()
    score = sl.Normal(
        W[0] * sl.data("is_A") + W[1] * sl.data("is_B") + W[2] * sl.data("is_C"), noise, observed=True
    )


class Oats(sl.Model):
    """yield ~ nitro + (1 | Block / Variety)."""

    block = sl.Level("Block")
    variety = sl.Level("Variety", within=block)
    mean = effect()
    nitro = effect()
    block_sd = sd()
    variety_sd = sd()
    noise = sd()
    B = sl.Normal(mean, block_sd, over=block)
    V = sl.Normal(B, variety_sd, over=variety)
    amount = sl.Normal(V + nitro * sl.data("nitro"), noise, observed="yield")


class Orthodont(sl.Model):
    """distance ~ age + (age | Subject)."""

    subject = sl.Level("Subject")
    intercept = effect()
    age = effect()
    component = sl.Index(["intercept", "age"])
    sds = sl.HalfNormal(50, over=component)
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([intercept, age], sds, corr, over=subject)
    noise = sd()
    distance = sl.Normal(B[0] + B[1] * sl.data("age"), noise, observed=True)


class ErgoStool(sl.Model):
    """effort ~ Type + (1 | Subject)."""

    subject = sl.Level("Subject")
    X = sl.covariates(sl.data("Type", categorical=True))
    b = sl.Normal(0, 100, over=X)
    mean = effect()
    subject_sd = sd()
    noise = sd()
    S = sl.Normal(mean, subject_sd, over=subject)
    effort = sl.Normal(S + b @ X, noise, observed=True)


class ScotsSec(sl.Model):
    """attain ~ sex + (1 | primary) + (1 | second)."""

    primary = sl.Level()
    second = sl.Level()
    X = sl.covariates("female")
    b = sl.Normal(0, 100, over=X)
    mean = effect()
    primary_sd = sd()
    second_sd = sd()
    noise = sd()
    P = sl.Normal(0, primary_sd, over=primary)
    S = sl.Normal(0, second_sd, over=second)
    attain = sl.Normal(mean + b @ X + P + S, noise, observed=True)


class Egsingle(sl.Model):
    """math ~ year * size + female + (1 | childid) + (1 | schoolid)."""

    school = sl.Level("schoolid")
    child = sl.Level("childid")
    X = sl.covariates("year", "size", "year_size", "female")
    b = sl.Normal(0, 100, over=X)
    mean = effect()
    child_sd = sd()
    school_sd = sd()
    noise = sd()
    C = sl.Normal(0, child_sd, over=child)
    S = sl.Normal(0, school_sd, over=school)
    math = sl.Normal(mean + b @ X + C + S, noise, observed=True)


class Chem97(sl.Model):
    """score ~ 1 + (1 | lea / school); school numbers do not repeat."""

    lea = sl.Level()
    school = sl.Level()
    mean = effect()
    school_sd = sd()
    lea_sd = sd()
    noise = sd()
    L = sl.Normal(mean, lea_sd, over=lea)
    S = sl.Normal(0, school_sd, over=school)
    score = sl.Normal(L + S, noise, observed=True)


class Chem97Lea(Chem97):
    """score ~ 1 + (1 | lea)."""

    score = sl.Normal(Chem97.L, Chem97.noise, observed=True)


class Hsb82(sl.Model):
    """mAch ~ meanses * cses + sector * cses + (cses | school)."""

    school = sl.Level()
    X = sl.covariates("meanses", "catholic", "meanses_cses", "catholic_cses")
    b = sl.Normal(0, 100, over=X)
    intercept = effect()
    cses = effect()
    component = sl.Index(["intercept", "cses"])
    sds = sl.HalfNormal(50, over=component)
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([intercept, cses], sds, corr, over=school)
    noise = sd()
    mAch = sl.Normal(B[0] + B[1] * sl.data("cses") + b @ X, noise, observed=True)


class InstEval(sl.Model):
    """y ~ service * dept + (1 | s) + (1 | d)."""

    student = sl.Level("s")
    lecturer = sl.Level("d")
    X = sl.covariates(sl.data("dept", categorical=True))
    by_dept = sl.Normal(0, 100, over=X)
    service_by_dept = sl.Normal(0, 100, over=X)
    mean = effect()
    service = effect()
    student_sd = sd()
    lecturer_sd = sd()
    noise = sd()
    S = sl.Normal(0, student_sd, over=student)
    L = sl.Normal(0, lecturer_sd, over=lecturer)
    y = sl.Normal(
        mean + by_dept @ X + (service + service_by_dept @ X) * sl.data("service") + S + L,
        noise,
        observed=True,
    )


class InstEvalThree(sl.Model):
    """y ~ service + (1 | s) + (1 | d) + (1 | dept)."""

    student = sl.Level("s")
    lecturer = sl.Level("d")
    dept = sl.Level()
    mean = effect()
    service = effect()
    student_sd = sd()
    lecturer_sd = sd()
    dept_sd = sd()
    noise = sd()
    S = sl.Normal(0, student_sd, over=student)
    L = sl.Normal(0, lecturer_sd, over=lecturer)
    D = sl.Normal(0, dept_sd, over=dept)
    y = sl.Normal(mean + service * sl.data("service") + S + L + D, noise, observed=True)


class Cake(sl.Model):
    """angle ~ recipe * temperature + (1 | recipe:replicate), temperature as a factor."""

    recipe = sl.Level()
    batch = sl.Level("replicate", within=recipe)
    R = sl.covariates(sl.data("recipe", categorical=True))
    T = sl.covariates(sl.data("temperature", categorical=True))
    RT = sl.covariates(*[f"recipe{r}_{t}" for r in "BC" for t in range(185, 235, 10)])
    r = sl.Normal(0, 100, over=R)
    t = sl.Normal(0, 100, over=T)
    rt = sl.Normal(0, 100, over=RT)
    mean = effect()
    batch_sd = sd()
    noise = sd()
    B = sl.Normal(mean, batch_sd, over=batch)
    angle = sl.Normal(B + r @ R + t @ T + rt @ RT, noise, observed=True)


def machines() -> pd.DataFrame:
    data = frame("nlme", "Machines")
    return data.assign(**{f"is_{m}": (data["Machine"] == m).astype(int) for m in "ABC"})


def scots() -> pd.DataFrame:
    data = frame("mlmRev", "ScotsSec")
    return data.assign(female=(data["sex"] == "F").astype(int))


def egsingle() -> pd.DataFrame:
    data = frame("mlmRev", "egsingle")
    return data.assign(year_size=data["year"] * data["size"], female=(data["female"] == "Female").astype(int))


def hsb() -> pd.DataFrame:
    data = frame("mlmRev", "Hsb82")
    catholic = (data["sector"] == "Catholic").astype(int)
    return data.assign(
        catholic=catholic, meanses_cses=data["meanses"] * data["cses"], catholic_cses=catholic * data["cses"]
    )


def cake() -> pd.DataFrame:
    data = frame("lme4", "cake")
    made = {
        f"recipe{r}_{t}": ((data["recipe"] == r) & (data["temperature"] == t)).astype(int)
        for r in "BC"
        for t in range(185, 235, 10)
    }
    return data.assign(**made)


def insteval() -> pd.DataFrame:
    return frame("lme4", "InstEval")
