"""What protects the patient and is kept without end: choosing it fact by fact, with a preview."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

import streamlit as st

from lib.domain import access, vital_interests
from lib.domain.access import Actor, Permission
from lib.domain.vital_interests import IDENTITY, NOUNS, SUGGESTED, Fact, Kind, NewVitalInterest
from lib.errors import ClinicError
from lib.services.retention import vital_interests as service
from lib.services.retention.sentence import Explained
from lib.services.retention.vital_interests import Reviewed
from lib.store.records import Patient
from lib.store.vital_interests import Counts, VitalInterest
from lib.ui import clock, formats, session, text
from lib.ui.components import blocks
from lib.ui.components.blocks import Act, Entries, Entry, Facts, Mark, Tone, Value
from lib.ui.components.blocks import Fact as Shown
from lib.ui.keys import Keys
from lib.ui.retention.explained import about
from lib.ui.retention.holding import (
    DATE_FORMAT,
    minted,
    owner_field,
    people,
    refused,
    review_mark,
    saved,
)

REVIEW, RELEASE = "review", "release"
TITLE: Final = "Kept to protect the patient"
NOTHING: Final = (
    "Nothing is kept beyond the date. An allergy, an adverse reaction or a product in the body can "
    "be, without end, where that protects the patient."
)
NO_FACTS: Final = (
    "The record holds no allergy, condition, medicine, adverse event or injected product that "
    "could be kept. Record it in the history first."
)
WORDS: Final = {
    Kind.ALLERGY: "Allergies",
    Kind.ADVERSE_EVENT: "Adverse events",
    Kind.PRODUCT: "Products injected, with their lots",
    Kind.CONDITION: "Conditions",
    Kind.MEDICINE: "Medicines",
    Kind.CONTRAINDICATION: "Contraindications",
}
ICONS: Final = {
    Kind.ALLERGY: "warning",
    Kind.ADVERSE_EVENT: "emergency_home",
    Kind.PRODUCT: "vaccines",
    Kind.CONDITION: "medical_information",
    Kind.MEDICINE: "pill",
    Kind.CONTRAINDICATION: "do_not_disturb_on",
}


def draw(actor: Actor, patient: Patient, found: Explained) -> None:
    """Draw what is kept without end, why and who looks after it, and what can be done about it."""
    standing = [one for one in found.vital_interests if one.released_at is None]
    entries = tuple(_entry(actor, one, found) for one in standing)
    shown = [Entries(TITLE, entries, NOTHING), *_over(found.vital_interests)]
    word, _, key = (blocks.draw(shown, key="retention_vital") or "").partition(":")
    may = access.can(actor, Permission.PLACE_HOLDS) and not standing
    if may and st.button("Choose what protects the patient", icon=":material/favorite:"):
        mark(patient, found)
    one = next((one for one in standing if str(one.vital_interest_id) == key), None)
    if one is not None and word == REVIEW:
        review(patient, found, one)
    elif one is not None and word == RELEASE:
        release(patient.patient_id, one)


def _entry(actor: Actor, one: VitalInterest, found: Explained) -> Entry:
    marked = formats.day(clock.local(one.marked_at).date())
    looked = f"Reviewed {formats.moment(one.reviewed_at)} by {one.reviewed_by}"
    return Entry(
        when=marked,
        title=one.reason,
        marks=(review_mark(one.review_on, clock.today()), *map(_mark, found.kept)),
        lines=(
            people("Marked", one.marked_by, one.owner),
            looked if one.reviewed_at else "",
        ),
        acts=_acts(actor, one),
    )


def _mark(one: Fact) -> Mark:
    return Mark(one.name, ICONS[one.kind], Tone.INFO)


def _acts(actor: Actor, one: VitalInterest) -> tuple[Act, ...]:
    acts = []
    if access.can(actor, Permission.PLACE_HOLDS):
        label = "Review what is kept"
        acts.append(Act(label, "fact_check", f"{REVIEW}:{one.vital_interest_id}"))
    if access.can(actor, Permission.RELEASE_HOLDS):
        acts.append(Act("Release", "lock_open", f"{RELEASE}:{one.vital_interest_id}"))
    return tuple(acts)


def _over(found: Iterable[VitalInterest]) -> list[Entries]:
    over = [one for one in found if one.released_at is not None]
    entries = tuple(
        Entry(
            when=formats.day(clock.local(one.marked_at).date()),
            title=one.reason,
            lines=(_released(one),),
        )
        for one in over
    )
    return [Entries("Kept no longer", entries)] if entries else []


def _released(one: VitalInterest) -> str:
    return f"Released {formats.moment(one.released_at)} by {one.released_by}: {one.release_reason}"


@st.dialog("What protects the patient", width="large")
def mark(patient: Patient, found: Explained) -> None:
    """Ask what is kept, why and who looks after it; show what stays; mark it."""
    actor = session.require(Permission.PLACE_HOLDS)
    if not found.facts:
        st.write(NO_FACTS)
        return
    as_of = clock.today()
    st.caption(
        "Kept without end, because it protects the patient. Choose no more than that: all else "
        "goes when the date has passed and nothing holds the record back."
    )
    suggested = {one.row_id for one in found.facts if one.kind in SUGGESTED}
    chosen = _choose(found.facts, suggested)
    reason = st.text_area(
        "Clinical reason", height=90, placeholder="Such as anaphylaxis to lidocaine in 2019"
    )
    owner, review_on = _looked_after(found, actor.person_id, as_of)
    preview(patient, [one for one in found.facts if one.row_id in set(chosen)], found.going)
    if not st.button("Keep this without end", type="primary", icon=":material/favorite:"):
        return
    new = NewVitalInterest(minted(Keys.VITAL_FORM), reason, owner, review_on, tuple(chosen))
    try:
        service.mark(session.clinic(), actor, about(patient.patient_id), new)
    except ClinicError as error:
        refused(error)
    else:
        saved(Keys.VITAL_FORM, "It is marked. What protects the patient stays, without end.")


@st.dialog("Review what is kept", width="large")
def review(patient: Patient, found: Explained, one: VitalInterest) -> None:
    """Ask what is still needed, and who looks after it until when; note the review."""
    actor = session.require(Permission.PLACE_HOLDS)
    as_of = clock.today()
    st.caption(text.plain(one.reason))
    chosen = _choose(found.facts, {fact.row_id for fact in found.kept})
    owner, review_on = _looked_after(found, one.owner_id or actor.person_id, as_of)
    preview(patient, [fact for fact in found.facts if fact.row_id in set(chosen)], found.going)
    if not st.button("Keep this for another year", type="primary", icon=":material/fact_check:"):
        return
    said = Reviewed(one.vital_interest_id, one.version, owner, review_on, tuple(chosen))
    try:
        service.review(session.clinic(), actor, about(patient.patient_id), said)
    except ClinicError as error:
        refused(error)
    else:
        saved(Keys.VITAL_FORM, "The review is noted.")


@st.dialog("Keep this no longer")
def release(patient_id: UUID, one: VitalInterest) -> None:
    """Ask why nothing needs to be kept any more, and release it."""
    actor = session.require(Permission.RELEASE_HOLDS)
    st.caption("Once it is released, all of the record goes when its date has passed.")
    reason = st.text_area("Why it need not be kept", height=90)
    if not st.button("Keep it no longer", type="primary", icon=":material/lock_open:"):
        return
    try:
        key = one.vital_interest_id
        service.release(session.clinic(), actor, about(patient_id), key, reason)
    except ClinicError as error:
        refused(error)
    else:
        saved(Keys.VITAL_FORM, "It is kept no longer than the rest of the record.")


def _choose(facts: Sequence[Fact], before: set[UUID]) -> list[UUID]:
    """Draw each fact to tick; products, of which there can be many, as a list to choose from."""
    chosen: list[UUID] = []
    for kind in NOUNS:
        of_kind = [one for one in facts if one.kind is kind]
        if not of_kind:
            continue
        if kind is Kind.PRODUCT:
            chosen += _products(of_kind, before)
            continue
        st.markdown(f"**{WORDS[kind]}**")
        chosen += [one.row_id for one in of_kind if _tick(one, is_ticked=one.row_id in before)]
    return chosen


def _tick(one: Fact, *, is_ticked: bool) -> bool:
    words = " \N{MIDDLE DOT} ".join(
        filter(None, (one.name, one.detail, formats.day(one.happened_on)))
    )
    return st.checkbox(text.plain(words), value=is_ticked, key=f"vital-{one.row_id}")


def _products(facts: Sequence[Fact], before: set[UUID]) -> list[UUID]:
    named = {
        one.row_id: f"{one.name}, {one.detail}, {formats.day(one.happened_on)}" for one in facts
    }
    return st.multiselect(
        WORDS[Kind.PRODUCT],
        list(named),
        default=[key for key in named if key in before],
        format_func=lambda one: named.get(one, ""),
        placeholder="Choose those that may still be in the body",
    )


def _looked_after(found: Explained, chosen: UUID, as_of: date) -> tuple[UUID, date]:
    left, right = st.columns(2)
    with left:
        owner = owner_field(found.owners, chosen)
    with right:
        review_on = st.date_input(
            "Look at it again on",
            vital_interests.review_by_default(as_of),
            min_value=as_of,
            format=DATE_FORMAT,
        )
    return owner, review_on


def preview(patient: Patient, chosen: Sequence[Fact], going: Counts) -> None:
    """Draw exactly what stays of the record, and that all else goes."""
    stays, goes = st.columns(2, gap="medium")
    with stays:
        blocks.draw([staying(patient, chosen)], key="vital_stays")
    with goes:
        blocks.draw([leaving(going)], key="vital_goes")


def staying(patient: Patient, chosen: Sequence[Fact]) -> Facts:
    """Return what stays: the facts that were chosen, and whom they protect."""
    whose = ", ".join(IDENTITY.values())
    identity = (
        Value(formats.name(patient.family_name, patient.given_names)),
        Value(formats.born(patient.born_on, clock.today(), patient.deceased_on)),
        Value(patient.reference, f"No more than {whose[:1].lower()}{whose[1:].lower()}"),
    )
    kept = tuple(
        Shown(WORDS[kind], tuple(_value(one) for one in chosen if one.kind is kind))
        for kind in NOUNS
        if any(one.kind is kind for one in chosen)
    )
    facts = kept or (Shown("Facts", (Value("None is chosen yet"),)),)
    return Facts("Stays without end", (*facts, Shown("Whose it is", identity)))


def _value(one: Fact) -> Value:
    note = ", ".join(filter(None, (one.detail, formats.day(one.happened_on))))
    return Value(one.name, note)


def leaving(going: Counts) -> Facts:
    """Return what goes, counted where it can be."""
    counted = (
        (
            "Photographs and video",
            f"All {going.pictures:,}" if going.pictures else "There are none",
        ),
        ("Treatments", f"All {going.treatments:,}, with prices and notes"),
        ("Visits", formats.counted(going.consultations, "consultation")),
        ("Consents", formats.counted(going.consents, "entry", "entries")),
        ("All else", "Contacts, addresses, notes, the rest of the history"),
    )
    return Facts("Goes", tuple(Shown(label, (Value(words),)) for label, words in counted))
