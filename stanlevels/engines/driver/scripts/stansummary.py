"""`bin/stansummary`: means, quantiles, effective sample sizes and R-hat of the chains in CSV files."""

from __future__ import annotations

import argparse
import csv
import sys

import csv_draws  # type: ignore[import-not-found]  # beside this script
import numpy as np


def arguments() -> argparse.Namespace:
    """The command line, as CmdStan's stansummary takes it."""
    parser = argparse.ArgumentParser(prog="stansummary", description=__doc__)
    parser.add_argument("files", nargs="+", help="CSV files of method=sample, one per chain")
    parser.add_argument("-p", "--percentiles", default="5,50,95", help="comma separated, from 1 to 99")
    parser.add_argument("-s", "--sig_figs", type=int, default=2, help="significant digits, 1 to 18")
    parser.add_argument("-c", "--csv_filename", help="write a CSV file too")
    parser.add_argument("-i", "--include_param", action="append", help="only this column; may be repeated")
    return parser.parse_args()


def row(x: np.ndarray, percentiles: list[float]) -> list[float]:
    """The statistics of one column of draws (chains, draws)."""
    median = np.median(x)
    scale = 1.482602218505602  # of the median absolute deviation to a standard deviation, for a normal
    return [
        float(x.mean()), csv_draws.mcse(x), float(x.std(ddof=1)),
        float(scale * np.median(np.abs(x - median))),
        *(float(np.percentile(x, p)) for p in percentiles),
        csv_draws.ess_bulk(x), csv_draws.ess_tail(x), csv_draws.rhat_rank(x),
    ]  # fmt: skip


def main() -> None:
    """Print the table; write it where asked."""
    args = arguments()
    percentiles = [float(p) for p in args.percentiles.split(",")]
    if not percentiles or not all(0 < p < 100 for p in percentiles) or not 1 <= args.sig_figs <= 18:
        sys.exit("Error: percentiles lie between 1 and 99, sig_figs between 1 and 18")
    sample = csv_draws.read(args.files)
    unknown = [name for name in args.include_param or [] if name not in sample.names]
    if unknown:
        sys.exit(f"Error: no column {', '.join(unknown)} in {args.files[0]}")
    quantiles = [f"{p:g}%" for p in percentiles]
    head = ["Mean", "MCSE", "StdDev", "MAD", *quantiles, "ESS_bulk", "ESS_tail", "R_hat"]
    table = [
        [name, *(f"{value:.{args.sig_figs}g}" for value in row(sample.draws[:, :, i], percentiles))]
        for i, name in enumerate(sample.names)
        if not args.include_param or name in args.include_param
    ]
    if args.csv_filename:
        with open(args.csv_filename, "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([["name", *head], *table])
    print_table(sample, head, table)


def print_table(sample: csv_draws.Sample, head: list[str], table: list[list[str]]) -> None:
    """Columns aligned, names to the left."""
    n_chains, n_draws, _ = sample.draws.shape
    print(f"Inference for Stan model: {sample.settings.get('model', '?')}")
    print(f"{n_chains} chains of {n_draws} draws each\n")
    widths = [max(len(line[i]) for line in [["", *head], *table]) for i in range(len(head) + 1)]
    for name, *values in [["", *head], *table]:
        cells = [value.rjust(width) for value, width in zip(values, widths[1:], strict=True)]
        print("  ".join([name.ljust(widths[0]), *cells]))


if __name__ == "__main__":
    main()
