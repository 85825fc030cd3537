"""`bin/diagnose`: checks tree depth, divergences, energy, effective sample sizes and R-hat of CSV files."""

from __future__ import annotations

import os
import sys

import csv_draws  # type: ignore[import-not-found]  # beside this script
import numpy as np

EBFMI = 0.3
ESS_PER_TRANSITION = 0.001
RHAT = 1.05
"""Thresholds, and below the words, are those that CmdStan's own tool shows: other programs look for them."""


def main() -> None:
    """Print what each check says."""
    if len(sys.argv) == 1:
        print("USAGE: diagnose <filename 1> [<filename 2> ... <filename N>]\n")
        return
    files = [file for file in sys.argv[1:] if os.path.isfile(file)]
    for file in sys.argv[1:]:
        if file not in files:
            print(f"File not found: {file}")
    if not files:
        sys.exit("No valid input files, exiting.")
    sample = csv_draws.read(files)
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
    print("Checking sampler transitions treedepth.")
    count = int((depths >= limit).sum())
    if count == 0:
        print("Treedepth satisfactory for all transitions.\n")
        return True
    print(f"{count} of {depths.size} ({100 * count / depths.size:.2g}%) transitions hit the maximum", end=" ")
    print(f"treedepth limit of {limit}, or 2^{limit} leapfrog steps.")
    print("Trajectories that are prematurely terminated due to this limit will result in slow exploration.")
    print("For optimal performance, increase this limit.\n")
    return False


def divergences(sample: csv_draws.Sample) -> bool:
    """Transitions whose trajectory left the level set."""
    flags = column(sample, "divergent__")
    if flags is None:
        return True
    print("Checking sampler transitions for divergences.")
    count = int(flags.sum())
    if count == 0:
        print("No divergent transitions found.\n")
        return True
    print(f"{count} of {flags.size} ({100 * count / flags.size:.2g}%) transitions ended with a divergence.")
    print("These divergent transitions indicate that HMC is not fully able to explore the posterior", end=" ")
    print("distribution.\nTry increasing adapt delta closer to 1.")
    print("If this doesn't remove all divergences, try to reparameterize the model.\n")
    return False


def energy(sample: csv_draws.Sample) -> bool:
    """Whether the energy of a chain moves too slowly."""
    energies = column(sample, "energy__")
    if energies is None:
        return True
    print("Checking E-BFMI - sampler transitions HMC potential energy.")
    low = [value for value in map(csv_draws.ebfmi, energies) if value < EBFMI]
    if not low:
        print("E-BFMI satisfactory.\n")
        return True
    print(
        f"The E-BFMI, {min(low):.2g}, is below the nominal threshold of {EBFMI:.2f} which suggests", end=" "
    )
    print("suggests that HMC may have trouble exploring the target distribution.")
    print("If possible, try to reparameterize the model.\n")
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
    least = ESS_PER_TRANSITION * sample.draws.shape[0] * sample.draws.shape[1]
    low = [
        name for name, x in parameters(sample) if min(csv_draws.ess_bulk(x), csv_draws.ess_tail(x)) < least
    ]
    if not low:
        print("Rank-normalized split effective sample size satisfactory for all parameters.\n")
        return True
    print(f"The following parameters had fewer than {ESS_PER_TRANSITION} effective draws per transition:")
    print(" ", ", ".join(low))
    print("Such low values indicate that the effective sample size estimators may be biased high", end=" ")
    print("and actual performance may be substantially lower than quoted.\n")
    return False


def rhat(sample: csv_draws.Sample) -> bool:
    """Quantities on which the chains disagree."""
    high = [name for name, x in parameters(sample) if csv_draws.rhat_rank(x) > RHAT]
    if not high:
        print("Rank-normalized split R-hat values satisfactory for all parameters.\n")
        return True
    print(f"The following parameters had rank-normalized split R-hat greater than {RHAT}:")
    print(" ", ", ".join(high))
    print("Such high values indicate incomplete mixing and biased estimation.")
    print("A reparameterisation, or more prior information, may help.\n")
    return False


if __name__ == "__main__":
    main()
