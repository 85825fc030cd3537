"""`bin/diagnose`: checks tree depth, divergences, energy, effective sample sizes and R-hat of CSV files."""

from __future__ import annotations

import os
import sys

import csv_draws  # type: ignore[import-not-found]  # beside this script
import numpy as np

EBFMI = 0.3
ESS_PER_CHAIN = 100
RHAT = 1.01


def main() -> None:
    """Print what each check says."""
    files = [file for file in sys.argv[1:] if os.path.isfile(file)]
    for file in sys.argv[1:]:
        if file not in files:
            print(f"File not found: {file}")
    if not files:
        sys.exit("Usage: diagnose <file.csv> [<file.csv> ...]: no input files")
    sample = csv_draws.read(files)
    print("Checking sampler transitions for treedepth, divergences, energy,")
    print("effective sample size and R-hat of", len(files), "chains of", sample.draws.shape[1], "draws.\n")
    checks = (treedepth, divergences, energy, effective_size, rhat)
    good = [check(sample) for check in checks]
    print("Processing complete, no problems detected." if all(good) else "Processing complete.")


def column(sample: csv_draws.Sample, name: str) -> np.ndarray | None:
    """One column of draws (chains, draws), if it is there."""
    return sample.draws[:, :, sample.names.index(name)] if name in sample.names else None


def treedepth(sample: csv_draws.Sample) -> bool:
    """Trajectories that were cut at the maximum tree depth."""
    depths, limit = column(sample, "treedepth__"), int(sample.settings.get("max_depth", 10))
    if depths is None:
        return True
    count = int((depths >= limit).sum())
    if count == 0:
        print(f"Treedepth satisfactory for all transitions (limit {limit}).\n")
        return True
    share = 100 * count / depths.size
    print(f"{count} of {depths.size} ({share:.2f}%) transitions hit the maximum treedepth limit")
    print(f"of {limit}, or 2^{limit} leapfrog steps. They were cut short: sampling is slow, not wrong;")
    print("a larger max_depth, or a better scaled model, helps.\n")
    return False


def divergences(sample: csv_draws.Sample) -> bool:
    """Transitions whose trajectory left the level set."""
    flags = column(sample, "divergent__")
    if flags is None:
        return True
    count = int(flags.sum())
    if count == 0:
        print("No divergent transitions found.\n")
        return True
    print(f"{count} of {flags.size} ({100 * count / flags.size:.2f}%) transitions ended with a divergence.")
    print("Parts of the posterior are not explored, so estimates may be biased. Try adapt delta closer to 1,")
    print("or another parametrisation.\n")
    return False


def energy(sample: csv_draws.Sample) -> bool:
    """Chains whose energy moves too slowly."""
    energies = column(sample, "energy__")
    if energies is None:
        return True
    low = {i + 1: value for i, value in enumerate(map(csv_draws.ebfmi, energies)) if value < EBFMI}
    if not low:
        print("E-BFMI satisfactory.\n")
        return True
    listed = ", ".join(f"chain {chain}: {value:.2f}" for chain, value in low.items())
    print(f"The E-BFMI is below {EBFMI} ({listed}): the sampler may have trouble exploring the tails.")
    print("Another parametrisation may help.\n")
    return False


def parameters(sample: csv_draws.Sample) -> list[tuple[str, np.ndarray]]:
    """Columns of the model that vary."""
    return [
        (name, sample.draws[:, :, i])
        for i, name in enumerate(sample.names)
        if not name.endswith("__") and csv_draws.usable(sample.draws[:, :, i])
    ]


def effective_size(sample: csv_draws.Sample) -> bool:
    """Quantities with few effective draws."""
    least = ESS_PER_CHAIN * sample.draws.shape[0]
    low = [
        name for name, x in parameters(sample) if min(csv_draws.ess_bulk(x), csv_draws.ess_tail(x)) < least
    ]
    if not low:
        print("Rank-normalized split effective sample size satisfactory for all parameters.\n")
        return True
    print(f"The following parameters had fewer than {least} effective draws (bulk or tail):")
    print(" ", ", ".join(low))
    print("Means or quantiles of these may be imprecise: run longer.\n")
    return False


def rhat(sample: csv_draws.Sample) -> bool:
    """Quantities on which the chains disagree."""
    high = [name for name, x in parameters(sample) if csv_draws.rhat_rank(x) > RHAT]
    if not high:
        print("Rank-normalized split R-hat values satisfactory for all parameters.\n")
        return True
    print(f"The following parameters had rank-normalized split R-hat greater than {RHAT}:")
    print(" ", ", ".join(high))
    print("The chains have not mixed: run longer, or look for more than one mode.\n")
    return False


if __name__ == "__main__":
    main()
