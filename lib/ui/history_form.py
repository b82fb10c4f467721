"""The panel beside the history: adding entries one after the other, correcting, comparing."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.domain.conflicts import Choice, compare
from lib.domain.differences import differences
from lib.domain.history import AllergyState, HistoryEntry, Kind, Series, Status
from lib.domain.history_form import FIELDS, SEVERITIES, typed_of
from lib.errors import ClinicError, InvalidInputError, SavedAlreadyError, StaleVersionError
from lib.services import history
from lib.services.drafts import Form, Subject
from lib.services.history import Correction, NewEntry
from lib.services.records import Record
from lib.ui import clock, conflict, drafts, fields, formats, notices, restricted, session, text
from lib.ui.components import blocks
from lib.ui.components.blocks import Changed, Differences, Words
from lib.ui.drafts import FormState
from lib.ui.keys import Keys
from lib.ui.record import KINDS
from lib.ui.registration import SOURCES

LABELS = {
    "name": "What",
    "severity": "Severity",
    "status": "State",
    "started_on": "Since",
    "ended_on": "Until",
    "detail": "Detail",
    "source": "Told by",
    "source_detail": "Who, or which letter",
}
TAKEN = (Kind.ALLERGY, Kind.CONDITION, Kind.MEDICINE, Kind.CONTRAINDICATION)
GRADES = {"": "Not stated", **{one: formats.words(one) for one in SEVERITIES}}
STATES = {status.value: formats.words(status.value) for status in Status}
DAY_HINT = "14/07/2019"
NEW: dict[str, object] = {
    **dict.fromkeys(("name", "severity", "started_on", "detail", "source_detail"), ""),
    "kind": Kind.ALLERGY.value,
    "source": "patient",
}
ERROR = "error"


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel is busy with: an entry of one patient, and what is done with it."""

    patient_id: UUID
    word: str
    series_id: UUID


def open_panel(panel: Panel | None) -> None:
    """Turn the panel to an entry; None turns it back to adding."""
    st.session_state[Keys.HISTORY_OPEN] = panel
    st.session_state.pop(Keys.HISTORY_CONFLICT, None)


def draw(actor: Actor, opened: Record) -> None:
    """Draw what the panel is busy with; adding is what it does otherwise."""
    panel: Panel | None = st.session_state.get(Keys.HISTORY_OPEN)
    one = _series(opened, panel)
    if panel is not None and one is not None and panel.word == "versions":
        _versions(one)
    elif not access.can(actor, Permission.EDIT_RECORD):
        st.caption("Staff add and correct entries here.")
    elif panel is not None and one is not None:
        _correct(opened, one, panel.word)
    else:
        _add(opened)


def _series(opened: Record, panel: Panel | None) -> Series | None:
    if panel is None or panel.patient_id != opened.patient.patient_id:
        return None
    return next((one for one in opened.history if one.current.series_id == panel.series_id), None)


@st.fragment
def _add(opened: Record) -> None:
    actor = session.require(Permission.EDIT_RECORD)
    patient_id = opened.patient.patient_id
    form = drafts.begin(actor, Subject(Form.HISTORY, patient_id), NEW)
    st.subheader("Add to the history", anchor=False)
    if opened.alerts.allergy_state is AllergyState.NOT_RECORDED:
        _no_known_allergies(actor, opened, form)
    drafts.offer(actor, form)
    kinds = {kind.value: KINDS[kind] for kind in TAKEN}
    kind = Kind(fields.segments(form, "kind", "Kind", kinds) or Kind.ALLERGY)
    faults = history.check(form.values, kind, clock.today())
    fields.suggested(form, "name", LABELS["name"], _usual(actor, kind), faults)
    if kind in {Kind.ALLERGY, Kind.CONDITION}:
        fields.segments(form, "severity", LABELS["severity"], GRADES)
    fields.text(form, "started_on", LABELS["started_on"], faults, DAY_HINT)
    fields.area(form, "detail", LABELS["detail"], faults)
    _source(form, faults)
    drafts.keep(actor, form)
    if fields.save_button(form, "Add to the history", "add"):
        _save_new(actor, form, NewEntry(form.form_id, patient_id, kind, dict(form.values)), faults)


