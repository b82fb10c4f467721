"""Consent across the clinic on the screen: purposes by state, and what narrows them."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from uuid import UUID

import streamlit as st

from lib.domain.access import Actor
from lib.domain.consent import Channel, State, Topic
from lib.domain.consent_overview import ORDER, SOON, Renewal
from lib.domain.consent_words import CHANNELS
from lib.domain.consent_words import topic_name as words_of_topic
from lib.services import practitioners
from lib.services.consent.overview import SOONEST, Overview, Wish
from lib.services.consent.overview_lists import Choice
from lib.services.consent.past import Outline
from lib.ui import addresses, formats, navigation, session
from lib.ui.components import blocks, consent_matrix
from lib.ui.components.blocks import Cell, Column, Link, Table
from lib.ui.components.consent_matrix import Figure, Head, Matrix, Row, Span
from lib.ui.consent import badges
from lib.ui.keys import Keys

# What the address says; codes and days only.
PURPOSE, CHANNEL, STATE, WITHIN = "purpose", "channel", "state", "within"
SEEN_BY, BOOKED, SINCE = "seen", "booked", "since"
FILTERS = (
    (SEEN_BY, Keys.CONSENT_SEEN_BY),
    (BOOKED, Keys.CONSENT_BOOKED),
    (SINCE, Keys.CONSENT_SINCE),
)
BOOKED_DAYS = (7, 14, 30, 90)
# A choice of its own: Streamlit takes None for nothing chosen, and asks for an option.
ANY = ""
COUNTED = (
    "{patients}. Merged and restricted records and patients who died are left out. "
    "Every figure opens its list."
)
# The number that the home screen gives, said where it leads.
ENDING = "Running out within {days} days: {consents}."
OLD = "Something changed since these figures were counted; they are being counted anew."
OVERTAKEN = (
    Column("Form"),
    Column("Asked for"),
    Column("New wording", is_short=True),
    Column("In force since", is_short=True),
    Column("To ask again", is_figure=True),
)
NONE_OVERTAKEN = "No consent rests on a wording that a newer one has overtaken."


def wish() -> Wish:
    """Return what the address narrows the patients to; what it cannot mean narrows nothing."""
    query = st.query_params
    days = since = None
    with suppress(ValueError):
        days = int(query.get(BOOKED, ""))
    with suppress(ValueError):
        since = date.fromisoformat(query.get(SINCE, ""))
    return Wish(
        practitioner_id=addresses.patient_id_in(query.get(SEEN_BY, "")),
        booked_days=days if days in BOOKED_DAYS else None,
        treated_since=since,
    )


def choice(found: Overview) -> Choice | None:
    """Return which figure the address opens, or None."""
    query = st.query_params
    code = query.get(PURPOSE, "")
    try:
        state = State(query.get(STATE, ""))
        channel = Channel(query[CHANNEL]) if CHANNEL in query else None
        within = int(query[WITHIN]) if WITHIN in query else None
    except ValueError:
        return None
    topic = Topic(code, channel)
    is_there = any(line.topic == topic for line in found.lines)
    if not is_there or within not in {None, *SOON} or (within and state is not State.ACTIVE):
        return None
    return Choice(topic, state, within)


def href(chosen: Choice | None, narrowed: Wish) -> str:
    """Return the address of a figure's list among the patients who are looked at."""
    query: dict[str, str] = {}
    if chosen is not None:
        query = {PURPOSE: chosen.topic.purpose, STATE: chosen.state.value}
        if chosen.topic.channel:
            query[CHANNEL] = chosen.topic.channel.value
        if chosen.within:
            query[WITHIN] = str(chosen.within)
    if narrowed.practitioner_id:
        query[SEEN_BY] = str(narrowed.practitioner_id)
    if narrowed.booked_days:
        query[BOOKED] = str(narrowed.booked_days)
    if narrowed.treated_since:
        query[SINCE] = narrowed.treated_since.isoformat()
    return navigation.href(navigation.CONSENT_OVERVIEW, query)


