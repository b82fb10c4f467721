"""The form that records or corrects an adverse event, beside what was given before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.domain.adverse_events import FIELDS, Severity, typed_of, vial_text
from lib.domain.conflicts import Choice, compare
from lib.errors import ClinicError, InvalidInputError, SavedAlreadyError, StaleVersionError
from lib.services import adverse_events
from lib.services.adverse_events import Correction, NewEvent
from lib.services.adverse_events import Told as ToldEvent
from lib.services.drafts import Form, Subject
from lib.services.records import Record
from lib.services.treatment_reading import Told
from lib.store.adverse_events import Version
from lib.ui import (
    clock,
    conflict,
    drafts,
    fields,
    formats,
    navigation,
    notices,
    restricted,
    session,
)
from lib.ui.components import blocks
from lib.ui.components.blocks import Entries, Entry
from lib.ui.drafts import FormState
from lib.ui.keys import Keys

LABELS = {
    "occurred_on": "Happened on",
    "description": "What happened",
    "severity": "How bad it was",
    "action_taken": "What was done",
    "is_reported": "Reported (MHRA Yellow Card, maker or insurer)",
    "reported_on": "Reported on",
    "vial": "Product and lot",
}
SEVERITIES = {one.value: formats.words(one.value) for one in Severity}
DAY_HINT = "24/11/2026"


@st.fragment
def draw(opened: Record, treatment: Told | None, told: ToldEvent | None) -> None:
    """Draw the form; only this part runs again while somebody types."""
    actor = session.require(Permission.RECORD_TREATMENT)
    patient_id, as_of = opened.patient.patient_id, clock.today()
    after = treatment.current.treatment_id if treatment else None
    of = told.current.series_id if told else after
    form = drafts.begin(
        actor, Subject(Form.ADVERSE_EVENT, patient_id, of), _initial(treatment, told, as_of)
    )
    drafts.offer(actor, form)
    if treatment is not None:
        entry = treatment.current.entry
        st.caption(f"After the treatment of {formats.day(entry.treated_on)}")
    treated_on = treatment.current.entry.treated_on if treatment else None
    faults = adverse_events.check(form.values, as_of, treated_on)
    _what(form, treatment, faults)
    _done(form, faults)
    decided = _conflict(form)
    drafts.keep(actor, form)
    with st.container(horizontal=True, vertical_alignment="center"):
        label = "Save the correction" if told else "Save the adverse event"
        if fields.save_button(form, label, "save"):
            _save(actor, form, _About(patient_id, after, told, decided))
        drafts.say_kept(form)
    if told is not None and told.earlier:
        blocks.draw([_earlier(told)], key="adverse_event_earlier")


@dataclass(frozen=True, slots=True)
class _About:
    """What is saved: whose event, after which treatment, correcting which, decided how."""

    patient_id: UUID
    treatment_id: UUID | None
    told: ToldEvent | None
    decided: Mapping[str, Choice]


def _initial(treatment: Told | None, told: ToldEvent | None, as_of: date) -> dict[str, object]:
    if told is not None:
        return {**typed_of(told.current.event), "reason": "", "seen": told.current.version}
    vials = list(_vials(treatment))
    return {
        **dict.fromkeys(("description", "severity", "action_taken", "reported_on"), ""),
        "occurred_on": formats.day(as_of),
        "is_reported": False,
        "vial": vials[0] if len(vials) == 1 else vial_text(None, None),
    }


def _vials(treatment: Told | None) -> dict[str, str]:
    """Return every product with its lot that the treatment used, in words."""
    found: dict[str, str] = {}
    for item in treatment.current.entry.items if treatment else ():
        product = treatment.products[item.product_id].name if treatment else ""
        lot = treatment.lots.get(item.lot_id) if treatment and item.lot_id else None
        words = f"{product}, lot {lot.lot_number}" if lot else f"{product}, lot not recorded"
        found[vial_text(item.product_id, item.lot_id)] = words
    return found


def _what(form: FormState, treatment: Told | None, faults: Mapping[str, str]) -> None:
    day, severity, vial = st.columns([0.22, 0.36, 0.42])
    with day:
        fields.text(form, "occurred_on", LABELS["occurred_on"], faults, DAY_HINT)
    with severity:
        form.values["severity"] = form.values["severity"] or None
        picked = st.segmented_control(
            LABELS["severity"],
            list(SEVERITIES),
            default=form.values["severity"],
            key=form.key("graded"),
            format_func=lambda one: SEVERITIES[one],
        )
        form.values["severity"] = picked or ""
        if "severity" in faults and form.is_tried:
            fields.problem(faults["severity"])
    with vial:
        known = _vials(treatment)
        held = str(form.values["vial"])
        nothing = vial_text(None, None)
        extra = {} if held in {nothing, *known} else {held: "As recorded before"}
        options = {**known, nothing: "Not known, or none", **extra}
        fields.choice(form, "vial", LABELS["vial"], options, faults)
    fields.area(form, "description", LABELS["description"], faults)


def _done(form: FormState, faults: Mapping[str, str]) -> None:
    fields.area(form, "action_taken", LABELS["action_taken"], faults)
    fields.tick(form, "is_reported", LABELS["is_reported"])
    if form.values["is_reported"]:
        fields.text(form, "reported_on", LABELS["reported_on"], faults, DAY_HINT)
    if "reason" in form.values:
        is_said = str(form.values["reason"] or "").strip()
        missing = {} if is_said else {"reason": adverse_events.WHY}
        fields.text(form, "reason", "Why it is corrected", missing, "The GP wrote back")


def _conflict(form: FormState) -> Mapping[str, Choice]:
    stale = _stale(form)
    if stale is None:
        return {}
    base = {name: form.base[name] for name in FIELDS}
    mine = {name: form.values[name] for name in FIELDS}
    found = compare(base, mine, stale.theirs)
    return conflict.choose(form, found, LABELS, stale.by) if found.conflicts else {}


def _stale(form: FormState) -> StaleVersionError | None:
    held: tuple[UUID, StaleVersionError] | None = st.session_state.get(Keys.ADVERSE_EVENT_CONFLICT)
    return held[1] if held and held[0] == form.form_id else None


def _save(actor: Actor, form: FormState, about: _About) -> None:
    try:
        _saved(actor, form, about)
    except StaleVersionError as error:
        # The whole screen: what the other saved is read too.
        st.session_state[Keys.ADVERSE_EVENT_CONFLICT] = (form.form_id, error)
        st.rerun()
    except SavedAlreadyError as error:
        drafts.renew(form)
        fields.problem(error.message)
    except InvalidInputError as error:
        label = LABELS.get(error.field or "", "")
        fields.problem(f"{label}: {error.message}" if label else error.message)
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
    else:
        drafts.end(form)
        notices.say_later("The adverse event is saved.")
        query = {"id": str(about.patient_id)}
        st.switch_page(navigation.RECORD.path, query_params=query)


def _saved(actor: Actor, form: FormState, about: _About) -> None:
    clinic, now, as_of = session.clinic(), clock.now(), clock.today()
    ground = restricted.ground_for(about.patient_id)
    typed = {name: form.values[name] for name in FIELDS}
    if about.told is None:
        new = NewEvent(form.form_id, about.patient_id, about.treatment_id, typed, ground)
        adverse_events.add(clinic, actor, new, now=now, as_of=as_of)
        return
    stale = _stale(form)
    wanted = Correction(
        adverse_event_id=form.form_id,
        patient_id=about.patient_id,
        series_id=about.told.current.series_id,
        base={name: form.base[name] for name in FIELDS},
        typed=typed,
        reason=str(form.values["reason"] or ""),
        seen=stale.version if stale else int(str(form.base["seen"])),
        choices=about.decided,
        ground=ground,
    )
    adverse_events.correct(clinic, actor, wanted, now=now, as_of=as_of)


def _earlier(told: ToldEvent) -> Entries:
    entries = tuple(
        Entry(
            when=formats.day(old.event.occurred_on),
            title=f"Version {old.version}: {old.event.description}",
            lines=(_replaced(old),),
            said=old.event.action_taken or "",
        )
        for old in told.earlier
    )
    return Entries("Earlier versions", entries)


def _replaced(old: Version) -> str:
    grade = formats.words(old.event.severity.value)
    return f"{grade}. Replaced {formats.moment(old.superseded_at)}"
