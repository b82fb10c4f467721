"""Rules D6 and D7: on which basis marketing may reach somebody, and when next."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.ages import is_minor
from lib.domain.consent import Channel, State
from lib.domain.marketing import (
    SENTENCES,
    Basis,
    DetailsSource,
    Message,
    Standing,
    Verdict,
    Why,
    basis,
    capped,
    is_opted_out,
    last_adult_birth,
    may_contact_next_on,
    said_at,
    source_of,
)
from tests.vector_files import Row, rows

TODAY = date(2026, 11, 23)
NOON = datetime.fromisoformat("2026-11-23T12:00")
# A message and a patient with whom every limb of the soft opt-in is met.
EMAIL = Message(Channel.EMAIL)
BOUGHT = Standing(source=DetailsSource.SALE, is_opt_out_offered=True)
CONSENTED = Standing(State.ACTIVE)

messages = st.builds(Message, st.sampled_from(Channel), st.booleans(), st.booleans(), st.booleans())
standings = st.builds(
    Standing,
    st.sampled_from(State),
    st.sampled_from([*DetailsSource, None]),
    st.booleans(),
    st.booleans(),
)


@pytest.mark.parametrize("row", rows("pecr.csv"))
def test_the_basis_is_as_the_vectors_say(row: Row) -> None:
    flag = {name: value.strip() == "1" for name, value in row.items()}
    message = Message(
        Channel(row["channel"].strip().lower()),
        has_opt_out=flag["optout_in_message"],
        is_similar_service=flag["similar_service"],
        uses_health_data=flag["uses_health_data"],
    )
    standing = Standing(
        State(row["consent_state"].strip().lower().replace("_", " ")),
        source_of(row["details_source"]),
        is_opt_out_offered=flag["optout_at_collection"],
        is_opted_out=flag["opted_out"],
    )
    found = basis(message, standing)
    assert (found.basis.value, found.is_allowed) == (row["basis"], flag["allowed"])


@pytest.mark.parametrize(
    ("message", "standing", "why"),
    [
        (EMAIL, CONSENTED, Why.CONSENT),
        (EMAIL, BOUGHT, Why.SOFT_OPT_IN),
        (EMAIL, replace(BOUGHT, source=DetailsSource.NEGOTIATION), Why.SOFT_OPT_IN),
        (EMAIL, replace(BOUGHT, source=DetailsSource.THIRD_PARTY), Why.NO_SALE),
        (EMAIL, replace(BOUGHT, source=None), Why.NOT_RECORDED),
        (EMAIL, replace(BOUGHT, is_opt_out_offered=False), Why.NOT_OFFERED),
        (replace(EMAIL, is_similar_service=False), BOUGHT, Why.NOT_SIMILAR),
        (replace(EMAIL, is_similar_service=False), CONSENTED, Why.CONSENT),
        (replace(EMAIL, uses_health_data=True), BOUGHT, Why.HEALTH_DATA),
        (replace(EMAIL, uses_health_data=True), CONSENTED, Why.CONSENT),
        (replace(EMAIL, has_opt_out=False), CONSENTED, Why.NO_OPT_OUT),
        (replace(EMAIL, channel=Channel.SMS), BOUGHT, Why.SOFT_OPT_IN),
        (replace(EMAIL, channel=Channel.PHONE), BOUGHT, Why.CHANNEL),
        (replace(EMAIL, channel=Channel.POST), BOUGHT, Why.CHANNEL),
        (replace(EMAIL, channel=Channel.POST), CONSENTED, Why.CONSENT),
        (EMAIL, replace(BOUGHT, consent=State.EXPIRED), Why.SOFT_OPT_IN),
        (EMAIL, replace(BOUGHT, consent=State.SUPERSEDED), Why.SOFT_OPT_IN),
        (EMAIL, replace(BOUGHT, consent=State.REFUSED), Why.REFUSED),
        (EMAIL, replace(BOUGHT, consent=State.WITHDRAWN), Why.WITHDRAWN),
        (EMAIL, replace(CONSENTED, is_opted_out=True), Why.OPTED_OUT),
    ],
)
def test_the_basis_and_its_reason(message: Message, standing: Standing, why: Why) -> None:
    found = basis(message, standing)
    assert found.why is why
    assert found.is_allowed is (why in {Why.CONSENT, Why.SOFT_OPT_IN})


@given(messages, standings)
def test_nobody_is_reached_after_a_no(message: Message, standing: Standing) -> None:
    found = basis(message, standing)
    if standing.is_opted_out or standing.consent in {State.REFUSED, State.WITHDRAWN}:
        assert found.basis is Basis.NONE
    if not message.has_opt_out:
        assert not found.is_allowed


@given(messages, standings)
def test_health_data_and_calls_are_used_with_consent_or_not_at_all(
    message: Message, standing: Standing
) -> None:
    found = basis(message, standing)
    if message.uses_health_data or message.channel in {Channel.PHONE, Channel.POST}:
        assert found.basis is not Basis.SOFT_OPT_IN
    assert (found.basis is Basis.CONSENT) is (found.why is Why.CONSENT)


@given(messages, standings)
def test_the_soft_opt_in_is_never_wider_than_all_its_limbs(
    message: Message, standing: Standing
) -> None:
    if basis(message, standing).basis is Basis.SOFT_OPT_IN:
        assert message == Message(message.channel)
        assert standing.source in {DetailsSource.SALE, DetailsSource.NEGOTIATION}
        assert standing.is_opt_out_offered


def test_every_reason_is_a_sentence() -> None:
    assert set(SENTENCES) == set(Why)
    assert all(said.endswith(".") for said in SENTENCES.values())


@pytest.mark.parametrize("word", ["", "walk-in", "SOLD", "third_party", "general_enquiry"])
def test_an_unknown_source_is_no_sale(word: str) -> None:
    assert basis(EMAIL, replace(BOUGHT, source=source_of(word))).why is Why.NO_SALE


def test_a_source_is_known_however_it_is_written() -> None:
    assert source_of(" Sale ") is DetailsSource.SALE
    assert source_of("negotiations") is DetailsSource.NEGOTIATION


def test_the_next_contact_is_possible_on_the_day_the_interval_ends() -> None:
    next_on = may_contact_next_on(TODAY - timedelta(days=27), 28)
    assert next_on == TODAY + timedelta(days=1)
    assert may_contact_next_on(None, 28) is None
    yes = Verdict(Basis.CONSENT, Why.CONSENT)
    assert capped(yes, next_on, TODAY) == Verdict(Basis.CONSENT, Why.TOO_SOON, next_on)
    assert not capped(yes, next_on, TODAY).is_allowed
    assert capped(yes, TODAY, TODAY) == yes
    assert capped(yes, None, TODAY) == yes


def test_the_cap_never_hides_why_somebody_may_not_be_reached_at_all() -> None:
    no = Verdict(Basis.NONE, Why.WITHDRAWN)
    assert capped(no, TODAY + timedelta(days=9), TODAY) == no


def test_only_a_later_yes_answers_an_opt_out() -> None:
    minute = timedelta(minutes=1)
    assert is_opted_out(NOON)
    assert is_opted_out(NOON, None, NOON - minute)
    assert is_opted_out(NOON, NOON)
    assert not is_opted_out(NOON, None, NOON + minute)
    assert not is_opted_out(None)


def test_what_was_keyed_later_counts_from_its_day() -> None:
    assert said_at(None, NOON) == NOON
    assert said_at(TODAY, NOON) == NOON
    assert said_at(date(2019, 5, 1), NOON) == datetime.fromisoformat("2019-05-02T00:00")


@given(st.dates(date(1950, 1, 1), date(2026, 11, 23)), st.dates(date(2026, 1, 1), date(2032, 1, 1)))
def test_the_last_birth_of_an_adult_parts_minors_from_others(born_on: date, as_of: date) -> None:
    assert is_minor(born_on, as_of) is (born_on > last_adult_birth(as_of))


@pytest.mark.parametrize("as_of", [date(2026, 2, 28), date(2026, 3, 1), date(2024, 2, 29)])
def test_a_birthday_on_a_29_february_is_on_1_march(as_of: date) -> None:
    for days in range(-2, 3):
        born_on = last_adult_birth(as_of) + timedelta(days=days)
        assert is_minor(born_on, as_of) is (days > 0)
