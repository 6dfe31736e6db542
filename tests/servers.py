"""The real parts that tests start: PostgreSQL and Redis on free ports, gone when the tests end."""

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
CHROMIUM = shutil.which("chromium")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, patience: float = 30, host: str = "127.0.0.1") -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection((host, port), 1):
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
        address = f"postgresql://tcd@127.0.0.1:{port}"
        _wait_until_it_answers(address)
        yield address
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_it_answers(server: str, patience: float = 30) -> None:
    """On a busy machine its port is open before it takes anyone in."""
    until = time.monotonic() + patience
    while True:
        try:
            psycopg.connect(f"{server}/postgres").close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


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
        try:
            wait_for_port(self.port, 60)
        except TimeoutError:
            self.kill()
            raise

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
