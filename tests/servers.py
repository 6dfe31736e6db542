"""The real parts that tests start: PostgreSQL, Redis, coturn and Janus on free ports, gone when the tests end."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
REDIS = shutil.which("redis-server")
COTURN = shutil.which("turnserver")
COTURN_EXAMPLE = Path(__file__).resolve().parents[1] / "deploy" / "coturn.conf.example"
ROOT = Path(__file__).resolve().parents[1]
JANUS = shutil.which("janus")
CHROMIUM = shutil.which("chromium")
CLAMD = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_address() -> str:
    """The address by which this machine would reach others; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])


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


_EMPTY = """
SET lock_timeout = '5s';
SET session_replication_role = replica;
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP EXECUTE format('DELETE FROM %I', one.tablename); END LOOP;
    FOR one IN SELECT sequencename, start_value FROM pg_sequences WHERE schemaname = 'public'
    LOOP PERFORM setval(format('%I', one.sequencename)::regclass, one.start_value, false); END LOOP;
END $$
"""
"""Without triggers, of which some forbid that a row be taken away."""


def empty_database(address: str) -> None:
    """As it was when it was made, in a tenth of the time. Raises psycopg.OperationalError: somebody holds it."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(_EMPTY)


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


@dataclass(frozen=True)
class Relay:
    """A coturn with one address for each transport; its certificate is its own."""

    udp: str
    tcp: str
    tls: str
    secret: str
    certificate: Path


@contextlib.contextmanager
def coturn() -> Iterator[Relay]:
    """A relay of its own on loopback, set up as deploy/coturn.conf.example tells but for addresses."""
    folder = Path(tempfile.mkdtemp(prefix="tcd-coturn-"))
    certificate_file, key = certificate(folder)
    plain, secure, secret = free_port(), free_port(), "the secret of tests"
    here = {
        "static-auth-secret": secret,
        "listening-ip": "127.0.0.1",
        "relay-ip": "127.0.0.1",
        "listening-port": plain,
        "tls-listening-port": secure,
        "cert": certificate_file,
        "pkey": key,
    }
    lines = [
        line for line in COTURN_EXAMPLE.read_text().splitlines() if line != "syslog" and "=127." not in line
    ]
    lines = [f"{name}={here[name]}" if (name := line.split("=")[0]) in here else line for line in lines]
    lines += [
        "allow-loopback-peers",
        "log-file=stdout",
        f"pidfile={folder / 'pid'}",
        f"userdb={folder / 'db'}",
    ]
    (folder / "conf").write_text("\n".join(lines))
    log = (folder / "log").open("wb")
    server = subprocess.Popen([str(COTURN), "-c", str(folder / "conf")], stdout=log, stderr=log, cwd=folder)
    try:
        wait_for_port(plain)
        wait_for_port(secure)
        yield Relay(
            udp=f"turn:127.0.0.1:{plain}?transport=udp",
            tcp=f"turn:127.0.0.1:{plain}?transport=tcp",
            tls=f"turns:127.0.0.1:{secure}?transport=tcp",
            secret=secret,
            certificate=certificate_file,
        )
    finally:
        server.terminate()
        server.wait(10)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def certificate(folder: Path) -> tuple[Path, Path]:
    """Signed by itself, for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, private


class Janus:
    """A Janus of its own: its interface on loopback only; media on the machine's address, as it uses no loopback."""

    api_secret, admin_key = "api-secret-of-tests", "admin-key-of-tests"
    _library = "/usr/lib/x86_64-linux-gnu/janus"
    _used = ("audiobridge", "videoroom", "http")

    def __init__(self, folder: Path, address: str = ""):
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
                ice_enforce_list = "{address or own_address()}" }}
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
def janus(address: str = "") -> Iterator[Janus]:
    """A running mixer, gone when the tests end; its media go by this address of the machine."""
    folder = Path(tempfile.mkdtemp(prefix="tcd-janus-"))
    server = Janus(folder, address)
    try:
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def clamd(folder: Path, known: bytes) -> Iterator[str]:
    """ClamAV's daemon that knows one signature: these bytes, anywhere in a file."""
    database, path = folder / "db", folder / "clamd.ctl"
    database.mkdir()
    (database / "ours.ndb").write_text(f"Tests.Ours:0:*:{known.hex()}\n")
    lines = (
        f"LocalSocket {path}",
        f"DatabaseDirectory {database}",
        "Foreground yes",
        f"LogFile {folder / 'clamd.log'}",
        "StreamMaxLength 60M",
        f"TemporaryDirectory {folder}",
    )
    (folder / "clamd.conf").write_text("\n".join(lines) + "\n")
    command = [CLAMD or "", f"--config-file={folder / 'clamd.conf'}"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not path.exists():
            assert server.poll() is None and time.monotonic() < deadline, (folder / "clamd.log").read_text()
            time.sleep(0.05)
        yield f"unix:{path}"
    finally:
        server.terminate()
        server.wait(20)


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


def load_demo(instance: Path) -> None:
    """A migrated database with the demo in it."""
    for words in (["db", "upgrade"], ["demo"]):
        flask(instance, *words)


@contextlib.contextmanager
def demo() -> Iterator["Web"]:
    """The demo as it is served, in a folder of its own (`instance`); gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="tcd-demo-", ignore_cleanup_errors=True) as folder:
        load_demo(Path(folder))
        web = Web(Path(folder))
        try:
            yield web
        finally:
            web.stop()


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

    @property
    def pid(self) -> int:
        return self._process.pid

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
