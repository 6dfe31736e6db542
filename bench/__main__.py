"""Run the named benches, or all: `make bench`, `make bench ARGS=pages`."""

import sys

from bench import calls, journey, load, pages, waiting

BENCHES = {
    "calls": calls.measure,
    "pages": pages.measure,
    "load": load.measure,
    "journey": journey.measure,
    "waiting": waiting.measure,
}

for name in sys.argv[1:] or list(BENCHES):
    print(f"\n== {name}", flush=True)
    BENCHES[name]()
