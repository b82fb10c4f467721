"""The peer of the gallery's bench: the same files, plain, from a static file server; no checks."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.e2e.server import free_port

APP = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
page = Route("/", lambda _: HTMLResponse("<!doctype html><title>Peer</title>"))
files = Mount("/files", StaticFiles(directory=sys.argv[1]))
uvicorn.run(Starlette(routes=[page, files]), port=int(sys.argv[2]), log_level="error")
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A running static file server."""

    process: subprocess.Popen[bytes]
    url: str

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait()


def start(folder: Path) -> Peer:
    """Serve a folder and wait until it answers."""
    port = free_port()
    peer = Peer(
        subprocess.Popen([sys.executable, "-c", APP, str(folder), str(port)]),
        f"http://127.0.0.1:{port}",
    )
    while True:
        try:
            httpx.get(peer.url, timeout=2)
        except httpx.HTTPError:
            time.sleep(0.05)  # between two looks
        else:
            return peer
