"""How long people wait: start to first page, reruns of lookup and record, fifty people at once.

A million patients; scripted websocket clients speak to the real server on this machine, signed in
through the real sign-in form in a real browser.
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import httpx
from playwright.sync_api import expect, sync_playwright

from lib.demo import accounts
from lib.services.clinic import open_clinic
from lib.settings import Settings
from tests.bench.clinics import bench_home
from tests.bench.desk_client import DeskClient, Run
from tests.e2e import browser as chromium
from tests.e2e import server as servers
from tests.e2e.server import Server

PEOPLE = 50
SECONDS = 40.0
THINKING = 2.0
SAMPLES = 150
# Somebody alone pauses too: without it, the client's delayed acknowledgement (40 ms) is measured.
PAUSE = 0.1
SAMPLE_PATIENTS = """
SELECT patient_id, given_names, family_name, born_on FROM patient
WHERE patient_id IN (SELECT patient_id FROM patient USING SAMPLE 1000 ROWS (reservoir, 7))
    AND family_name <> '' AND given_names <> ''
    AND patient_id NOT IN (SELECT patient_id FROM restriction WHERE lifted_at IS NULL)
ORDER BY patient_id
"""


@dataclass(frozen=True, slots=True)
class Known:
    """One patient of the store: the key, and what somebody would type."""

    patient_id: str
    text: str


def known_patients(home: Path) -> list[Known]:
    """Return patients to look for, a misspelling in every third text."""
    clinic = open_clinic(Settings(home=home))
    with clinic.store.reading() as cursor:
        rows = cursor.execute(SAMPLE_PATIENTS).fetchall()
    clinic.close()
    chance = random.Random(7)  # noqa: S311 - a benchmark's queries, not a secret
    found = []
    for number, (patient_id, given, family, born) in enumerate(rows):
        written = _misspelt(family, chance) if number % 3 == 0 else family
        text = f"{given.split()[0]} {written}"
        found.append(Known(str(patient_id), f"{text} {born.year}" if born else text))
    return found


def _misspelt(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word))
    return word[:place] + chance.choice("aeinrst") + word[place + 1 :]


def figures(milliseconds: list[float]) -> dict[str, float | int]:
    """Return the median, 95th percentile and number of times measured."""
    ordered = sorted(milliseconds)
    return {
        "p50_ms": round(median(ordered), 1),
        "p95_ms": round(ordered[int(0.95 * (len(ordered) - 1))], 1),
        "n": len(ordered),
    }


def start(home: Path, log: Path) -> tuple[Server, dict[str, float]]:
    """Start the server; return it with the seconds to the first page and to the index."""
    begun = time.perf_counter()
    server = servers.start(home, log)
    asyncio.run(_first_page(server))
    first_page = time.perf_counter() - begun
    while not httpx.get(f"{server.url}/health").json().get("search_ready", True):
        time.sleep(0.05)  # between two looks
    return server, {
        "first_page_s": round(first_page, 2),
        "search_ready_s": round(time.perf_counter() - begun, 2),
    }


async def _first_page(server: Server) -> Run:
    async with DeskClient(server.url, "") as client:
        return await client.open("")


def cookie_of(server: Server, username: str) -> str:
    """Sign in through the form in a real browser; return the session's cookie."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
        )
        page = browser.new_page()
        page.goto(server.url)
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password", exact=True).fill(accounts.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_test_id("stSidebar")).to_be_visible(timeout=30_000)
        cookies = page.context.cookies()
        browser.close()
    return "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)


async def one_person(
    server: Server, cookie: str, work: Callable[[DeskClient], Awaitable[list[Run]]]
) -> list[Run]:
    """Connect as one person, do the work, and fail on any screen that shows an exception."""
    async with DeskClient(server.url, cookie) as client:
        runs = await work(client)
    shown = [error for run in runs for error in run.exceptions()]
    if shown:
        message = f"the screen showed {shown[:3]}"
        raise RuntimeError(message)
    return runs


async def after_a_pause(run: Coroutine[Any, Any, Run]) -> Run:
    """Wait a moment, then do it."""
    await asyncio.sleep(PAUSE)
    return await run


async def alone(server: Server, cookie: str, patients: list[Known]) -> dict[str, object]:
    """Measure one person's reruns of the lookup and openings of a record."""

    async def look(client: DeskClient) -> list[Run]:
        box = (await client.open("patients")).components()["desk_lookup"]
        return [await after_a_pause(client.change(box, {"text": one.text})) for one in patients]

    async def read(client: DeskClient) -> list[Run]:
        return [
            await after_a_pause(client.open("patient", f"id={one.patient_id}")) for one in patients
        ]

    looked = await one_person(server, cookie, look)
    opened = await one_person(server, cookie, read)
    return {
        "lookup": figures([run.milliseconds for run in looked]),
        "record": figures([run.milliseconds for run in opened]),
    }


async def together(server: Server, cookie: str, patients: list[Known]) -> dict[str, object]:
    """Measure fifty people who look somebody up, open the record, and think in between."""

    async def person(number: int) -> tuple[list[float], list[float]]:
        chance = random.Random(number)  # noqa: S311
        looked: list[float] = []
        opened: list[float] = []
        await asyncio.sleep(chance.uniform(0, THINKING))

        async def work(client: DeskClient) -> list[Run]:
            runs = []
            ends = time.perf_counter() + SECONDS
            while time.perf_counter() < ends:
                known = chance.choice(patients)
                page = await client.open("patients")
                await asyncio.sleep(THINKING)
                found = await client.change(page.components()["desk_lookup"], {"text": known.text})
                await asyncio.sleep(THINKING)
                record = await client.open("patient", f"id={known.patient_id}")
                await asyncio.sleep(THINKING)
                looked.append(found.milliseconds)
                opened.append(record.milliseconds)
                runs += [page, found, record]
            return runs

        await one_person(server, cookie, work)
        return looked, opened

    people = await asyncio.gather(*(person(number) for number in range(PEOPLE)))
    looked = [each for person_looked, _ in people for each in person_looked]
    opened = [each for _, person_opened in people for each in person_opened]
    return {
        "people": PEOPLE,
        "thinking_s": THINKING,
        "lookup": figures(looked),
        "record": figures(opened),
        "all": figures(looked + opened),
    }


def main() -> int:
    """Print the figures as JSON."""
    home = bench_home()
    patients = known_patients(home)
    with tempfile.TemporaryDirectory() as folder:
        server, started = start(home, Path(folder) / "server.log")
        try:
            cookie = cookie_of(server, accounts.STAFF.username)
            figures_alone = asyncio.run(alone(server, cookie, patients[:SAMPLES]))
            figures_together = asyncio.run(together(server, cookie, patients))
        finally:
            server.stop()
    print(  # noqa: T201 - this is what a benchmark is for
        json.dumps({"start": started, "alone": figures_alone, "together": figures_together})
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
