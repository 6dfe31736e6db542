"""Where figures go: one readable table a bench, with the day and the machine."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


def keep(name: str, said: str, heads: list[str], rows: list[list[object]]) -> None:
    """Print the table and write it to results/<name>.md."""
    table = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    table += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    text = f"# {name}\n\n{said}\n\n`make bench ARGS={name}`, {machine()}\n\n" + "\n".join(table) + "\n"
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text(text)
    print("\n".join(table), flush=True)


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    load = os.getloadavg()[0]
    return (
        f"{day}, {os.cpu_count()} shared cores, {memory} GiB, Linux {platform.release()}, "
        f"Python {platform.python_version()}, load {load:.1f} at the end"
    )
