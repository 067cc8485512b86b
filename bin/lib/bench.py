"""Measure the figures of docs/figures.md; those of time are ratios within one run.

Usage: bin/bench [NAME …] [--write] — all groups of figures, or those named (structure, pages)
"""

import argparse
import sys
from collections.abc import Callable, Mapping

import figures
from console import StartError, run, say
from page_times import page_times

GROUPS: dict[str, Callable[[], Mapping[str, float]]] = {
    "structure": figures.structure,
    "pages": page_times,
}


def main() -> int:
    """Measure and print; return 1 if a figure is not what it must be."""
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure the figures.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(GROUPS)}")
    parser.add_argument("--write", action="store_true", help="write them into docs/figures.md")
    options = parser.parse_args()
    if unknown := [name for name in options.names if name not in GROUPS]:
        raise StartError(f"Nothing is called {unknown[0]}. There are: {', '.join(GROUPS)}.")
    values = {k: v for name in options.names or GROUPS for k, v in GROUPS[name]().items()}
    table, failed = figures.rows(), 0
    for key, value in values.items():
        holds = key not in table or table[key].holds(value)
        failed += not holds
        verdict = "no row" if key not in table else "ok" if holds else "failed"
        say(f"{verdict:8}{key:24}{value:>10,g}  {table[key].must if key in table else ''}")
    if options.write:
        figures.record({key: value for key, value in values.items() if key in table})
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(run(main))