def _source(form: FormState, faults: Mapping[str, str]) -> None:
    source, detail = st.columns(2)
    with source:
        fields.choice(form, "source", LABELS["source"], SOURCES, faults)
    with detail:
        fields.text(form, "source_detail", LABELS["source_detail"], faults)


def _usual(actor: Actor, kind: Kind) -> list[str]:
    """Return the usual names of a kind, asked for once a sign-in."""
    known: dict[Kind, list[str]] = st.session_state.setdefault(Keys.HISTORY_KIND, {})
    if kind not in known:
        known[kind] = history.usual_names(session.clinic(), actor, kind)
    return known[kind]


def _no_known_allergies(actor: Actor, opened: Record, form: FormState) -> None:
    patient_id = opened.patient.patient_id
    if st.button("No known allergies", icon=":material/check_circle:"):
        wanted = NewEntry(form.form_id, patient_id, Kind.NO_KNOWN_ALLERGIES, {})
        _save_new(actor, form, wanted, {})


def _save_new(actor: Actor, form: FormState, wanted: NewEntry, faults: Mapping[str, str]) -> None:
    if faults:
        return
    ground = restricted.ground_for(wanted.patient_id)
    wanted = NewEntry(wanted.entry_id, wanted.patient_id, wanted.kind, wanted.typed, ground)
    try:
        saved = history.add(session.clinic(), actor, wanted, now=clock.now(), as_of=clock.today())
    except SavedAlreadyError as error:
        drafts.renew(form)
        fields.problem(error.message)
        return
    except ClinicError as error:
        fields.problem(error.message)
        return
    drafts.end(form)
    # The next entry is usually of the same kind: only what was typed goes.
    drafts.begin(actor, form.subject, {**NEW, "kind": form.values["kind"]})
    notices.say_later(f"{KINDS[saved.kind]} added.")
    st.rerun()


@st.fragment
def _correct(opened: Record, one: Series, word: str) -> None:
    actor = session.require(Permission.EDIT_RECORD)
    current, patient_id = one.current, opened.patient.patient_id
    subject = Subject(Form.HISTORY, patient_id, current.series_id)
    form = drafts.begin(actor, subject, _initial(current, word))
    st.subheader("Correct this entry", anchor=False)
    st.caption(
        f"{KINDS[current.kind]}, version {current.version}. What it says now stays as an earlier "
        "version."
    )
    drafts.offer(actor, form)
    faults = history.check(form.values, current.kind, clock.today())
    _correction_fields(form, current.kind, faults)
    drafts.keep(actor, form)
    choices = _conflict(form, current)
    with st.container(horizontal=True):
        if fields.save_button(form, "Save the correction", "save"):
            _save_correction(actor, form, (patient_id, current, choices), faults)
        if st.button("Close without saving"):
            drafts.leave(actor, form)
            open_panel(None)
            st.rerun()


def _initial(current: HistoryEntry, word: str) -> dict[str, object]:
    return {**typed_of(current), "reason": "", "seen": current.version, "word": word}


def _correction_fields(form: FormState, kind: Kind, faults: Mapping[str, str]) -> None:
    if form.values.get("word") == ERROR and form.values["status"] == Status.ACTIVE.value:
        form.values["status"] = Status.ENTERED_IN_ERROR.value
        form.values["word"] = ""
    if kind is not Kind.NO_KNOWN_ALLERGIES:
        fields.text(form, "name", LABELS["name"], faults)
    fields.segments(form, "status", LABELS["status"], STATES)
    if kind in {Kind.ALLERGY, Kind.CONDITION}:
        fields.segments(form, "severity", LABELS["severity"], GRADES)
    since, until = st.columns(2)
    with since:
        fields.text(form, "started_on", LABELS["started_on"], faults, DAY_HINT)
    with until:
        fields.text(form, "ended_on", LABELS["ended_on"], faults, DAY_HINT)
    fields.area(form, "detail", LABELS["detail"], faults)
    _source(form, faults)
    missing = {} if str(form.values["reason"] or "").strip() else {"reason": history.WHY}
    fields.text(form, "reason", "Why it is corrected", missing, "Read back from the GP letter")


