"""The form of a campaign: what it says, and what it cannot say."""

from datetime import date
from uuid import UUID

import pytest

from lib.domain.campaign_form import NEW, read
from lib.domain.campaigns import Audience, audience_of
from lib.domain.consent import Channel
from lib.domain.marketing import Message

TODAY = date(2026, 11, 23)
SAID = {"name": "News", "text": "We are open."}


def test_nothing_that_the_law_asks_is_taken_for_granted() -> None:
    found = read({**NEW, **SAID}, TODAY)
    wanted = Message(Channel.EMAIL, has_opt_out=False, is_similar_service=False)
    assert (found.message, found.audience, dict(found.faults)) == (wanted, Audience(), {})


def test_whom_it_is_for_is_read_and_kept_as_it_was_said() -> None:
    typed = {
        **NEW,
        **SAID,
        "seen_from": "1/2/2026",
        "seen_until": "03-Feb-2026",
        "practitioner_id": str(UUID(int=7)),
        "town": " Leeds ",
        "postcode": " ls6  1",
        "product_group": "filler",
    }
    found = read(typed, TODAY)
    assert found.audience == Audience(
        date(2026, 2, 1), date(2026, 2, 3), UUID(int=7), "Leeds", "LS6 1", "filler"
    )
    assert found.message.uses_health_data
    assert audience_of(found.audience.as_json()) == found.audience


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": " "}, "name"),
        ({"text": ""}, "text"),
        ({"seen_from": "soon"}, "seen_from"),
        ({"seen_from": "2/2/2026", "seen_until": "1/2/2026"}, "seen_until"),
    ],
)
def test_what_cannot_be_is_named(typed: dict[str, object], field: str) -> None:
    assert list(read({**NEW, **SAID, **typed}, TODAY).faults) == [field]
