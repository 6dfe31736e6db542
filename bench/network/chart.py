"""Sound concealed over the rate of the link, as a picture: SVG that is read in light and in dark."""

import math
from statistics import median
from typing import Any

from bench.network.rows import ROWS, Row, counted, medians

WIDTH, HEIGHT = 800, 392
LEFT, RIGHT, TOP, BOTTOM = 64, 560, 72, 330
SLOWEST, FASTEST = 16.0, 640.0
NAMES = {"ours": ("Hệ thống này", "this system"), "defaults": ("Trình duyệt để mặc định", "browser defaults")}
STYLE = """
svg { font: 13px system-ui, sans-serif; --text: #1d2733; --soft: #5b6875; --grid: #d9dfe5; --paper: #fff;
  --ours: #0b5cad; --defaults: #a34a00 }
@media (prefers-color-scheme: dark) { svg { --text: #e8edf2; --soft: #a3afbb; --grid: #38424d; --paper: #14191f;
  --ours: #7ab8ff; --defaults: #ffb066 } }
.paper { fill: var(--paper) } text { fill: var(--text) } .soft { fill: var(--soft) }
.title { font-size: 16px; font-weight: 600 } .grid { stroke: var(--grid) } .limit { stroke: var(--soft); stroke-dasharray: 4 4 }
.ours { --own: var(--ours) } .defaults { --own: var(--defaults) }
path { fill: none; stroke: var(--own); stroke-width: 2.5 } .spread { stroke: var(--own); stroke-width: 1 }
circle { fill: var(--own) } rect.mark { fill: var(--own) } .name { fill: var(--own); font-weight: 600 }
"""

Point = tuple[float, float, float, float]
"""rate, median, smallest, largest of the worse side"""


def draw(runs: dict[str, Any]) -> str:
    """From what results.py keeps: every row of 5 % loss and 300 ms."""
    parts = [_frame()]
    for variant in reversed(NAMES):  # ours is drawn over the other
        points = _points(runs, variant)
        if points:
            parts.append(_line(variant, points))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d">'
        f'<title id="t">{_TITLE[0]} / {_TITLE[1]}</title><desc id="d">{_described(runs)}</desc>'
        f"<style>{STYLE}</style>" + "\n".join(parts) + "</svg>\n"
    )


_TITLE = ("Tiếng bị mất theo tốc độ đường truyền", "Sound that is lost, by the rate of the link")


def is_on_chart(row: Row) -> bool:
    cell = row.cell
    return cell.loss == 5 and cell.rtt == 300 and not (cell.cut or cell.move or cell.chat)


def _points(runs: dict[str, Any], variant: str) -> list[Point]:
    points = []
    for name, row in ROWS.items():
        figures = runs.get(name, {}).get(variant, {}).get("runs", [])
        good = [one for one in counted(figures) if "concealed" in one]
        if good and is_on_chart(row):
            worse = [max(medians(good, pick)["concealed"]) for pick in (median, min, max)]
            points.append((row.cell.rate, *worse))
    return sorted(points)  # type: ignore[arg-type]


def _x(rate: float) -> float:
    return LEFT + (RIGHT - LEFT) * math.log(rate / SLOWEST) / math.log(FASTEST / SLOWEST)


def _y(percent: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * min(percent, 100) / 100


def _frame() -> str:
    parts = [
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="title" x="{LEFT}" y="26">{_TITLE[0]}</text>',
        f'<text class="soft" x="{LEFT}" y="46">{_TITLE[1]} (mất gói / packets lost 5 %, RTT 300 ms)</text>',
        f'<text class="soft" x="{LEFT}" y="{HEIGHT - 14}">kbit/s, mỗi chiều / each way</text>',
        f'<line class="limit" x1="{LEFT}" x2="{RIGHT}" y1="{_y(5):.1f}" y2="{_y(5):.1f}"/>',
        f'<text class="soft" x="{RIGHT + 8}" y="{_y(5) + 4:.1f}">5 %: còn nghe rõ / still clear</text>',
    ]
    for percent in range(0, 101, 20):
        y = _y(percent)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(
            f'<text class="soft" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{percent} %</text>'
        )
    for rate in (20, 30, 50, 75, 100, 150, 250, 500):
        parts.append(
            f'<text class="soft" x="{_x(rate):.1f}" y="{BOTTOM + 20}" text-anchor="middle">{rate}</text>'
        )
    return "\n".join(parts)


def _line(variant: str, points: list[Point]) -> str:
    way = " L".join(f"{_x(rate):.1f},{_y(middle):.1f}" for rate, middle, _, _ in points)
    parts = [f'<g class="{variant}"><path d="M{way}"/>']
    for rate, middle, low, high in points:
        x = _x(rate)
        parts.append(
            f'<line class="spread" x1="{x:.1f}" x2="{x:.1f}" y1="{_y(low):.1f}" y2="{_y(high):.1f}"/>'
        )
        # Told apart by form too, not by colour alone.
        if variant == "ours":
            parts.append(f'<circle cx="{x:.1f}" cy="{_y(middle):.1f}" r="4.5"/>')
        else:
            parts.append(
                f'<rect class="mark" x="{x - 4:.1f}" y="{_y(middle) - 4:.1f}" width="8" height="8"/>'
            )
    top = TOP + 14 + 44 * list(NAMES).index(variant)
    mark = (
        f'<circle cx="{RIGHT + 14}" cy="{top - 4}" r="4.5"/>'
        if variant == "ours"
        else f'<rect class="mark" x="{RIGHT + 10}" y="{top - 8}" width="8" height="8"/>'
    )
    vietnamese, english = NAMES[variant]
    parts.append(
        f'{mark}<text class="name" x="{RIGHT + 24}" y="{top}">{vietnamese}</text>'
        f'<text class="soft" x="{RIGHT + 24}" y="{top + 16}">{english}</text></g>'
    )
    return "".join(parts)


def _described(runs: dict[str, Any]) -> str:
    """The same figures in words, for who does not see the picture."""
    said = []
    for variant, names in NAMES.items():
        figures = ", ".join(
            f"{rate:g} kbit/s: {middle:.1f} %" for rate, middle, _, _ in _points(runs, variant)
        )
        said.append(f"{' / '.join(names)}: {figures}.")
    return " ".join(said)