def _conflict(form: FormState, current: HistoryEntry) -> Mapping[str, Choice]:
    stale: tuple[UUID, StaleVersionError] | None = st.session_state.get(Keys.HISTORY_CONFLICT)
    if stale is None or stale[0] != current.series_id:
        return {}
    mine = {name: form.values[name] or "" for name in FIELDS}
    base = {name: form.base[name] for name in FIELDS}
    found = compare(base, mine, stale[1].theirs)
    if not found.conflicts:
        return {}
    return conflict.choose(form, found, LABELS, stale[1].by)


def _save_correction(
    actor: Actor,
    form: FormState,
    about: tuple[UUID, HistoryEntry, Mapping[str, Choice]],
    faults: Mapping[str, str],
) -> None:
    patient_id, current, choices = about
    if faults or not str(form.values["reason"] or "").strip():
        return
    stale = st.session_state.get(Keys.HISTORY_CONFLICT)
    wanted = Correction(
        entry_id=form.form_id,
        patient_id=patient_id,
        series_id=current.series_id,
        base=form.base,
        typed=dict(form.values),
        reason=str(form.values["reason"]),
        seen=stale[1].version if stale else int(str(form.base["seen"])),
        choices=choices,
        ground=restricted.ground_for(patient_id),
    )
    try:
        history.correct(session.clinic(), actor, wanted, now=clock.now(), as_of=clock.today())
    except StaleVersionError as error:
        st.session_state[Keys.HISTORY_CONFLICT] = (current.series_id, error)
        st.rerun()
    except SavedAlreadyError as error:
        drafts.renew(form)
        fields.problem(error.message)
    except InvalidInputError as error:
        fields.problem(error.message)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        drafts.end(form)
        open_panel(None)
        notices.say_later("The correction is saved; the earlier version stays.")
        st.rerun()


def _versions(one: Series) -> None:
    """Draw what differs between any two versions of an entry, word by word."""
    found = {entry.version: entry for entry in (one.current, *one.earlier)}
    numbers = sorted(found)
    st.subheader("Compare versions", anchor=False)
    before, after = st.columns(2)
    old = before.selectbox(
        "From", numbers, index=len(numbers) - 2, key=Keys.HISTORY_FROM, format_func=_version
    )
    new = after.selectbox(
        "To", numbers, index=len(numbers) - 1, key=Keys.HISTORY_TO, format_func=_version
    )
    blocks.draw(
        [difference_block(_words(found[old]), _words(found[new]), LABELS)], key="history_diff"
    )
    for number in (old, new):
        entry = found[number]
        st.caption(f"{_version(number)}: {_recorded(entry)}")
    if st.button("Close"):
        open_panel(None)
        st.rerun()


def difference_block(
    old: Mapping[str, str], new: Mapping[str, str], labels: Mapping[str, str]
) -> Differences:
    """Return what differs between two versions, field by field, word by word."""
    changed = tuple(
        Changed(
            labels[one.name], tuple(Words(piece.part.value, piece.text) for piece in one.pieces)
        )
        for one in differences(old, new, list(labels))
    )
    return Differences("", changed, "Both versions say the same.")


def _words(entry: HistoryEntry) -> dict[str, str]:
    said = {name: str(value) for name, value in typed_of(entry).items()}
    return {**said, "status": STATES[said["status"]], "source": formats.words(said["source"])}


def _version(number: int) -> str:
    return f"Version {number}"


def _recorded(entry: HistoryEntry) -> str:
    by = f" by {entry.recorded_by}" if entry.recorded_by else ""
    why = f": {entry.correction_reason}" if entry.correction_reason else ""
    return text.plain(f"{formats.moment(entry.recorded_at)}{by}{why}")
