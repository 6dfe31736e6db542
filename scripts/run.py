"""Start everything on this machine: database, demo, web process and worker; Ctrl-C ends them.

    .venv/bin/python scripts/run.py

Honours PORT, HOST, INSTANCE_PATH, DATABASE_URL, REDIS_URL and DEMO (1 unless said otherwise).
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
STAFF = (
    *("canbo1", "canbo2", "lanhdao1", "diemcau1", "trungtam1"),
    *("sonnmt1", "thanhtra1", "baovedulieu1", "quantri"),
)


class Stop(Exception):
    """Ends the start with a sentence that says what to do."""


def main() -> int:
    os.chdir(ROOT)
    os.environ.setdefault("DEMO", "1")
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "5000")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        check_folder(Path(os.environ.get("INSTANCE_PATH", "instance")))
        check_port(host, port)
        prepare()
        serve(host, port)
    except Stop as sentence:
        print(sentence, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def check_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".write-probe"
        probe.write_text("")
        probe.unlink()
    except OSError:
        raise Stop(
            f"Không ghi được vào {folder}. Đặt INSTANCE_PATH là một thư mục ghi được.\n"
            f"Cannot write in {folder}: set INSTANCE_PATH to a folder that can be written."
        ) from None


def check_port(host: str, port: str) -> None:
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, int(port)))
    except (OSError, ValueError, OverflowError):
        raise Stop(
            f"Cổng {port} đang bận hoặc không dùng được. Chọn cổng khác: PORT=5001 make run\n"
            f"Port {port} is taken or cannot be used: choose another, PORT=5001 make run"
        ) from None


def prepare() -> None:
    """Migrate, and fill an empty database with the demo."""
    flask("db", "upgrade")
    if os.environ["DEMO"] == "1":
        flask("demo", "--if-empty")


def flask(*words: str) -> None:
    """One command; silent when it succeeds."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words], capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["?"]
        raise Stop(f"flask {' '.join(words)}: {last[0]}")


def serve(host: str, port: str) -> None:
    children = [
        subprocess.Popen([sys.executable, "wsgi.py"], start_new_session=True),
        subprocess.Popen([sys.executable, "-m", "flask", "--app", "wsgi", "worker"], start_new_session=True),
    ]
    try:
        wait_until_up(f"http://{host}:{port}/healthz", children)
        greet(f"http://{host}:{port}")
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        raise Stop("Một tiến trình đã dừng ngoài ý muốn. / A process ended by itself; see the lines above.")
    finally:
        end(children)


def wait_until_up(url: str, children: list[subprocess.Popen[bytes]]) -> None:
    for _ in range(300):
        if children[0].poll() is not None:
            raise Stop(
                "Máy chủ không khởi động được, xem các dòng trên. / The server did not start; see above."
            )
        try:
            urllib.request.urlopen(url, timeout=2)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise Stop(f"{url} không trả lời. / {url} does not answer.")


def greet(address: str) -> None:
    print(f"\nTiếp công dân trực tuyến: {address}\nCtrl-C để dừng / Ctrl-C stops it.", flush=True)
    if os.environ["DEMO"] == "1":
        print(
            f"\nDùng thử / demo:\n  cán bộ / staff: {', '.join(STAFF)}  ({address}/staff/login)\n"
            f"  mật khẩu / password: demo-Hanoi-2026\n"
            f"  công dân / citizens: 0912000001 … 0912000020  ({address}/login)\n"
            f"  mã đăng nhập / codes: {address}/demo/outbox",
            flush=True,
        )


def end(children: list[subprocess.Popen[bytes]]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave a hung child behind
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


if __name__ == "__main__":
    sys.exit(main())