def draw_filters(actor: Actor, narrowed: Wish) -> None:
    """Draw what the patients can be narrowed by; the address holds it, so that it can be kept."""
    names = practitioners.list_names(session.clinic(), actor)
    seen_by = narrowed.practitioner_id if narrowed.practitioner_id in names else None
    st.session_state[Keys.CONSENT_SEEN_BY] = str(seen_by or ANY)
    st.session_state[Keys.CONSENT_BOOKED] = str(narrowed.booked_days or ANY)
    st.session_state[Keys.CONSENT_SINCE] = narrowed.treated_since
    seen, booked, since = st.columns(3)
    seen.selectbox(
        "Last seen by",
        [ANY, *map(str, names)],
        format_func=lambda one: names[UUID(one)] if one else "Anybody",
        key=Keys.CONSENT_SEEN_BY,
        on_change=_narrow,
    )
    booked.selectbox(
        "Next visit",
        [ANY, *map(str, BOOKED_DAYS)],
        format_func=lambda days: f"Booked within {days} days" if days else "Booked or not",
        key=Keys.CONSENT_BOOKED,
        on_change=_narrow,
    )
    since.date_input(
        "Treated since",
        format="DD/MM/YYYY",
        key=Keys.CONSENT_SINCE,
        on_change=_narrow,
    )


def _narrow() -> None:
    """Put what was chosen into the address; the list begins at its first page."""
    st.session_state[Keys.CONSENT_PAGE] = 0
    for name, key in FILTERS:
        value = st.session_state.get(key)
        if not value:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = value.isoformat() if isinstance(value, date) else str(value)


def draw_table(found: Overview, chosen: Choice | None, narrowed: Wish) -> None:
    """Draw purposes by state; every figure opens its list."""
    counted = COUNTED.format(patients=formats.counted(found.patients, "patient"))
    consents = formats.counted(found.ending[SOONEST], "consent")
    st.caption(f"{counted} {ENDING.format(days=SOONEST, consents=consents)}")
    if found.is_old:
        st.caption(f":material/sync: {OLD}")
    consent_matrix.draw(matrix(found, chosen, narrowed), key="consent_matrix")


def matrix(found: Overview, chosen: Choice | None, narrowed: Wish) -> Matrix:
    """Return the table, a row a purpose; of one with ways of contact, a row each."""

    def figure(count: int, opens: Choice) -> Figure:
        share = count / found.patients if found.patients else 0.0
        address = href(opens, narrowed) if count else ""
        return Figure(formats.figure(count), address, round(share, 3), opens == chosen)

    rows: list[Row] = []
    for line in found.lines:
        figures = [figure(line.states[state], Choice(line.topic, state)) for state in ORDER]
        for days in SOON:
            opens = Choice(line.topic, State.ACTIVE, days)
            figures.append(
                figure(line.soon[days], opens) if days in line.soon else Figure("no end")
            )
        rows += heading_rows(found, line.topic, len(HEADS))
        is_part = line.topic.channel is not None
        rows.append(Row(name_of(found, line.topic), tuple(figures), is_part))
    return Matrix("Patients by purpose and state, today", SPANS, HEADS, tuple(rows))


HEADS = (
    *(Head(badges.mark(state).word, badges.mark(state)) for state in ORDER),
    *(Head(f"{days} days") for days in SOON),
)
SPANS = (Span("State today", len(ORDER)), Span("Active, runs out within", len(SOON)))


def heading_rows(found: Overview | Outline, topic: Topic, columns: int) -> list[Row]:
    """Return the row above the first way of contact of a purpose."""
    if topic.channel is not next(iter(Channel)):
        return []
    return [Row(found.purposes[topic.purpose].name, (Figure(""),) * columns)]


def name_of(found: Overview | Outline, topic: Topic) -> str:
    """Return how a row is called: the purpose, or the way of contact under it."""
    if topic.channel:
        return formats.words(CHANNELS[topic.channel])
    return found.purposes[topic.purpose].name


def topic_name(found: Overview, topic: Topic) -> str:
    """Return how a topic is called on this screen."""
    return words_of_topic(found.purposes[topic.purpose].name, topic.channel)


def draw_overtaken(found: Overview, narrowed: Wish) -> None:
    """Draw which new wordings overtook how many consents, and since when."""
    rows = tuple(
        _overtaken(found, renewal, narrowed) for line in found.lines for renewal in line.renewals
    )
    shown = Table(
        "Overtaken by a new wording",
        OVERTAKEN,
        rows,
        caption="What was agreed to on an older wording; ask again before it is used",
        empty=NONE_OVERTAKEN,
    )
    blocks.draw([shown], key="consent_overtaken")


def _overtaken(found: Overview, renewal: Renewal, narrowed: Wish) -> tuple[Cell, ...]:
    version = renewal.version
    forms: Mapping[UUID, str] = found.forms
    opens = Choice(renewal.topic, State.SUPERSEDED)
    return (
        forms.get(version.form_id, formats.NOT_KNOWN),
        topic_name(found, renewal.topic),
        f"Version {version.number}",
        formats.day(version.in_force_from),
        Link(formats.figure(renewal.patients), href(opens, narrowed)),
    )
