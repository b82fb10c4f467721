"""One picture's own page: the picture, what is known of it, its purposes, who saw it."""

from collections.abc import Iterable
from typing import Literal
from uuid import UUID

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.domain.media import Kind, Purpose
from lib.errors import ClinicError
from lib.services.media import originals, photograph
from lib.services.media.photograph import Photograph, PurposeState, Seen
from lib.services.records import Heading
from lib.store.media_history import LabelVersion
from lib.ui import addresses, clock, formats, navigation, notices, restricted, session, undo
from lib.ui.components import blocks
from lib.ui.components import photograph as component
from lib.ui.components.blocks import (
    Cell,
    Column,
    Entries,
    Entry,
    Fact,
    Facts,
    Link,
    Mark,
    Notice,
    Notices,
    Said,
    Table,
    Tone,
    Value,
)
from lib.ui.consent import badges
from lib.ui.media import annotate, labels, purposes, removing, tiles, uses

CLOSELY, NOTES = "Look closely", "Marks and notes"
PURPOSES = (Column("Purpose", is_short=True), Column("Now", is_short=True), Column("Why"))
LOOKS = (Column("When", is_short=True), Column("Who"), Column("What"))
PERMITTED = Mark("Permitted", "check", Tone.GOOD)
GUESS = (Mark("Guess", "help", Tone.WARN),)
REFUSED = Mark("Refused", "block", Tone.ALERT)
NO_PICTURE = "There is no such picture in this record. It may have been disposed of."


def open_named(actor: Actor, opened: Heading) -> Photograph:
    """Return the picture that the address names; the script stops where the record has none."""
    patient_id, media_id = opened.patient.patient_id, addresses.media_id()
    if media_id is None:
        notices.not_found(NO_PICTURE)
        st.stop()
    try:
        return photograph.open_photograph(
            session.clinic(),
            actor,
            patient_id,
            media_id,
            as_of=clock.today(),
            ground=restricted.ground_for(patient_id),
        )
    except ClinicError as error:
        notices.not_found(error.message)
        st.stop()


def draw_back(patient_id: UUID) -> None:
    """Draw the way back to the patient's photographs."""
    st.page_link(
        navigation.PHOTOGRAPHS.path,
        label="All photographs",
        icon=":material/arrow_back:",
        query_params={addresses.PATIENT: str(patient_id)},
    )


def draw(actor: Actor, opened: Heading, found: Photograph) -> None:
    """Draw the page: the picture with what can be done, and beside it what is known."""
    undo.offer(opened.patient.patient_id)
    _acts(actor, opened, found)
    if found.picture.removed_at is not None:
        blocks.draw([_removed(found)], key="photograph_removed")
    whole, side = st.columns([0.64, 0.36], gap="large")
    with whole:
        _picture(actor, opened, found)
        uses.draw(actor, opened.patient.patient_id, found)
        blocks.draw([_seen(found.seen)], key="photograph_seen")
    with side:
        blocks.draw(
            [
                _facts(found),
                _purposes(opened.patient.patient_id, found.purposes),
                _versions(found.versions),
            ],
            key="photograph_side",
        )


def _acts(actor: Actor, opened: Heading, found: Photograph) -> None:
    media_id = found.picture.media_id
    with st.container(horizontal=True, key="photograph_acts"):
        if found.picture.removed_at is not None:
            _restoring(actor, opened.patient.patient_id, media_id)
            return
        if access.can(actor, Permission.ADD_MEDIA):
            _labelling(actor, opened, found)
        if access.can(actor, Permission.EXPORT_MEDIA):
            st.link_button(
                "Download the original", originals.address(media_id), icon=":material/download:"
            )


def _restoring(actor: Actor, patient_id: UUID, media_id: UUID) -> None:
    if access.can(actor, Permission.ADD_MEDIA) and st.button(
        "Put back", icon=":material/restore_from_trash:", type="primary"
    ):
        removing.put_back(patient_id, [media_id])


def _labelling(actor: Actor, opened: Heading, found: Photograph) -> None:
    patient_id, ids = opened.patient.patient_id, [found.picture.media_id]
    # Marks and notes have a first action of their own.
    is_first = st.session_state.get(_mode_key(found), CLOSELY) == CLOSELY
    weight: Literal["primary", "secondary"] = "primary" if is_first else "secondary"
    if st.button("Correct labels", icon=":material/edit:", type=weight):
        labels.begin(actor, patient_id, ids, labels.choices(actor, opened))
    is_guess = found.picture.is_guessed
    if is_guess and st.button("Confirm the guess", icon=":material/done_all:"):
        labels.confirm(actor, patient_id, ids)
    if st.button("Remove", icon=":material/delete:"):
        removing.ask(patient_id, ids)


