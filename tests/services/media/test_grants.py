"""What a session was shown is remembered for minutes, for that session alone."""

from dataclasses import replace
from uuid import UUID

import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.media import Purpose
from lib.services.media.grants import KEPT, PICTURE, Grant, Grants
from tests.records import NOW

PICTURES = [UUID(int=number) for number in range(3)]
GRANT = Grant(Purpose.RECORD)


def test_a_grant_is_the_sessions_own_and_ends(staff: Actor) -> None:
    held = Grants()
    held.give(staff, PICTURES[:2], GRANT, NOW)
    other_session = replace(staff, session_id=uuid7s.uuid7())
    other_person = replace(staff, person_id=uuid7s.uuid7())
    assert held.find(staff, PICTURES[0], NOW + KEPT / 2) == GRANT
    assert held.find(staff, PICTURES[2], NOW) is None
    assert held.find(other_session, PICTURES[0], NOW) is None
    assert held.find(other_person, PICTURES[0], NOW) is None
    assert held.find(staff, PICTURES[0], NOW + KEPT) is None


def test_a_look_is_noted_for_minutes_by_what_was_seen(staff: Actor) -> None:
    held = Grants()
    held.note_view(staff, PICTURES[0], PICTURE, NOW)
    assert held.is_viewed(staff, PICTURES[0], PICTURE, NOW + KEPT / 2)
    assert not held.is_viewed(staff, PICTURES[0], "stream ", NOW)
    assert not held.is_viewed(staff, PICTURES[1], PICTURE, NOW)
    assert not held.is_viewed(staff, PICTURES[0], PICTURE, NOW + KEPT)


def test_looking_on_prolongs_what_is_noted(staff: Actor) -> None:
    held = Grants()
    held.note_view(staff, PICTURES[0], PICTURE, NOW)
    held.note_view(staff, PICTURES[0], PICTURE, NOW + KEPT / 2)
    assert held.is_viewed(staff, PICTURES[0], PICTURE, NOW + KEPT * 1.4)
    assert not held.is_viewed(staff, PICTURES[0], PICTURE, NOW + KEPT * 1.5)


def test_what_ended_is_let_go_and_what_has_not_stays(staff: Actor) -> None:
    held = Grants()
    held.give(staff, PICTURES[:1], GRANT, NOW)
    held.note_view(staff, PICTURES[0], PICTURE, NOW)
    held.give(staff, PICTURES[1:2], GRANT, NOW + KEPT / 2)
    held.note_view(staff, PICTURES[1], PICTURE, NOW + KEPT / 2)
    held.give(staff, PICTURES[2:], GRANT, NOW + KEPT)
    assert held.count == (2, 1)
