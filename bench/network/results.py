"""What the runs of all rows come to: medians with their spread, kept until a row is run again."""

import json
import math
from statistics import median, mode
from typing import Any

from bench.network import chart
from bench.network.media import spoken_by
from bench.network.rows import NAMES, ROWS, WAITED_FOR, Row, counted, medians
from bench.report import RESULTS, keep, machine

SAID = """Calls between two Chromium, the citizen's behind an emulated link (network namespaces, TUN), the
same link for the product's pages (`ours`) and for a plain page that tunes nothing (`defaults`: 640x480,
one connection, one video element). Median of the runs (smallest to largest). Pairs are officer / citizen
for what is heard and seen, up / down for what is sent. Concealed: sound that was made up, of all that was
played; where a gap is long the browser puts in silence, which is counted beside it. First voice and
bytes: from the citizen's tap to the first sound there, scripts in the browser's cache, on a waiting page
that has loaded what it loads while the phone rings (ours: the room, and the way to the officer);
bytes are all IP bytes offered to the link. Queue: from a packet's coming to its last bit sent. A run
with the CPU above 90 % does not count."""


def earlier() -> dict[str, Any]:
    """The runs that are kept, by row and variant."""
    path = RESULTS / "network.json"
    return json.loads(path.read_text()).get("runs", {}) if path.exists() else {}


def write(runs: dict[str, Any]) -> None:
    """`runs`: row's name -> variant -> {"machine", "runs": [figures, …]}."""
    lines = [
        _line(row, variant, runs[name][variant]["runs"])
        for name, row in ROWS.items()
        for variant in row.variants
        if variant in runs.get(name, {})
    ]
    used = [head for head in lines[0] if any(line[head] for line in lines)]
    rows = [[line[head] for head in used] for line in lines]
    keep(
        "network", f"{SAID}\nThe voice is {spoken_by()}.", used, rows, made_by="make bench-network", runs=runs
    )
    (RESULTS / "network.svg").write_text(chart.draw(runs))


def gathered(figures: list[dict[str, Any]]) -> dict[str, Any]:
    return {"machine": machine(), "runs": figures}


def _line(row: Row, variant: str, figures: list[dict[str, Any]]) -> dict[str, object]:
    good = counted(figures)
    middle, low, high = (medians(good, pick) for pick in (median, min, max))
    sizes = [" / ".join(size or "–" for size in one["size"]) for one in good if "size" in one]
    ours = variant == "ours"
    met = row.goals and ours and good and ("yes" if all(goal.is_met(middle) for goal in row.goals) else "no")
    return {
        "row": row.name,
        "link": str(row),
        "variant": variant,
        "runs": f"{len(good)} of {len(figures)}",
        **{head: _shown(name, middle, low, high) for name, head in NAMES.items()},
        "picture": mode(sizes) if sizes else "",
        "goal": "; ".join(map(str, row.goals)) if ours else "",
        "met": met or "",
    }


def _shown(name: str, middle: Any, low: Any, high: Any) -> str:
    if name not in middle:
        return ""
    parts = []
    for value, least, most in zip(middle[name], low[name], high[name], strict=True):
        spread = "" if least == most else f" ({_number(least, name)}–{_number(most, name)})"
        parts.append(_number(value, name) + spread)
    return " / ".join(parts)


def _number(value: float, name: str) -> str:
    if math.isinf(value):
        return "never" if name in WAITED_FOR else "–"
    return f"{value:.1f}" if abs(value) < 100 and value % 1 else f"{value:.0f}"
