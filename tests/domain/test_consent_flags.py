"""Events of consent that a person should look at: keyed late, or at odds with another."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from lib.domain.consent import LONDON, Decision, Route
from lib.domain.consent_flags import LATE_DAYS, Flag, Keyed, flags_of

AT = datetime.fromisoformat("2026-06-14T10:00")
LATER = timedelta(hours=2)


def keyed(
    number: int,
    decision: Decision = Decision.GIVEN,
    received_at: datetime = AT,
    route: Route = Route.IN_PERSON,
    after: timedelta = LATER,
) -> Keyed:
    return Keyed(UUID(int=number), decision, received_at, route, received_at + after)


def test_what_is_keyed_within_the_week_is_not_late() -> None:
    allowed = timedelta(days=LATE_DAYS)
    assert flags_of(keyed(1, after=allowed), [], LONDON) == ()
    just_after = keyed(1, after=allowed + timedelta(seconds=1))
    assert flags_of(just_after, [], LONDON) == (Flag.LATE,)


def test_what_an_import_brings_is_old_by_its_nature() -> None:
    brought = keyed(1, route=Route.IMPORT, after=timedelta(days=900))
    assert flags_of(brought, [], LONDON) == ()
    newer = keyed(2, received_at=AT + timedelta(days=90))
    assert flags_of(brought, [newer], LONDON) == (Flag.LATE,)


def test_what_is_keyed_after_something_that_came_later_is_late() -> None:
    first = keyed(1, after=timedelta(days=3))
    second = keyed(2, received_at=AT + timedelta(days=1), after=timedelta(hours=1))
    assert flags_of(first, [first, second], LONDON) == (Flag.LATE,)
    assert flags_of(second, [first, second], LONDON) == ()


@pytest.mark.parametrize(
    ("other", "flags"),
    [
        (keyed(2, Decision.WITHDRAWN), (Flag.CONFLICTING,)),
        (keyed(2, Decision.GIVEN, route=Route.EMAIL), ()),
        # The same day by another route, and by the same: people change their mind.
        (keyed(2, Decision.REFUSED, AT - LATER, Route.EMAIL), (Flag.CONFLICTING,)),
        (keyed(2, Decision.REFUSED, AT - LATER), ()),
        # 22:59 UTC of the day before is 23:59 in London; 23:00 is the day itself.
        (
            keyed(2, Decision.REFUSED, datetime.fromisoformat("2026-06-13T22:59"), Route.EMAIL),
            (),
        ),
        (
            keyed(2, Decision.REFUSED, datetime.fromisoformat("2026-06-13T23:00"), Route.EMAIL),
            (Flag.CONFLICTING,),
        ),
    ],
)
def test_what_is_at_odds_with_another_is_flagged(other: Keyed, flags: tuple[Flag, ...]) -> None:
    assert flags_of(keyed(1), [other], LONDON) == flags
