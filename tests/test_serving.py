"""How the launcher serves."""

import os
import subprocess
import sys
from pathlib import Path

from tests import servers

ASKS = """
import socket, wsgi
listener = wsgi.listen("127.0.0.1", 0)
with socket.create_connection(listener.getsockname()):
    accepted, _ = listener.accept()
    print(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
"""


def test_a_small_message_does_not_wait_for_the_one_before_it(tmp_path: Path) -> None:
    environment = {**os.environ, "INSTANCE_PATH": str(tmp_path), "SECRET_KEY": "x" * 40}
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASKS],
        cwd=servers.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert said.stdout.strip() == "1", said.stderr
