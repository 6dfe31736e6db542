"""Where figures go: a table to read and the same figures for programs, with the day and the machine."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


def keep(
    name: str, said: str, heads: list[str], rows: list[list[object]], *, made_by: str = "", **more: object
) -> None:
    """Print the table and write it to results/<name>.md and <name>.json; `more` to the latter only."""
    table = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    table += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    where = machine()
    about = (
        f"{where['date']}, {where['cores']} shared cores, {where['memory_gib']} GiB, "
        f"Linux {where['kernel']}, Python {where['python']}, load {where['load_at_end']} at the end"
    )
    text = (
        f"# {name}\n\n{said}\n\n`{made_by or f'make bench ARGS={name}'}`, {about}\n\n"
        + "\n".join(table)
        + "\n"
    )
    kept = [dict(zip(heads, row, strict=True)) for row in rows]
    figures = {"name": name, "said": said, "machine": where, "rows": kept, **more}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text(text)
    (RESULTS / f"{name}.json").write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n")
    print("\n".join(table), flush=True)


def machine() -> dict[str, object]:
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "cores": os.cpu_count(),
        "memory_gib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**30,
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_at_end": round(os.getloadavg()[0], 1),
    }
