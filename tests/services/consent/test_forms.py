"""Forms of consent: which wording is shown on a day, and the rules of writing one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor, Role
from lib.domain.consent_texts import STARTS, Start
from lib.errors import InvalidInputError, NotFoundError, NotPermittedError, StaleVersionError
from lib.paper import pdf
from lib.paper.sheet import Table
from lib.services.clinic import Clinic
from lib.services.consent import forms, purposes
from lib.services.consent.forms import Form, FormText, Wording
from lib.services.consent.purposes import Purpose
from lib.services.printing import prepare, registered
from lib.store import consent_standing
from tests.conftest import actor_with
from tests.records import NOW, TODAY, add_patient, audit_lines, write

PURPOSE = Purpose(
    "", "Use in a study", "May we use your pictures in a study?", False, 12, 0, True, 0
)


def add_version(clinic: Clinic, form_id: UUID, number: int, in_force_from: date | None) -> UUID:
    key = uuid7s.uuid7()
    write(
        clinic,
        "consent_form_version",
        form_version_id=key,
        form_id=form_id,
        number=number,
        text=f"Text {number}",
        is_material=number > 1,
        in_force_from=in_force_from,
        version=1,
        recorded_at=NOW,
    )
    for position, purpose in enumerate(("social media", "education"), start=1):
        write(
            clinic,
            "consent_form_purpose",
            form_purpose_id=uuid7s.uuid7(),
            form_version_id=key,
            position=position,
            purpose=purpose,
        )
    return key


def add_form(clinic: Clinic, name: str, *, is_active: bool = True) -> UUID:
    key = uuid7s.uuid7()
    write(
        clinic,
        "consent_form",
        form_id=key,
        name=name,
        is_active=is_active,
        version=1,
        changed_at=NOW,
    )
    return key


def test_a_form_is_asked_with_in_its_latest_wording_in_force(clinic: Clinic) -> None:
    pictures, touch = add_form(clinic, "Pictures"), add_form(clinic, "Keeping in touch")
    out_of_use = add_form(clinic, "Old", is_active=False)
    add_version(clinic, out_of_use, 1, TODAY)
    add_version(clinic, pictures, 1, TODAY - timedelta(days=9))
    second = add_version(clinic, pictures, 2, TODAY)
    add_version(clinic, pictures, 3, TODAY + timedelta(days=1))
    add_version(clinic, pictures, 4, None)
    add_version(clinic, touch, 1, TODAY + timedelta(days=1))
    with clinic.store.reading() as cursor:
        assert [one.form_version_id for one in forms.list_askable(cursor, TODAY)] == [second]
        tomorrow = forms.list_askable(cursor, TODAY + timedelta(days=1))
        assert [(one.form_name, one.number) for one in tomorrow] == [
            ("Keeping in touch", 1),
            ("Pictures", 3),
        ]
        found = forms.get_version(cursor, second)
    assert (found.text, found.purposes) == ("Text 2", ("social media", "education"))


def test_a_wording_that_is_not_there_is_said_to_be_gone(clinic: Clinic) -> None:
    with clinic.store.reading() as cursor, pytest.raises(NotFoundError):
        forms.get_version(cursor, uuid7s.uuid7())


def wording_of(version: FormText, **values: object) -> Wording:
    usual: dict[str, object] = {
        "form_version_id": version.form_version_id,
        "text": "New words",
        "purposes": version.purposes,
        "is_material": False,
        "in_force_from": None,
        "note": "Plainer",
        "version": version.version,
    }
    return Wording(**{**usual, **values})  # type: ignore[arg-type]


def begun(clinic: Clinic, actor: Actor, name: str = "Pictures") -> FormText:
    start = Start(name, ("social media", "education"), "Words")
    return forms.begin(clinic, actor, (uuid7s.uuid7(), uuid7s.uuid7()), start, now=NOW)


def in_force(clinic: Clinic, actor: Actor, name: str = "Pictures") -> FormText:
    draft = begun(clinic, actor, name)
    return forms.save(clinic, actor, wording_of(draft, in_force_from=TODAY), now=NOW)


def state_of(clinic: Clinic) -> UUID | None:
    with clinic.store.reading() as cursor:
        return consent_standing.get_state(cursor)


def changes(clinic: Clinic) -> list[str]:
    return [line[4] for line in audit_lines(clinic) if line[0] == "consent form changed"]


def test_a_form_is_begun_once_however_often_it_is_sent(clinic: Clinic, compliance: Actor) -> None:
    start, ids = STARTS[1], (uuid7s.uuid7(), uuid7s.uuid7())
    first = forms.begin(clinic, compliance, ids, start, now=NOW)
    assert forms.begin(clinic, compliance, ids, start, now=NOW) == first
    assert (first.number, first.purposes, first.in_force_from) == (1, start.purposes, None)
    assert len(forms.list_forms(clinic, compliance, as_of=TODAY)) == 1


def test_two_forms_have_not_the_same_name(clinic: Clinic, compliance: Actor) -> None:
    begun(clinic, compliance)
    with pytest.raises(InvalidInputError) as refused:
        begun(clinic, compliance, "PICTURES")
    assert refused.value.field == "name"


def test_a_draft_is_saved_put_in_force_and_then_stays(clinic: Clinic, owner: Actor) -> None:
    draft, state = begun(clinic, owner), state_of(clinic)
    saved = forms.save(clinic, owner, wording_of(draft), now=NOW)
    assert (saved.text, saved.version, saved.is_material) == ("New words", 2, False)
    assert state_of(clinic) != state
    wanted = wording_of(saved, in_force_from=TODAY, is_material=True)
    kept = forms.save(clinic, owner, wanted, now=NOW)
    assert (kept.in_force_from, kept.is_material) == (TODAY, False)
    assert forms.save(clinic, owner, wanted, now=NOW) == kept
    with pytest.raises(InvalidInputError, match="in force"):
        forms.save(clinic, owner, wording_of(kept, text="Other"), now=NOW)
    with pytest.raises(InvalidInputError, match="in force"):
        forms.delete_draft(clinic, owner, kept.form_version_id, now=NOW)
    assert changes(clinic)[-3:] == [
        '{"changed": "draft begun", "number": 1}',
        '{"changed": "draft saved", "number": 1}',
        '{"changed": "put in force", "number": 1}',
    ]


def test_a_wording_that_was_used_stays_even_before_its_day(
    clinic: Clinic, compliance: Actor
) -> None:
    draft = begun(clinic, compliance)
    later = forms.save(
        clinic, compliance, wording_of(draft, in_force_from=TODAY + timedelta(days=3)), now=NOW
    )
    write(
        clinic,
        "consent_event",
        event_id=uuid7s.uuid7(),
        patient_id=add_patient(clinic),
        purpose="education",
        channel="",
        decision="refused",
        received_at=NOW,
        route="in person",
        form_version_id=later.form_version_id,
        recorded_at=NOW,
    )
    with pytest.raises(InvalidInputError, match="asked with this wording"):
        forms.save(clinic, compliance, wording_of(later, text="Other"), now=NOW)
    known = forms.list_forms(clinic, compliance, as_of=TODAY)[0]
    assert (known.draft, known.in_force) == (None, None)


def test_two_people_at_one_draft_are_told(clinic: Clinic, compliance: Actor) -> None:
    draft = begun(clinic, compliance)
    forms.save(clinic, compliance, wording_of(draft, text="Hers"), now=NOW)
    with pytest.raises(StaleVersionError):
        forms.save(clinic, compliance, wording_of(draft, text="His"), now=NOW)


def test_a_new_version_is_a_copy_with_the_next_number(clinic: Clinic, compliance: Actor) -> None:
    first, key = in_force(clinic, compliance), uuid7s.uuid7()
    second = forms.rewrite(clinic, compliance, first.form_id, key, now=NOW)
    assert (second.number, second.text, second.purposes) == (2, first.text, first.purposes)
    assert (second.in_force_from, second.note, second.version) == (None, None, 1)
    assert forms.rewrite(clinic, compliance, first.form_id, key, now=NOW) == second
    with pytest.raises(InvalidInputError, match="already"):
        forms.rewrite(clinic, compliance, first.form_id, uuid7s.uuid7(), now=NOW)
    known = forms.list_forms(clinic, compliance, as_of=TODAY)[0]
    assert known.draft == second
    assert known.in_force is not None
    assert known.in_force.number == 1
    forms.delete_draft(clinic, compliance, key, now=NOW)
    forms.delete_draft(clinic, compliance, key, now=NOW)
    left = forms.list_forms(clinic, compliance, as_of=TODAY)[0].versions
    assert [one.text.number for one in left] == [1]


def test_a_form_without_a_wording_goes_with_its_draft(clinic: Clinic, compliance: Actor) -> None:
    draft = begun(clinic, compliance)
    forms.delete_draft(clinic, compliance, draft.form_version_id, now=NOW)
    assert forms.list_forms(clinic, compliance, as_of=TODAY) == []
    with pytest.raises(NotFoundError):
        forms.rewrite(clinic, compliance, draft.form_id, uuid7s.uuid7(), now=NOW)
    wanted = Form(draft.form_id, "Other", True, 1, NOW)
    with pytest.raises(NotFoundError):
        forms.save_form(clinic, compliance, wanted, now=NOW)


def test_a_form_is_renamed_and_taken_out_of_use(clinic: Clinic, compliance: Actor) -> None:
    first = in_force(clinic, compliance)
    wanted = Form(first.form_id, " Your pictures ", False, 1, NOW)
    assert forms.save_form(clinic, compliance, wanted, now=NOW).name == "Your pictures"
    with clinic.store.reading() as cursor:
        assert forms.list_askable(cursor, TODAY) == []
        assert forms.get_version(cursor, first.form_version_id).form_name == "Your pictures"
    with pytest.raises(StaleVersionError):
        forms.save_form(clinic, compliance, replace(wanted, name="Other"), now=NOW)


def test_a_material_change_says_how_many_it_asks_again(clinic: Clinic, compliance: Actor) -> None:
    first, other = in_force(clinic, compliance), in_force(clinic, compliance, "Other")
    for form, decision in (
        (first, "given"),
        (first, "given"),
        (first, "refused"),
        (other, "given"),
    ):
        patient_id = add_patient(clinic)
        for purpose in ("education", "social media"):
            write(
                clinic,
                "consent_standing",
                patient_id=patient_id,
                purpose=purpose,
                channel="",
                event_id=uuid7s.uuid7(),
                decision=decision,
                received_on=TODAY,
                form_version_id=form.form_version_id,
            )
    assert forms.count_asked_again(clinic, compliance, first.form_id) == 2


def test_two_wordings_are_compared_with_the_names_of_what_they_ask(
    clinic: Clinic, compliance: Actor
) -> None:
    first = in_force(clinic, compliance)
    second = forms.rewrite(clinic, compliance, first.form_id, uuid7s.uuid7(), now=NOW)
    wanted = wording_of(second, text="New clear words", purposes=("education",))
    forms.save(clinic, compliance, wanted, now=NOW)
    found = forms.compare(clinic, compliance, first.form_version_id, second.form_version_id)
    assert [(one.name, [piece.text for piece in one.pieces]) for one in found] == [
        ("Asks for", ["Use on social media, ", "Use for education"]),
        ("Text", ["New ", "clear ", "words"]),
    ]


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMINISTRATOR])
def test_who_may_not_keep_forms_is_refused_everywhere(clinic: Clinic, role: Role) -> None:
    actor, key = actor_with(role), uuid7s.uuid7()
    wanted = Wording(key, "", (), False, None, "", 1)
    acts: tuple[Callable[[], object], ...] = (
        lambda: forms.list_forms(clinic, actor, as_of=TODAY),
        lambda: forms.count_asked_again(clinic, actor, key),
        lambda: forms.compare(clinic, actor, key, key),
        lambda: forms.begin(clinic, actor, (key, key), STARTS[0], now=NOW),
        lambda: forms.rewrite(clinic, actor, key, key, now=NOW),
        lambda: forms.save(clinic, actor, wanted, now=NOW),
        lambda: forms.delete_draft(clinic, actor, key, now=NOW),
        lambda: forms.save_form(clinic, actor, Form(key, "", True, 1, NOW), now=NOW),
        lambda: purposes.list_all(clinic, actor),
        lambda: purposes.save(clinic, actor, PURPOSE, now=NOW),
    )
    for act in acts:
        with pytest.raises(NotPermittedError):
            act()


def test_the_clinic_adds_a_purpose_of_its_own(clinic: Clinic, owner: Actor) -> None:
    state = state_of(clinic)
    kept = purposes.save(clinic, owner, PURPOSE, now=NOW)
    assert (kept.code, kept.position, kept.version) == ("use in a study", 9, 1)
    assert purposes.save(clinic, owner, PURPOSE, now=NOW) == kept
    assert purposes.list_all(clinic, owner)[-1] == kept
    assert state_of(clinic) != state
    lines = [line for line in audit_lines(clinic) if line[0] == "purpose of consent changed"]
    assert [line[4] for line in lines] == [
        '{"is_used": true, "purpose": "use in a study", "version": 1}'
    ]


def test_a_built_in_purpose_is_reworded_and_put_out_of_use_under_its_code(
    clinic: Clinic, owner: Actor
) -> None:
    there = purposes.list_all(clinic, owner)[2]
    wanted = replace(
        there, name="Teaching", question="May we teach?", validity_months=36, is_active=False,
        has_channels=True, position=99,
    )  # fmt: skip
    kept = purposes.save(clinic, owner, wanted, now=NOW)
    assert kept == replace(wanted, has_channels=False, position=3, version=2)
    assert kept.code == "education"
    with pytest.raises(StaleVersionError):
        purposes.save(clinic, owner, replace(wanted, name="Talks"), now=NOW)


def test_a_purpose_that_is_not_there_or_has_a_name_of_another_is_refused(
    clinic: Clinic, owner: Actor
) -> None:
    with pytest.raises(NotFoundError):
        purposes.save(clinic, owner, replace(PURPOSE, code="gone", version=1), now=NOW)
    with pytest.raises(InvalidInputError) as refused:
        purposes.save(clinic, owner, replace(PURPOSE, name="treatment"), now=NOW)
    assert refused.value.field == "name"


def test_a_blank_form_is_printed_for_whom_it_is_for(clinic: Clinic, staff: Actor) -> None:
    registered.register_all()
    compliance = actor_with(Role.COMPLIANCE)
    draft = begun(clinic, compliance)
    key = draft.form_version_id
    sheet = prepare.prepare(clinic, staff, "consent-form", key, now=NOW)
    assert (sheet.title, sheet.banner, sheet.note) == (
        "Pictures", None, "Version 1, a draft: not to be signed."
    )  # fmt: skip
    assert isinstance(sheet.blocks[1], Table)
    assert [row[1:] for row in sheet.blocks[1].rows] == [("☐", "☐")] * 2
    assert pdf.LACKING not in str(pdf.render(sheet))
    touch = forms.begin(clinic, compliance, (uuid7s.uuid7(), uuid7s.uuid7()), STARTS[2], now=NOW)
    forms.save(clinic, compliance, wording_of(touch, in_force_from=TODAY, text=touch.text), now=NOW)
    proof = prepare.prepare(
        clinic, actor_with(Role.OWNER), "consent-form-proof", touch.form_version_id, now=NOW
    )
    assert proof.note == "Version 1, in force from 23-Nov-2026."
    assert isinstance(proof.blocks[1], Table)
    assert len(proof.blocks[1].rows) == 4
    with pytest.raises(NotPermittedError):
        prepare.prepare(clinic, actor_with(Role.OWNER), "consent-form", key, now=NOW)
