"""The arrows of the architecture's picture, read from the imports: one against it fails here."""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 350
WRITTEN_BY_HAND = {".py", ".js", ".css", ".html"}

MAY_IMPORT = {
    "domain": {"domain"},
    "models": {"models", "domain", "extensions", "keyring"},
    "services": {"services", "models", "domain", "keyring", "extensions"},
}
OF_ONE_REQUEST = re.compile(r"flask\.(request|session|g)$|flask_login(\.|$)")


def imports(file: str, tree: ast.AST) -> Iterator[str]:
    """Every imported name in full, wherever in the file it is imported."""
    package = file.removesuffix(".py").split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def against_the_layers(file: str, tree: ast.AST) -> list[str]:
    """The domain, the models and the services know only what stands below them."""
    layer = _layer(file)
    if layer not in MAY_IMPORT:
        return []
    wrong = []
    for name in imports(file, tree):
        top, _, rest = name.partition(".")
        if top == "webapp":
            unit = file == "webapp/services/unit_of_work.py" and rest.startswith("database.")
            known = rest.split(".")[0] in MAY_IMPORT[layer] or unit
        elif layer == "domain":
            known = top in sys.stdlib_module_names
        else:
            known = layer == "models" or not OF_ONE_REQUEST.match(name)
        if not known:
            wrong.append(name)
    return wrong


def between_the_doors(file: str, tree: ast.AST) -> list[str]:
    """Pages and sockets are two doors that never lead into each other."""
    other = {"views": "webapp.realtime", "realtime": "webapp.views"}.get(_layer(file))
    return [name for name in imports(file, tree) if other and f"{name}.".startswith(f"{other}.")]


def eventlet_named(file: str, tree: ast.AST) -> list[str]:
    """One file names the server's loop, so that another loop is a change of that file."""
    if file == "wsgi.py":
        return []
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    ]
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return [name for name in [*imports(file, tree), *texts, *names] if "eventlet" in name]


def emitted_elsewhere(file: str, tree: ast.AST) -> list[str]:
    """Only the live side speaks to browsers; everyone else announces through a unit of work."""
    if file.startswith("webapp/realtime/"):
        return []
    return [ast.unparse(node) for node in ast.walk(tree) if _called(node) == "emit"]


OTHER_STATES = {"webapp/services/notifications.py": "webapp.models.Visit"}
"""A file whose things have a state of their own, and what it may therefore not import."""


def visit_moved_elsewhere(file: str, tree: ast.AST) -> list[str]:
    """A visit's state is set in one package, which asks the table of moves."""
    if file.startswith("webapp/services/reception/"):
        return []
    names = set(imports(file, tree))
    if file in OTHER_STATES and OTHER_STATES[file] not in names:
        return []
    return [ast.unparse(node) for node in ast.walk(tree) if _sets_state(node)]


def _sets_state(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "state" and isinstance(node.ctx, ast.Store)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(re.search(r"(?i)\bupdate\s+\"?visit\b", node.value))
    if not isinstance(node, ast.Call):
        return False
    if _called(node) == "setattr":
        return len(node.args) > 1 and isinstance(node.args[1], ast.Constant) and node.args[1].value == "state"
    new = _called(node) == "Visit"
    updated = _called(node) in ("values", "update") and bool(re.search(r"\bVisit\b", ast.unparse(node.func)))
    words = {keyword.arg for keyword in node.keywords} | set(
        re.findall(r"\w+", " ".join(map(ast.unparse, node.args)))
    )
    return (new or updated) and "state" in words


def too_long(text: str) -> bool:
    return len(text.splitlines()) > LONGEST


def _called(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Call):
        return None
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)


def _layer(file: str) -> str:
    parts = file.split("/")
    return parts[1] if len(parts) > 2 and parts[0] == "webapp" else ""


