"""The strip's item of consent: treatment and pictures for the record, and what lacks first."""

from datetime import datetime
from uuid import UUID

import pytest

from lib.domain import summary
from lib.domain.consent import RECORD_MEDIA, TREATMENT, ConsentEvent, Decision, Standing
from lib.domain.consent import State as Consent
from lib.domain.summary import Key, State, SummaryItem

SAID = ConsentEvent(UUID(int=1), Decision.GIVEN, datetime.fromisoformat("2026-06-14T23:30"))
ASKED = {state: Standing(state, SAID) for state in Consent}
NOT_ASKED = Standing(Consent.NOT_ASKED)


def item(treatment: Standing, media: Standing, *, is_expected: bool = True) -> SummaryItem:
    standings = {TREATMENT: treatment, RECORD_MEDIA: media}
    return summary.consent(standings, is_expected=is_expected, path="x")


def test_both_given_is_done() -> None:
    found = item(ASKED[Consent.ACTIVE], ASKED[Consent.ACTIVE])
    assert (found.key, found.state, found.said) == (Key.CONSENT, State.DONE, "Consents given")


def test_nobody_is_asked_who_was_never_here() -> None:
    never = item(NOT_ASKED, NOT_ASKED, is_expected=False)
    assert (never.state, never.said) == (State.NOT_APPLICABLE, "Consent")
    said = item(ASKED[Consent.REFUSED], NOT_ASKED, is_expected=False)
    assert said.state is State.MISSING


@pytest.mark.parametrize(
    ("treatment", "media", "said", "reason"),
    [
        (
            NOT_ASKED,
            ASKED[Consent.ACTIVE],
            "Consent missing",
            "Not asked to agree to treatment",
        ),
        (
            ASKED[Consent.ACTIVE],
            ASKED[Consent.WITHDRAWN],
            "Consent withdrawn",
            "Took back the consent to pictures for the record, 15-Jun-2026",
        ),
        (
            ASKED[Consent.EXPIRED],
            ASKED[Consent.SUPERSEDED],
            "Consent expired",
            (
                "Agreed too long ago to treatment, 15-Jun-2026; "
                "the form changed since the patient agreed to pictures for the record"
            ),
        ),
        (
            ASKED[Consent.REFUSED],
            NOT_ASKED,
            "Consent refused",
            (
                "Refused to agree to treatment, 15-Jun-2026; "
                "not asked to agree to pictures for the record"
            ),
        ),
    ],
)
def test_what_lacks_first_is_told(
    treatment: Standing, media: Standing, said: str, reason: str
) -> None:
    found = item(treatment, media)
    assert (found.state, found.said, found.reason) == (State.MISSING, said, reason)
