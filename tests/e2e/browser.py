"""Find a Chromium for the end-to-end tests, or install one; `python -m tests.e2e.browser`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """Return the path of a Chromium: CHROMIUM, one on the PATH, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    return _playwrights_own()


def _playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _starts(path: str) -> bool:
    try:
        with sync_playwright() as playwright:
            playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS)).close()
    except Error as error:
        print(error, file=sys.stderr)  # noqa: T201 - this is a command
        return False
    return True


def _run(*command: str) -> bool:
    return subprocess.run(command, check=False).returncode == 0


def _install() -> str | None:
    if _run(sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"):
        return _playwrights_own()
    apt = shutil.which("apt-get")
    if apt:
        prefix = () if os.geteuid() == 0 else ("sudo", "-n")
        if _run(*prefix, apt, "update", "-qq") and _run(
            *prefix, apt, "install", "-y", "-qq", "chromium"
        ):
            return shutil.which("chromium")
    return None


def main() -> int:
    """Make sure that a browser is there and starts; say what to do when none can be had."""
    path = find() or _install()
    if path and _starts(path):
        return 0
    print(  # noqa: T201
        "No Chromium that starts was found. Install one, or set CHROMIUM to its path.",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
