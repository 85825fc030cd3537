"""Draws of CmdStan's CSV files and the statistics that summarise them.

Stands alone beside its two scripts: NumPy is all it needs. The formulas are those of Vehtari, Gelman,
Simpson, Carpenter and Buerkner (2021), Rank-normalization, folding, and localization, Bayesian Analysis
16(2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np


@dataclass(frozen=True)
class Sample:
    """Chains of one model.

    Attributes
    ----------
    names : list of str
        Columns, as `theta[1,2]`.
    draws : ndarray, shape (chains, draws, columns)
        Without warm-up.
    settings : dict of str to str
        The configuration of the first file.
    """

    names: list[str]
    draws: np.ndarray
    settings: dict[str, str]


def read(files: list[str]) -> Sample:
    """Read chains; the shortest decides how many draws are used."""
    chains: list[np.ndarray] = []
    header: list[str] | None = None
    settings: dict[str, str] = {}
    for file in files:
        names, rows, found = _read_one(file)
        if header is not None and names != header:
            raise SystemExit(f"Error: {file} has other columns than {files[0]}")
        header, settings = names, settings or found
        chains.append(rows)
    shortest = min(len(rows) for rows in chains)
    if shortest == 0:
        raise SystemExit(f"Error: no draws in {files[min(range(len(chains)), key=lambda i: len(chains[i]))]}")
    draws = np.array([rows[:shortest] for rows in chains])
    return Sample([pretty(name) for name in header or []], draws, settings)


def _read_one(file: str) -> tuple[list[str], np.ndarray, dict[str, str]]:
    names: list[str] = []
    settings: dict[str, str] = {}
    rows = []
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#"):
                match = re.match(r"#\s*(\w+) = (.*?)(?: \(Default\))?$", line)
                if match:
                    settings.setdefault(match[1], match[2].strip())
            elif not names:
                names = line.strip().split(",")
            elif line.strip():
                rows.append(np.array(line.split(","), dtype=float))
    if not names or any(len(row) != len(names) for row in rows):
        raise SystemExit(f"Error: {file} is not a whole CSV file of CmdStan")
    table = np.array(rows).reshape(len(rows), len(names))
    return names, table[_saved_warmup(settings) :], settings


def _saved_warmup(settings: dict[str, str]) -> int:
    if settings.get("save_warmup") not in ("1", "true") or settings.get("algorithm") == "fixed_param":
        return 0
    return -(-int(settings.get("num_warmup", 0)) // int(settings.get("thin", 1)))


def pretty(name: str) -> str:
    """`theta.1.2` as `theta[1,2]`; parts of a tuple, `pair:2.1`, as `pair.2[1]`."""
    parts = []
    for part in name.split(":"):
        stem, *indices = part.split(".")
        parts.append(stem + (f"[{','.join(indices)}]" if indices else ""))
    return ".".join(parts)


def split(x: np.ndarray) -> np.ndarray:
    """Halves of chains (chains, draws); the middle draw of an odd number is left out."""
    half = x.shape[1] // 2
    return np.concatenate([x[:, :half], x[:, -half:]])


def normal_scores(x: np.ndarray) -> np.ndarray:
    """Normal quantiles of the pooled ranks, ties sharing their mean rank."""
    flat = x.ravel()
    _, order, counts = np.unique(flat, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[order.ravel()]
    inverse = NormalDist().inv_cdf
    levels = (np.arange(0.5, flat.size + 0.75, 0.5) - 0.375) / (flat.size + 0.25)
    table = np.array([inverse(p) if 0 < p < 1 else np.nan for p in levels])
    scores: np.ndarray = table[np.rint(2 * ranks - 1).astype(int)]
    return scores.reshape(x.shape)


def usable(x: np.ndarray) -> bool:
    """Whether anything can be said: finite, not constant, at least 4 draws a chain."""
    return bool(np.isfinite(x).all() and np.ptp(x) > 0 and x.shape[1] >= 4)


def ess(x: np.ndarray) -> float:
    """Effective sample size of the mean of chains (chains, draws), by Geyer's initial monotone sequence."""
    chains, n = x.shape
    centred = x - x.mean(axis=1, keepdims=True)
    size = 2 ** int(np.ceil(np.log2(2 * n)))
    spectrum = np.fft.rfft(centred, size, axis=1)
    autocovariance = np.fft.irfft(np.abs(spectrum) ** 2, size, axis=1)[:, :n] / n
    within = autocovariance[:, 0].mean() * n / (n - 1)
    total = within * (n - 1) / n + (x.mean(axis=1).var(ddof=1) if chains > 1 else 0.0)
    if not total > 0:
        return float("nan")
    rho = 1 - (within - autocovariance.mean(axis=0)) / total
    rho[0] = 1
    pairs = rho[: max(2, (n - 2) // 2 * 2)].reshape(-1, 2).sum(axis=1)
    negative = np.flatnonzero(pairs < 0)
    kept = int(negative[0]) if negative.size else len(pairs)
    after = max(float(rho[2 * kept]), 0.0) if 2 * kept < n else 0.0
    tau = max(-1 + 2 * np.minimum.accumulate(pairs[:kept]).sum() + after, 1 / np.log10(chains * n))
    return float(chains * n / tau)


def rhat(x: np.ndarray) -> float:
    """Potential scale reduction of chains (chains, draws)."""
    n = x.shape[1]
    within = x.var(axis=1, ddof=1).mean()
    between = n * x.mean(axis=1).var(ddof=1)
    return float(np.sqrt((n - 1) / n + between / within / n)) if within > 0 else float("nan")


def ess_bulk(x: np.ndarray) -> float:
    """Of the centre of the distribution."""
    return ess(normal_scores(split(x))) if usable(x) else float("nan")


def ess_tail(x: np.ndarray) -> float:
    """The smaller of those of the 5 % and 95 % quantiles."""
    if not usable(x):
        return float("nan")
    below = [split((x <= np.quantile(x, q)).astype(float)) for q in (0.05, 0.95)]
    return min(ess(part) for part in below)


def rhat_rank(x: np.ndarray) -> float:
    """The larger of those of the centre and of the spread."""
    if not usable(x):
        return float("nan")
    folded = np.abs(x - np.median(x))
    spread = rhat(normal_scores(split(folded))) if np.ptp(folded) > 0 else float("nan")
    return float(np.fmax(rhat(normal_scores(split(x))), spread))


def mcse(x: np.ndarray) -> float:
    """Monte Carlo standard error of the mean."""
    return float(x.std(ddof=1) / np.sqrt(ess(split(x)))) if usable(x) else float("nan")


def ebfmi(energy: np.ndarray) -> float:
    """Energy fraction of missing information of one chain (Betancourt 2016)."""
    return float((np.diff(energy) ** 2).mean() / energy.var(ddof=1)) if np.ptp(energy) > 0 else float("nan")
