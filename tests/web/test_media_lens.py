"""The route that tells whether pictures may still be shown: yes, no, not known, or sign in."""

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx
from starlette.applications import Starlette

from lib.domain.access import Actor
from lib.domain.media import Purpose
from lib.services import running, sessions
from lib.services.clinic import Clinic
from lib.services.media.watching import PATH, watches
from lib.ui import clock
from lib.web import doors, media_lens
from lib.web.caller import SESSION_COOKIE
from tests.consents import add_version, give, withdraw
from tests.records import add_patient
from tests.web.test_downloads import sign_in


def ask(address: str, token: str | None = None) -> httpx.Response:
    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app=Starlette(routes=media_lens.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            cookies = {SESSION_COOKIE: token} if token else None
            return await client.get(address, cookies=cookies)

    return asyncio.run(get())


def agreed(clinic: Clinic, staff: Actor) -> UUID:
    patient_id, now = add_patient(clinic), clock.now()
    give(clinic, staff, patient_id, add_version(clinic), received_at=now, now=now)
    return patient_id


def test_it_answers_the_session_that_watches_and_only_that(clinic: Clinic, staff: Actor) -> None:
    running.use(clinic)
    try:
        patient_id, mine, other = agreed(clinic, staff), *(sign_in(clinic, n) for n in "ab")
        live = sessions.by_token(clinic, mine, now=clock.now())
        assert live is not None
        address = watches.begin(live.actor, [patient_id], Purpose.EDUCATION, now=clock.now())
        answers = [ask(address, token) for token in (mine, other)]
        assert [one.json() for one in answers] == [{"holds": True}, {"holds": None}]
        assert answers[0].headers["cache-control"] == "private, no-store"
        now = clock.now() + timedelta(seconds=1)
        withdraw(clinic, staff, patient_id, received_at=now, now=now)
        assert ask(address, mine).json() == {"holds": False}
        assert ask(address).status_code == httpx.codes.UNAUTHORIZED
    finally:
        running.use(None)


def test_the_address_is_behind_the_sign_in() -> None:
    assert doors.door_of("GET", f"{PATH}token") is doors.Door.SIGNED
