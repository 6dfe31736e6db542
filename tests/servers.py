"""The real parts that tests start: PostgreSQL, Redis and Janus on free ports, gone when the tests end."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
REDIS = shutil.which("redis-server")
ROOT = Path(__file__).resolve().parents[1]
JANUS = shutil.which("janus")
CHROMIUM = shutil.which("chromium")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_address() -> str:
    """The address by which this machine would reach others; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])


def wait_for_port(port: int, patience: float = 30) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A cluster of its own; gives the address of the server without a database name."""
    binaries = POSTGRES[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="tcd-postgres-"))
    runner: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        runner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    data = str(folder / "data")
    port = free_port()
    subprocess.run(
        [
            *runner,
            str(binaries / "initdb"),
            "-D",
            data,
            "-U",
            "tcd",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
    )
    server = subprocess.Popen(
        [
            *runner,
            *(str(binaries / "postgres"), "-D", data, "-p", str(port), "-k", str(folder), "-c", "fsync=off"),
            *("-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300", "-c", "shared_buffers=64MB"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )
    try:
        wait_for_port(port)
        yield f"postgresql://tcd@127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def create_database(server: str, name: str, template: str = "base") -> None:
    """A database of its own, migrated as its template is."""
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """A Redis of its own, in memory."""
    port = free_port()
    command = [str(REDIS), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)


class Janus:
    """A Janus of its own: its interface on loopback only; media on the machine's address, as it uses no loopback."""

    api_secret, admin_key = "api-secret-of-tests", "admin-key-of-tests"
    _library = "/usr/lib/x86_64-linux-gnu/janus"
    _used = ("audiobridge", "videoroom", "http")

    def __init__(self, folder: Path):
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}/janus"
        rooms = (
            f'general: {{ admin_key = "{self.admin_key}"\n lock_rtp_forward = true\n lock_play_file = true\n'
            ' record_tmp_ext = "tmp"\n string_ids = true }\n'
        )
        files = {
            "janus": f'''general: {{ configs_folder = "{folder}"
                plugins_folder = "{self._library}/plugins"
                transports_folder = "{self._library}/transports"
                events_folder = "{self._library}/events"
                loggers_folder = "{self._library}/loggers"
                api_secret = "{self.api_secret}"
                session_timeout = 60
                debug_level = 3 }}
                media: {{ ipv6 = false
                rtp_port_range = "20000-20200" }}
                nat: {{ ice_lite = true
                full_trickle = false
                ice_tcp = false
                ice_enforce_list = "{own_address()}" }}
                plugins: {{ disable = "{self._all_but("plugins")}" }}
                transports: {{ disable = "{self._all_but("transports")}" }}
                loggers: {{ disable = "{self._all_but("loggers")}" }}
                events: {{ broadcast = false }}''',
            "janus.transport.http": f"""general: {{ json = "compact"
                base_path = "/janus"
                http = true
                port = {self.port}
                ip = "127.0.0.1"
                acl = "127."
                https = false }}
                admin: {{ admin_http = false
                admin_https = false }}""",
            "janus.plugin.audiobridge": rooms,
            "janus.plugin.videoroom": rooms,
        }
        for name, text in files.items():
            (folder / f"{name}.jcfg").write_text(text)
        self.start()

    def _all_but(self, kind: str) -> str:
        found = (path.name for path in Path(self._library, kind).glob("*.so"))
        return ",".join(name for name in found if not any(f"_{used}." in name for used in self._used))

    def start(self) -> None:
        self._process = subprocess.Popen(
            [str(JANUS), "-F", str(self.folder), "-o"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for_port(self.port)

    def kill(self) -> None:
        """As a crash would: rooms, sessions and handles are gone."""
        self._process.kill()
        self._process.wait(10)


@contextlib.contextmanager
def janus() -> Iterator[Janus]:
    """A running mixer, gone when the tests end."""
    folder = Path(tempfile.mkdtemp(prefix="tcd-janus-"))
    server = Janus(folder)
    try:
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def flask(instance: Path, *words: str, **more: str) -> str:
    environment = {**os.environ, "INSTANCE_PATH": str(instance), "DEMO": "1", **more}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class Web:
    """The web process as it is served, on a port of its own."""

    def __init__(self, instance: Path, **environment: str):
        self.instance, self.port = instance, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **os.environ,
            "INSTANCE_PATH": str(instance),
            "DEMO": "1",
            "PORT": str(self.port),
            "RATE_LIMITS": "0",
            **environment,
        }
        self.start()

    def start(self) -> None:
        self.log = (self.instance / f"web-{self.port}.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "wsgi.py"], cwd=ROOT, env=self._environment, stderr=self.log, stdout=self.log
        )
        wait_for_port(self.port)

    def kill(self) -> None:
        """As a power cut would: no goodbye."""
        self._process.kill()
        self._process.wait(10)
        self.log.close()

    def stop(self) -> int:
        """Ends it as a service manager would; returns its exit code."""
        self._process.terminate()
        code = self._process.wait(15)
        self.log.close()
        return code
