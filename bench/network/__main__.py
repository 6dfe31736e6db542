"""Run rows of the table, or all: `make bench-network ARGS="20k-5 cut-25 --runs 1 --more"`."""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright, sync_playwright

from bench.network import ends, media, namespaces, results
from bench.network.call import run
from bench.network.link import Links
from bench.network.rows import ROWS, Row, is_busy

AGAIN = 2
"""how often a run is repeated because the machine was busy"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=ends.VARIANTS)
    parser.add_argument("--more", action="store_true", help="keep the runs that there are and add to them")
    wanted = parser.parse_args()
    if unknown := set(wanted.rows) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    if reason := namespaces.missing():
        sys.exit(reason)
    print(f"The voice is {media.spoken_by()}.", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder, Links() as links, sync_playwright() as playwright:
        props = ends.props(Path(folder))
        for name in wanted.rows or ROWS:
            variants = [one for one in ROWS[name].variants if wanted.only in (None, one)]
            figures = _row(playwright, links, props, ROWS[name], variants, wanted.runs)
            kept = results.earlier()
            row = kept.setdefault(name, {})
            for one in variants:
                before = row[one]["runs"] if wanted.more and one in row else []
                row[one] = results.gathered(before + figures[one])
            results.write(kept)


def _row(
    playwright: Playwright, links: Links, props: ends.Props, row: Row, variants: list[str], runs: int
) -> dict[str, list[dict[str, Any]]]:
    """The variants take turns, so that a busy minute is not one's alone."""
    figures: dict[str, list[dict[str, Any]]] = {variant: [] for variant in variants}
    for number in range(runs):
        for variant in variants:
            for _ in range(1 + AGAIN):
                found = run(playwright, links, props, row.cell, variant)
                print(f"{row.name} {variant} {number + 1}/{runs}: {found}", file=sys.stderr, flush=True)
                if not is_busy(found):
                    break
            figures[variant].append(found)
    return figures


if __name__ == "__main__":
    main()
