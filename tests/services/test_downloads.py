"""Files made for one session: to nobody else, not for long, and written down."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from lib.domain.access import Actor
from lib.domain.audit import Action, Event
from lib.errors import NotFoundError
from lib.services import downloads
from lib.services.clinic import Clinic
from lib.services.downloads import Download

NOW = datetime(2026, 11, 23, 20, 0)  # noqa: DTZ001 - stored as UTC without a zone


def file(content: bytes = b"a") -> Download:
    return Download("rows.csv", "text/csv", Event(Action.IMPORT_REPORT_DOWNLOADED), content)


@pytest.fixture
def actor(compliance: Actor) -> Actor:
    """Return somebody in a session of their own."""
    return replace(compliance, session_id=uuid4())


def token(address: str) -> str:
    return address.removeprefix(downloads.PATH)


def test_the_session_it_was_made_for_gets_the_file_and_that_is_noted(
    clinic: Clinic, actor: Actor
) -> None:
    address = downloads.offer(actor, "report", file(), now=NOW)
    assert address.startswith("/downloads/")
    assert downloads.take(clinic, actor, token(address), now=NOW).content == b"a"
    with clinic.store.reading() as cursor:
        found = cursor.execute("SELECT action, person_id FROM audit_entry").fetchall()
    assert found == [(Action.IMPORT_REPORT_DOWNLOADED.value, actor.person_id)]


def test_nobody_else_and_no_other_session_gets_it(clinic: Clinic, actor: Actor) -> None:
    address = downloads.offer(actor, "report", file(), now=NOW)
    for other in (replace(actor, session_id=uuid4()), replace(actor, person_id=uuid4())):
        with pytest.raises(NotFoundError, match="has ended"):
            downloads.take(clinic, other, token(address), now=NOW)
    with pytest.raises(NotFoundError):
        downloads.take(clinic, actor, "guessed", now=NOW)
    with clinic.store.reading() as cursor:
        assert cursor.execute("SELECT count(*) FROM audit_entry").fetchall() == [(0,)]


def test_an_offer_ends_after_minutes_unless_it_is_made_again(clinic: Clinic, actor: Actor) -> None:
    first = downloads.offer(actor, "report", file(), now=NOW)
    moment = timedelta(seconds=1)
    again = downloads.offer(actor, "report", file(b"b"), now=NOW + downloads.KEPT - moment)
    assert again == first
    late = NOW + downloads.KEPT + moment
    assert downloads.take(clinic, actor, token(first), now=late).content == b"b"
    with pytest.raises(NotFoundError):
        downloads.take(clinic, actor, token(first), now=NOW + 2 * downloads.KEPT)
    assert downloads.offer(actor, "report", file(), now=NOW + 2 * downloads.KEPT) != first


def test_two_files_have_two_addresses(actor: Actor) -> None:
    one = downloads.offer(actor, "one", file(), now=NOW)
    assert downloads.offer(actor, "two", file(), now=NOW) != one
