"""Run the named benches, or all: `make bench`, `make bench ARGS=pages`."""

import sys

from bench import calls, journey, load, pages

BENCHES = {"calls": calls.measure, "pages": pages.measure, "load": load.measure, "journey": journey.measure}

for name in sys.argv[1:] or list(BENCHES):
    print(f"\n== {name}", flush=True)
    BENCHES[name]()
