"""Start the real server on a free port of this machine, and stop it again."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
MEASURING = ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
START_SECONDS = 180
STOP_SECONDS = 60
ANSWER_SECONDS = 20


@dataclass(slots=True)
class Server:
    """A running server over one clinic's home."""

    process: subprocess.Popen[bytes]
    url: str
    home: Path
    log: Path
    # The cookies of who has signed in, by username.
    sessions: dict[str, Any] = field(default_factory=dict)

    def output(self) -> str:
        """Return everything the server has printed."""
        return self.log.read_text("utf-8", errors="replace")

    def stop(self) -> None:
        """End the server as an operator would (SIGTERM) and wait for it."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(home: Path, log: Path, **environment: str) -> Server:
    """Start the server over `home` and wait until it answers its health route."""
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", "app.py"),
                *("--server.address", "127.0.0.1", "--server.port", str(port)),
                *("--server.headless", "true"),
            ],
            cwd=ROOT,
            env={**_unmeasured(), "CLINIC_HOME": str(home), **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Server(process, f"http://127.0.0.1:{port}", home, log)
    _wait_until_healthy(server)
    return server


def _unmeasured() -> dict[str, str]:
    """Return this process's environment without what would let a server measure its coverage.

    That costs a server as much again as all of its work, and every browser test waits for it; the
    screens and routes are measured by the tests that run them without a browser.
    """
    return {name: value for name, value in os.environ.items() if name not in MEASURING}


def _wait_until_healthy(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        try:
            answer = httpx.get(f"{server.url}/health", timeout=ANSWER_SECONDS)
            if answer.status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)  # between two looks at the condition, never instead of one
    server.stop()
    message = f"the server did not start:\n{server.output()}"
    raise RuntimeError(message)
