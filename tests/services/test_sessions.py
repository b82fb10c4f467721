"""Sessions: how they live, how they end, and that the end bites at once."""

from datetime import timedelta
from uuid import uuid4

import pytest

from lib.domain.access import Role
from lib.errors import NotFoundError
from lib.services import people as administration
from lib.services import sessions
from lib.services.clinic import Clinic
from lib.store import sessions as table
from tests.services.conftest import NOW, Known, actions, actor_of, open_session

IDLE = timedelta(minutes=15)
HOURS = timedelta(hours=10)


def test_a_session_is_found_by_its_token_and_by_its_id(clinic: Clinic, sam: Known) -> None:
    opened = open_session(clinic, sam, NOW)
    by_token = sessions.by_token(clinic, opened.token, now=NOW)
    assert by_token == sessions.by_id(clinic, opened.session_id, now=NOW)
    assert by_token is not None
    assert by_token.idle_at == NOW + IDLE
    assert by_token.ends_at == NOW + HOURS


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 10_000])
def test_an_invented_token_opens_nothing(clinic: Clinic, sam: Known, token: str) -> None:
    open_session(clinic, sam, NOW)
    assert sessions.by_token(clinic, token, now=NOW) is None
    assert sessions.by_id(clinic, uuid4(), now=NOW) is None


def test_an_idle_session_is_over(clinic: Clinic, sam: Known) -> None:
    opened = open_session(clinic, sam, NOW)
    last = NOW + IDLE - timedelta(seconds=1)
    assert sessions.by_token(clinic, opened.token, now=last)
    assert sessions.by_token(clinic, opened.token, now=NOW + IDLE) is None


def test_activity_prolongs_a_session_but_not_beyond_its_hours(clinic: Clinic, sam: Known) -> None:
    opened = open_session(clinic, sam, NOW)
    at = NOW
    while at < NOW + HOURS - timedelta(minutes=10):
        at += timedelta(minutes=10)
        live = sessions.by_token(clinic, opened.token, now=at)
        assert live is not None
        sessions.note_seen(clinic, live, now=at)
    assert sessions.by_token(clinic, opened.token, now=NOW + HOURS) is None


def test_activity_is_not_written_down_at_every_frame(clinic: Clinic, sam: Known) -> None:
    opened = open_session(clinic, sam, NOW)
    soon = NOW + sessions.SEEN_EVERY - timedelta(seconds=1)
    live = sessions.by_token(clinic, opened.token, now=soon)
    assert live is not None
    sessions.note_seen(clinic, live, now=soon)
    assert sessions.by_token(clinic, opened.token, now=soon) == live


def test_signing_out_ends_this_session_only(clinic: Clinic, sam: Known) -> None:
    here, there = open_session(clinic, sam, NOW), open_session(clinic, sam, NOW + IDLE)
    sessions.sign_out(clinic, actor_of(clinic, sam, there.session_id), now=NOW + IDLE)
    assert sessions.by_id(clinic, there.session_id, now=NOW + IDLE) is None
    assert sessions.by_id(clinic, here.session_id, now=NOW + timedelta(minutes=14))
    assert actions(clinic)[-1] == ("signed out", "done")


def test_signing_out_everywhere_ends_every_session(clinic: Clinic, sam: Known) -> None:
    later = NOW + timedelta(minutes=1)
    opened = [open_session(clinic, sam, NOW), open_session(clinic, sam, later)]
    actor = actor_of(clinic, sam, opened[0].session_id)
    assert sessions.sign_out_everywhere(clinic, actor, now=later) == 2
    assert not any(sessions.by_id(clinic, one.session_id, now=later) for one in opened)


def test_one_of_several_sessions_can_be_ended(clinic: Clinic, sam: Known) -> None:
    later = NOW + timedelta(minutes=1)
    here, there = open_session(clinic, sam, NOW), open_session(clinic, sam, later)
    actor = actor_of(clinic, sam, here.session_id)
    sessions.end_own(clinic, actor, there.session_id, now=later)
    states = {one.session_id: one.ended_because for one in sessions.list_own(clinic, actor)}
    assert states == {here.session_id: None, there.session_id: "signed out"}


def test_nobody_ends_the_session_of_another(clinic: Clinic, sam: Known, alex: Known) -> None:
    opened = open_session(clinic, sam, NOW)
    with pytest.raises(NotFoundError):
        sessions.end_own(clinic, actor_of(clinic, alex), opened.session_id, now=NOW)
    with pytest.raises(NotFoundError):
        sessions.end_own(clinic, actor_of(clinic, alex), uuid4(), now=NOW)
    assert sessions.by_id(clinic, opened.session_id, now=NOW)


def test_disabling_somebody_ends_their_session_at_once(
    clinic: Clinic, sam: Known, alex: Known
) -> None:
    opened = open_session(clinic, sam, NOW)
    administration.disable(clinic, actor_of(clinic, alex), sam.person_id, now=NOW)
    assert sessions.by_token(clinic, opened.token, now=NOW) is None


def test_a_change_of_roles_ends_their_session_at_once(
    clinic: Clinic, sam: Known, alex: Known
) -> None:
    opened = open_session(clinic, sam, NOW)
    roles = frozenset({Role.OWNER})
    administration.set_roles(clinic, actor_of(clinic, alex), sam.person_id, roles, now=NOW)
    assert sessions.by_token(clinic, opened.token, now=NOW) is None


def test_a_sweep_ends_what_the_clock_has_ended(clinic: Clinic, sam: Known, alex: Known) -> None:
    old = open_session(clinic, sam, NOW)
    later = NOW + IDLE
    young = open_session(clinic, alex, later)
    assert sessions.sweep(clinic, now=later) == {young.session_id}
    with clinic.store.reading() as cursor:
        ended = table.get_session(cursor, old.session_id)
    assert ended is not None
    assert (ended.ended_at, ended.ended_because) == (later, "idle for too long")
    assert actions(clinic)[-1] == ("session ended", "done")
    assert sessions.sweep(clinic, now=later) == {young.session_id}
