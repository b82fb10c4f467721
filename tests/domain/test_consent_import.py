"""The words of other programs for consents, and which wording a row means."""

from datetime import date, datetime
from uuid import UUID

import pytest

from lib.domain import consent_import as words
from lib.domain.consent import Channel, Decision
from lib.domain.consent_import import Stated, Wording
from lib.domain.dates import Order, moment_of
from lib.errors import InvalidInputError

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("Yes", Decision.GIVEN),
        ("opt-in", Decision.GIVEN),
        ("TRUE", Decision.GIVEN),
        ("agreed", Decision.GIVEN),
        ("no", Decision.REFUSED),
        ("Declined", Decision.REFUSED),
        ("opt out", Decision.WITHDRAWN),
        ("Withdrawn", Decision.WITHDRAWN),
        ("unsubscribed", Decision.WITHDRAWN),
        ("", None),
        ("n/a", None),
    ],
)
def test_decisions_are_read_in_the_words_of_other_programs(
    text: str, decision: Decision | None
) -> None:
    assert words.decision_of(text) == decision


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        ("", ()),
        ("E-mail", (Channel.EMAIL,)),
        ("sms; post", (Channel.SMS, Channel.POST)),
        ("phone and email", (Channel.EMAIL, Channel.PHONE)),
        ("All", tuple(Channel)),
    ],
)
def test_one_cell_may_name_several_ways_of_contact(
    text: str, channels: tuple[Channel, ...]
) -> None:
    assert words.channels_of(text) == channels


@pytest.mark.parametrize("read", [words.decision_of, words.channels_of, words.version_of])
def test_a_word_without_a_meaning_is_refused_and_not_repeated(read) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    with pytest.raises(InvalidInputError) as refused:
        read("gobbledygook")
    assert "gobbledygook" not in refused.value.message


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Our studies", Stated("studies")),
        ("Marketing", Stated("keeping in touch")),
        ("Email marketing", Stated("keeping in touch", Channel.EMAIL)),
        ("SMS reminders", None),
        ("pigeon marketing", None),
        ("Instagram", Stated("social media")),
        ("knitting", None),
    ],
)
def test_purposes_go_by_the_clinics_names_before_common_words(
    text: str, stated: Stated | None
) -> None:
    assert words.purpose_of(text, {"our studies": "studies"}) == stated


@pytest.mark.parametrize(
    ("text", "number"), [("2", 2), ("v2", 2), ("Version 12", 12), ("3.0", 3), ("", None)]
)
def test_a_version_is_a_number_however_it_is_written(text: str, number: int | None) -> None:
    assert words.version_of(text) == number


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Pictures", ("Pictures", None)),
        ("Pictures v2", ("Pictures", 2)),
        ("Pictures (version 3)", ("Pictures", 3)),
        ("Pictures, v. 4", ("Pictures", 4)),
    ],
)
def test_a_version_may_stand_behind_the_name(text: str, form: tuple[str, int | None]) -> None:
    assert words.form_of(text) == form


def test_the_newest_wording_in_force_on_the_day_is_meant() -> None:
    days = (date(2020, 1, 1), date(2021, 1, 1), None)
    found = [
        Wording(UUID(int=number), "Pictures", number, day, frozenset())
        for number, day in enumerate(days, 1)
    ]
    assert [one.number for one in words.wordings_of(" PICTURES ", found)] == [3, 2, 1]
    assert words.wordings_of("Other", found) == []
    assert words.in_force_on(found, date(2019, 12, 31)) is None
    for day, number in ((date(2020, 1, 1), 1), (date(2020, 12, 31), 1), (date(2021, 1, 1), 2)):
        meant = words.in_force_on(found, day)
        assert meant is not None
        assert meant.number == number


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("03/07/2025", "2025-07-02T23:00:00"),
        ("03/01/2025", "2025-01-03T00:00:00"),
        ("03/07/2025 14:20", "2025-07-03T13:20:00"),
        ("3 July 2025, 2:05 pm", "2025-07-03T13:05:00"),
        ("03/01/2025 12:00 am", "2025-01-03T00:00:00"),
        ("03/01/2025 12:30 pm", "2025-01-03T12:30:00"),
        ("2025-07-03T14:20:30.9Z", "2025-07-03T14:20:30"),
        ("2025-07-03 14:20+02:00", "2025-07-03T12:20:00"),
    ],
)
def test_a_moment_is_read_in_london_unless_it_says_otherwise(text: str, moment: str) -> None:
    found = moment_of(text, Order.DAY_FIRST, TODAY)
    assert found == datetime.fromisoformat(moment)


@pytest.mark.parametrize("text", ["03/07/2025 25:00", "2025-13-03T14:20Z", "yesterday 10:00"])
def test_a_moment_that_never_is_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        moment_of(text, Order.DAY_FIRST, TODAY)
