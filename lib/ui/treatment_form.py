"""The form that records or corrects a treatment: choose a template, look it through, save."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.domain.conflicts import Choice, compare
from lib.domain.contraindications import Level, TreatmentWarning
from lib.domain.treatment_form import EMPTY_CHART, FIELDS, typed_of
from lib.domain.treatments import Lot
from lib.errors import ClinicError, InvalidInputError, SavedAlreadyError, StaleVersionError
from lib.services import treatment_reading, treatments
from lib.services.drafts import Form, Subject
from lib.services.records import Record
from lib.services.treatment_reading import Choices, Told
from lib.services.treatments import Checked, Circumstances, Correction, NewTreatment
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
    treatment_areas,
    treatment_filling,
    treatment_words,
)
from lib.ui.components import blocks
from lib.ui.components.blocks import Notice, Notices, Tone
from lib.ui.drafts import FormState
from lib.ui.keys import Keys
from lib.ui.treatment_filling import FILLED

LABELS = {
    "template_id": "Template",
    "name": "Treatment",
    "product_id": "Product",
    "lot_id": "Lot",
    "chart": treatment_areas.TITLE,
    "others": "Also given",
    "treated_on": "Treated on",
    "practitioner_id": "Practitioner",
    "prescriber_id": "Prescriber",
    "notes": "Notes",
    "price": "Price (£)",
    "follow_up_due_on": "Follow-up due",
    "is_aftercare_given": "Aftercare given",
    "aftercare": "Aftercare advice",
}
WHY = "why"
DAY_HINT = "24/11/2026"
SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Opening:
    """What the form works on: the open record, and the treatment that is corrected, if any."""

    record: Record
    told: Told | None = None

    @property
    def subject(self) -> Subject:
        """Return what the draft is about."""
        series = self.told.current.series_id if self.told else None
        return Subject(Form.TREATMENT, self.record.patient.patient_id, series)

    @property
    def circumstances(self) -> Circumstances:
        """Return what of the record the treatment is held against."""
        past = [one.current for one in self.record.history]
        replaced = self.told.current.entry if self.told else None
        return Circumstances(self.record.patient, past, replaced)


@st.fragment
def draw(opened: Record, told: Told | None) -> None:
    """Draw the form; only this part runs again while somebody works in it."""
    actor = session.require(Permission.RECORD_TREATMENT)
    opening = Opening(opened, told)
    clinic, as_of = session.clinic(), clock.today()
    choices = treatment_reading.choices(clinic, actor, as_of, list(told.products) if told else ())
    form = drafts.begin(actor, opening.subject, _initial(actor, opening, choices, as_of))
    drafts.offer(actor, form)
    treatment_filling.fill(actor, form, choices)
    checked = treatments.check(clinic, actor, form.values, opening.circumstances, as_of)
    if checked.refusal:
        _refuse(checked.refusal)
    _what(actor, form, choices, checked)
    _who(form, choices, checked)
    _warnings(form, checked)
    treatment_areas.draw(form, choices, checked)
    _after(form, checked)
    decided = _conflict(form, opening, choices)
    drafts.keep(actor, form)
    with st.container(horizontal=True, vertical_alignment="center"):
        label = "Save the correction" if told else "Save the treatment"
        if fields.save_button(form, label, "save"):
            _save(actor, form, opening, decided)
        drafts.say_kept(form)


def _initial(actor: Actor, opening: Opening, choices: Choices, as_of: date) -> dict[str, object]:
    if opening.told:
        current = opening.told.current
        filled = {FILLED: str(current.entry.template_id or "")}
        return {**typed_of(current.entry), **filled, "reason": "", "seen": current.version}
    mine = choices.mine(actor)
    return {
        **dict.fromkeys(FIELDS, ""),
        FILLED: "",
        "chart": EMPTY_CHART,
        "others": [],
        "is_aftercare_given": False,
        "treated_on": formats.day(as_of),
        "practitioner_id": str(mine.practitioner_id) if mine else "",
    }


def _refuse(refusal: str) -> None:
    blocks.draw(
        [Notices("", (Notice("Not allowed by law", (refusal,), "gavel", Tone.ALERT),))],
        key="treatment_refusal",
    )


def _what(actor: Actor, form: FormState, choices: Choices, checked: Checked) -> None:
    with st.container(key="rows_what"):
        template, product, lot = st.columns([0.4, 0.28, 0.32])
    templates = {"": "No template", **_template_options(choices)}
    with template:
        _mend(form, "template_id", templates)
        fields.choice(form, "template_id", "Template", templates)
    products = {"": "Choose the product", **_product_options(choices)}
    with product:
        _mend(form, "product_id", products)
        fields.choice(form, "product_id", LABELS["product_id"], products, checked.faults)
    with lot:
        _lot(actor, form, checked)


def _template_options(choices: Choices) -> dict[str, str]:
    products = {one.product_id: one.name for one in choices.products}
    return {
        str(one.template_id): f"{one.name} · {products[one.product_id]}"
        for one in choices.templates
        if one.product_id in products
    }


def _product_options(choices: Choices) -> dict[str, str]:
    return {str(one.product_id): one.name for one in choices.products}


def _lot(actor: Actor, form: FormState, checked: Checked) -> None:
    product_id = treatment_words.id_of(form.values["product_id"])
    found: list[Lot] = []
    if product_id is not None:
        named = treatment_words.id_of(form.base["lot_id"])
        found = treatment_reading.lots(session.clinic(), actor, product_id, clock.today(), named)
    words = {str(one.lot_id): _lot_words(one) for one in found}
    empty = "Choose the lot on the vial" if words else "No lot in stock"
    options = {"": empty, **words}
    fresh = [one for one in found if not one.is_expired(clock.today()) and not one.withdrawn_on]
    if form.values["lot_id"] not in options:
        form.values["lot_id"] = ""
    if not form.values["lot_id"] and len(fresh) == 1 and not form.is_tried:
        form.values["lot_id"] = str(fresh[0].lot_id)
        st.session_state[form.key("lot_id")] = form.values["lot_id"]
    _mend(form, "lot_id", options)
    fields.choice(form, "lot_id", LABELS["lot_id"], options, checked.faults)


def _lot_words(lot: Lot) -> str:
    today = clock.today()
    if lot.withdrawn_on is not None:
        state = "withdrawn"
    elif lot.expires_on is None:
        state = "no expiry date"
    elif lot.is_expired(today):
        state = f"EXPIRED {formats.day(lot.expires_on)}"
    else:
        days = (lot.expires_on - today).days
        soon = f" ({formats.counted(days, 'day')})" if days <= SOON_DAYS else ""
        state = f"expires {formats.day(lot.expires_on)}{soon}"
    return f"{lot.lot_number} · {state}"


def _mend(form: FormState, name: str, options: Mapping[str, str]) -> None:
    """Let go of a choice that is not there any more; a list refuses to be drawn with one."""
    key = form.key(name)
    if form.values[name] not in options:
        form.values[name] = ""
    if key in st.session_state and st.session_state[key] not in options:
        st.session_state[key] = ""


def _who(form: FormState, choices: Choices, checked: Checked) -> None:
    with st.container(key="rows_who"):
        name, treated, practitioner, prescriber = st.columns([0.3, 0.18, 0.26, 0.26])
    everybody = {str(one.practitioner_id): one.name for one in choices.practitioners}
    may = {str(one.practitioner_id): one.name for one in choices.practitioners if one.is_prescriber}
    with name:
        fields.text(form, "name", LABELS["name"], checked.faults)
    with treated:
        fields.text(form, "treated_on", LABELS["treated_on"], checked.faults, DAY_HINT)
    with practitioner:
        _person(form, "practitioner_id", everybody, checked, "Choose who treated")
    with prescriber:
        _person(form, "prescriber_id", may, checked, "Nobody: no prescription needed")


def _person(
    form: FormState, name: str, people: Mapping[str, str], checked: Checked, empty: str
) -> None:
    held = str(form.values[name] or "")
    # Somebody who has left since is still who treated then.
    known = {held: "As recorded"} if held and held not in people else {}
    options = {"": empty, **people, **known}
    _mend(form, name, options)
    fields.choice(form, name, LABELS[name], options, checked.faults)


def _warnings(form: FormState, checked: Checked) -> None:
    for warning in checked.warnings:
        name = f"{WHY}-{warning.key}"
        with st.container(border=True, key=f"warning_{warning.key.replace(':', '_')}"):
            blocks.draw([Notices("", (_notice(warning),))], key=f"warned_{warning.key}")
            missing = {} if form.values.get(name) else {name: "say why the treatment goes ahead"}
            fields.text(form, name, "Why it goes ahead all the same", missing)


def _notice(warning: TreatmentWarning) -> Notice:
    is_stop = warning.level is Level.STOP
    word = "Stop" if is_stop else "Caution"
    return Notice(
        f"{word}: {warning.title}",
        (warning.source, warning.advice),
        "front_hand" if is_stop else "warning",
        Tone.ALERT if is_stop else Tone.WARN,
    )


def _after(form: FormState, checked: Checked) -> None:
    advice, rest = st.columns([0.5, 0.5], gap="large")
    with advice:
        fields.tick(form, "is_aftercare_given", LABELS["is_aftercare_given"])
        fields.area(form, "aftercare", LABELS["aftercare"], checked.faults)
    with rest:
        due, price = st.columns(2)
        with due:
            fields.text(form, "follow_up_due_on", LABELS["follow_up_due_on"], checked.faults)
        with price:
            fields.text(form, "price", LABELS["price"], checked.faults)
        fields.area(form, "notes", LABELS["notes"], checked.faults)
    if "reason" in form.values:
        missing = {} if str(form.values["reason"] or "").strip() else {"reason": treatments.WHY}
        fields.text(form, "reason", "Why it is corrected", missing, "Read from the wrong card")


def _conflict(form: FormState, opening: Opening, choices: Choices) -> Mapping[str, Choice]:
    stale = _stale(form)
    if stale is None or opening.told is None:
        return {}
    words = [
        treatment_words.words_of(values, choices)
        for values in (form.base, form.values, stale.theirs)
    ]
    found = compare(*words)
    return conflict.choose(form, found, LABELS, stale.by) if found.conflicts else {}


def _stale(form: FormState) -> StaleVersionError | None:
    held: tuple[UUID, StaleVersionError] | None = st.session_state.get(Keys.TREATMENT_CONFLICT)
    return held[1] if held and held[0] == form.form_id else None


def _save(actor: Actor, form: FormState, opening: Opening, decided: Mapping[str, Choice]) -> None:
    try:
        saved = _saved(actor, form, opening, decided)
    except StaleVersionError as error:
        # The whole screen: what the other saved is read too.
        st.session_state[Keys.TREATMENT_CONFLICT] = (form.form_id, error)
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
        st.session_state[Keys.TREATMENT_PRESCRIBER] = form.values["prescriber_id"]
        drafts.end(form)
        notices.say_later("The treatment is saved." if saved == 1 else "The correction is saved.")
        query = {"id": str(opening.record.patient.patient_id)}
        st.switch_page(navigation.RECORD.path, query_params=query)


def _saved(actor: Actor, form: FormState, opening: Opening, decided: Mapping[str, Choice]) -> int:
    patient_id = opening.record.patient.patient_id
    ground = restricted.ground_for(patient_id)
    now, as_of, clinic = clock.now(), clock.today(), session.clinic()
    typed = {name: form.values[name] for name in FIELDS}
    prefix = f"{WHY}-"
    reasons = {
        name.removeprefix(prefix): str(reason or "")
        for name, reason in form.values.items()
        if name.startswith(prefix)
    }
    if opening.told is None:
        new = NewTreatment(form.form_id, patient_id, typed, reasons, ground)
        return treatments.record(clinic, actor, new, now=now, as_of=as_of).version
    stale = _stale(form)
    wanted = Correction(
        treatment_id=form.form_id,
        patient_id=patient_id,
        series_id=opening.told.current.series_id,
        base={name: form.base[name] for name in FIELDS},
        typed=typed,
        reason=str(form.values["reason"] or ""),
        seen=stale.version if stale else int(str(form.base["seen"])),
        reasons=reasons,
        choices=decided,
        ground=ground,
    )
    return treatments.correct(clinic, actor, wanted, now=now, as_of=as_of).version