def _picture(actor: Actor, opened: Heading, found: Photograph) -> None:
    picture = found.picture
    tile, day = tiles.tile(picture), formats.day(picture.captured_on, tiles.NO_DAY)
    key = _key(found)
    if picture.kind is Kind.VIDEO or picture.removed_at is not None:
        component.draw(tile, day, Purpose.RECORD.value, key)
        return
    count = f" ({picture.annotations})" if picture.annotations else ""
    mode = st.segmented_control(
        "How to look at it",
        (CLOSELY, NOTES),
        default=CLOSELY,
        format_func=lambda one: f"{NOTES}{count}" if one == NOTES else one,
        required=True,
        label_visibility="collapsed",
        key=_mode_key(found),
    )
    if mode == NOTES:
        annotate.draw(actor, opened, picture, tiles.alt(picture))
    else:
        component.draw(tile, day, Purpose.RECORD.value, key)


def _key(found: Photograph) -> str:
    return f"photograph_{found.picture.media_id}"


def _mode_key(found: Photograph) -> str:
    return f"{_key(found)}_mode"


def _removed(found: Photograph) -> Notices:
    facts = found.facts
    when = " ".join(filter(None, (formats.moment(facts.removed_at), _by(facts.removed_by))))
    line = f"{when}: {facts.removal_reason or 'no reason given'}"
    title = "This picture was removed from the gallery"
    return Notices("", (Notice(title, (line,), "delete", Tone.WARN),))


def _facts(found: Photograph) -> Facts:
    picture, facts = found.picture, found.facts
    time = f" {clock.local(picture.captured_at):%H:%M}" if picture.captured_at else ""
    said = (
        ("Taken", f"{formats.day(picture.captured_on, formats.NOT_KNOWN)}{time}", _source(found)),
        ("Treatment", picture.treatment_name or "None", formats.day(picture.treated_on, "")),
        ("Practitioner", picture.practitioner_name or formats.NOT_KNOWN, ""),
        ("View", _word(picture.view), ""),
        ("Expression", _word(picture.expression), ""),
        ("Stage", _word(picture.stage), ""),
        ("Area", formats.words(picture.area) if picture.area else "Not said", ""),
        ("Note", picture.note or "None", ""),
        ("Original", f"{picture.format}, {tiles.size(picture)}", "kept bit for bit, sealed"),
        ("Brought in", formats.moment(facts.recorded_at), _by(facts.recorded_by)),
    )
    guess = GUESS if picture.is_guessed else ()
    return Facts(
        "What is known",
        tuple(
            Fact(label, (Value(text, note, guess if label in {"View", "Stage"} else ()),))
            for label, text, note in said
        ),
    )


def _source(found: Photograph) -> str:
    source = tiles.SOURCES[found.picture.capture_source]
    return source[:1].lower() + source[1:]


def _word(value: str | None) -> str:
    return formats.words(value) if value else "Not said"


def _purposes(patient_id: UUID, found: Iterable[PurposeState]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            purposes.LABELS[one.purpose],
            PERMITTED if one.state is None else badges.mark(one.state),
            one.why,
        )
        for one in found
    ]
    href = navigation.href(navigation.CONSENT, {addresses.PATIENT: str(patient_id)})
    rows.append(("", "", Link("The patient's consent", href)))
    return Table("What it may be used for", PURPOSES, tuple(rows))


def _versions(found: Iterable[LabelVersion]) -> Entries:
    entries = tuple(
        Entry(
            when=formats.day(clock.local(one.recorded_at).date()),
            title=_word(", ".join(filter(None, (one.view, one.expression)))),
            marks=GUESS if one.is_guessed else (),
            lines=tuple(filter(None, (_line(one), _said(one)))),
            said=one.note or "",
        )
        for one in found
    )
    return Entries("What was said of it", entries, count=formats.figure(len(entries)))


def _said(one: LabelVersion) -> str:
    return " ".join((f"Said at {clock.local(one.recorded_at):%H:%M}", _by(one.recorded_by))).strip()


def _by(name: str | None) -> str:
    return f"by {name}" if name else ""


def _line(one: LabelVersion) -> str:
    parts = (
        formats.day(one.captured_on, tiles.NO_DAY),
        one.stage,
        one.area,
        one.treatment_name,
        one.practitioner_name,
    )
    return " · ".join(filter(None, parts))


def _seen(found: Iterable[Seen]) -> Table:
    rows = tuple(
        (
            formats.moment(one.occurred_at),
            one.person_name or "The software",
            REFUSED if one.is_refused else Said(formats.words(one.action), _how(one)),
        )
        for one in found
    )
    empty = "Nobody but you, just now."
    return Table("Who saw it and what was done", LOOKS, rows, empty=empty)


def _how(one: Seen) -> str:
    words = {
        "screen": "on its own page",
        "rendition": "",
        "purpose": f"for {one.detail.get('purpose')}",
        "fields": f"changed: {one.detail.get('fields')}".replace("_", " "),
        "document": str(one.detail.get("document")),
        "what": str(one.detail.get("what")),
        "act": str(one.detail.get("act")),
    }
    said = [text for name, text in words.items() if name in one.detail and text]
    return ", ".join((*said, one.ground or "")).strip(", ")