RULES: list[Callable[[str, ast.AST], list[str]]] = [
    against_the_layers,
    between_the_doors,
    eventlet_named,
    emitted_elsewhere,
    visit_moved_elsewhere,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_to_the_picture(rule: Callable[[str, ast.AST], list[str]]) -> None:
    files = _python_files()
    assert {"wsgi.py", "webapp/domain/visit_flow.py", "webapp/services/reception/moves.py"} <= set(files)
    found = {file: rule(file, ast.parse(text)) for file, text in files.items()}
    assert {file: wrong for file, wrong in found.items() if wrong} == {}


def test_every_file_can_be_read_in_one_go() -> None:
    files = {
        path.relative_to(ROOT).as_posix(): path.read_text()
        for path in (ROOT / "webapp").rglob("*")
        if path.suffix in WRITTEN_BY_HAND and "vendor" not in path.parts
    }
    assert [file for file, text in files.items() if too_long(text)] == []


@pytest.mark.parametrize(
    ("rule", "file", "source"),
    [
        (against_the_layers, "webapp/domain/a.py", "import sqlalchemy"),
        (against_the_layers, "webapp/domain/a.py", "from ..models import Visit"),
        (against_the_layers, "webapp/domain/a.py", "def f():\n    from webapp import clock"),
        (against_the_layers, "webapp/models/a.py", "from ..services import audit"),
        (against_the_layers, "webapp/models/a.py", "from .. import policy"),
        (against_the_layers, "webapp/services/a.py", "from flask import request"),
        (against_the_layers, "webapp/services/a.py", "from flask_login import current_user"),
        (against_the_layers, "webapp/services/a.py", "from ..integrations import messages"),
        (against_the_layers, "webapp/services/a.py", "from ..policy import permits"),
        (against_the_layers, "webapp/services/a.py", "from ..rendering import render"),
        (against_the_layers, "webapp/services/a.py", "from ..realtime.announcer import on_commit"),
        (against_the_layers, "webapp/services/a.py", "from ..database import write_engine"),
        (against_the_layers, "webapp/services/a.py", "import webapp.views.desk"),
        (between_the_doors, "webapp/views/a.py", "from ..realtime import people"),
        (between_the_doors, "webapp/views/admin/a.py", "from ...realtime import people"),
        (between_the_doors, "webapp/realtime/a.py", "from .. import views"),
        (eventlet_named, "webapp/a.py", "from eventlet import sleep"),
        (eventlet_named, "webapp/a.py", "mode = 'eventlet'"),
        (emitted_elsewhere, "webapp/views/a.py", "socketio.emit('called')"),
        (emitted_elsewhere, "webapp/services/a.py", "from flask_socketio import emit\nemit('called')"),
        (visit_moved_elsewhere, "webapp/views/a.py", "visit.state = State.CALLED"),
        (visit_moved_elsewhere, "webapp/views/a.py", "visit.head, visit.state = True, State.CALLED"),
        (visit_moved_elsewhere, "webapp/demo/a.py", "Visit(number=1, state=State.WAITING)"),
        (visit_moved_elsewhere, "webapp/jobs/a.py", "update(Visit).where(Visit.id == 1).values(state=s)"),
        (visit_moved_elsewhere, "webapp/jobs/a.py", "update(Visit).values({Visit.state: s})"),
        (visit_moved_elsewhere, "webapp/cli/a.py", "session.query(Visit).update({'state': s})"),
        (visit_moved_elsewhere, "webapp/cli/a.py", "setattr(visit, 'state', s)"),
        (visit_moved_elsewhere, "webapp/cli/a.py", "text('UPDATE visit SET state = 1')"),
        (
            visit_moved_elsewhere,
            "webapp/services/notifications.py",
            "from ..models import Visit\nvisit.state = 1",
        ),
    ],
)
def test_an_arrow_against_the_picture_is_found(
    rule: Callable[[str, ast.AST], list[str]], file: str, source: str
) -> None:
    assert rule(file, ast.parse(source))


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("webapp/domain/a.py", "import re\nfrom .errors import Conflict\nfrom . import texts"),
        ("webapp/models/a.py", "from flask_login import UserMixin\nfrom ..keyring import keyring"),
        (
            "webapp/services/a.py",
            "from sqlalchemy import select\nfrom . import audit\nfrom ..extensions import db",
        ),
        ("webapp/services/unit_of_work.py", "from ..database import write_engine"),
        ("webapp/views/a.py", "from ..services import reception\nfrom flask import request"),
        ("webapp/realtime/a.py", "from ..extensions import socketio\nsocketio.emit('called')"),
        ("webapp/views/a.py", "jsonify(state=visit.state)"),
        ("webapp/services/a.py", "update(Visit).where(Visit.state == s).values(seen_at=now)"),
        ("webapp/a.py", '"""A long one would stop eventlet."""'),
        ("wsgi.py", "import eventlet"),
    ],
)
def test_what_the_picture_allows_passes(file: str, source: str) -> None:
    assert [rule(file, ast.parse(source)) for rule in RULES] == [[] for _ in RULES]


@pytest.mark.parametrize(("lines", "refused"), [(LONGEST, False), (LONGEST + 1, True)])
def test_a_file_that_grows_too_long_is_found(lines: int, refused: bool) -> None:
    assert too_long("pass\n" * lines) is refused


def _python_files() -> dict[str, str]:
    folders = [ROOT / name for name in ("webapp", "migrations", "scripts", "bench")]
    paths = [*ROOT.glob("*.py"), *(path for folder in folders for path in folder.rglob("*.py"))]
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in paths}
