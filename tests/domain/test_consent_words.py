"""How consent stands, in sentences: each state has its own, with the days that matter."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import pytest

from lib.domain.consent import (
    LONDON,
    Channel,
    ConsentEvent,
    Decision,
    FormVersion,
    Standing,
    State,
)
from lib.domain.consent_words import is_ending_soon, topic_name, why

# Half past eleven at night in summer is the next day in London.
EVENT = ConsentEvent(UUID(int=1), Decision.GIVEN, datetime.fromisoformat("2026-07-13T23:30"))
NEWER = FormVersion(UUID(int=2), UUID(int=3), 4, True, date(2026, 9, 1))
ENDS = date(2028, 7, 14)


@pytest.mark.parametrize(
    ("standing", "sentence"),
    [
        (
            Standing(State.NOT_ASKED),
            "The patient has not been asked, or nothing shows the answer.",
        ),
        (
            Standing(State.ACTIVE, EVENT),
            "Given on 14-Jul-2026; it holds until it is withdrawn.",
        ),
        (
            Standing(State.ACTIVE, EVENT, ENDS),
            "Given on 14-Jul-2026; it holds until the end of 13-Jul-2028.",
        ),
        (
            Standing(State.EXPIRED, EVENT, ENDS),
            "Given on 14-Jul-2026; it held until the end of 13-Jul-2028. Ask again.",
        ),
        (
            Standing(State.SUPERSEDED, EVENT, ENDS, NEWER),
            "Given on 14-Jul-2026; version 4 of the form asks anew since 01-Sep-2026. Ask again.",
        ),
        (
            Standing(State.REFUSED, replace(EVENT, decision=Decision.REFUSED)),
            "Refused on 14-Jul-2026.",
        ),
        (
            Standing(State.WITHDRAWN, replace(EVENT, decision=Decision.WITHDRAWN)),
            "Withdrawn on 14-Jul-2026.",
        ),
    ],
)
def test_every_state_says_why(standing: Standing, sentence: str) -> None:
    assert why(standing, LONDON) == sentence


@pytest.mark.parametrize(
    ("day", "is_soon"), [(date(2028, 5, 14), False), (date(2028, 5, 15), True), (ENDS, True)]
)
def test_what_ends_within_sixty_days_ends_soon(day: date, is_soon: bool) -> None:  # noqa: FBT001
    assert is_ending_soon(Standing(State.ACTIVE, EVENT, ENDS), day) is is_soon


def test_what_never_ends_or_holds_no_more_does_not_end_soon() -> None:
    found = (Standing(State.ACTIVE, EVENT), Standing(State.EXPIRED, EVENT, ENDS))
    assert [is_ending_soon(one, ENDS) for one in found] == [False, False]


def test_a_way_of_contact_is_part_of_the_name() -> None:
    assert topic_name("Treatment", None) == "Treatment"
    assert topic_name("Keeping in touch", Channel.SMS) == "Keeping in touch by text message"
