"""Signing in the room: what is saved at once, what is refused, and what a check finds later."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.consent import Channel, State, Topic
from lib.domain.consent_signing import Answer, Choice, Signature, Signer, digest_of
from lib.domain.restriction import Ground
from lib.errors import (
    GroundNeededError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    SavedAlreadyError,
)
from lib.paper import html, pdf
from lib.services.clinic import Clinic
from lib.services.consent import capturing, reading, verifying
from lib.services.consent.capturing import Signing
from lib.services.printing import prepare, registered
from lib.store import consent_captures
from lib.store.connection import UnitOfWork
from lib.store.consent_captures import CaptureRow
from tests.consents import EDUCATION, add_form, add_version
from tests.records import NOW, TODAY, add_patient, audit_lines, restrict

SOCIAL = Topic("social media")
STROKES = (((0.1, 0.5), (0.4, 0.2), (0.8, 0.6)),)
DRAWN = Signature(STROKES)
ASKED = ("education", "social media")


def answers(said: str = "yes no") -> tuple[Answer, ...]:
    choices = {"yes": Choice.YES, "no": Choice.NO, "later": Choice.NOT_TODAY, "none": None}
    return tuple(
        Answer(uuid7s.uuid7(), Topic(purpose), "", "", choices[one])
        for purpose, one in zip(ASKED, said.split(), strict=True)
    )


def signing(patient_id: UUID, form_version_id: UUID, said: str = "yes no") -> Signing:
    return Signing(
        capture_id=uuid7s.uuid7(),
        evidence_id=uuid7s.uuid7(),
        patient_id=patient_id,
        form_version_id=form_version_id,
        answers=answers(said),
        questions="Who sees them? Only our own students.",
        signer=Signer("Anna Hart", DRAWN),
    )


def version(clinic: Clinic, in_force_from: date = date(2024, 1, 1), **values: object) -> UUID:
    text = "# Pictures\n\nWe **may** show them. <script>alert(1)</script>"
    return add_version(clinic, in_force_from, purposes=ASKED, **{"text": text, **values})


def kept(clinic: Clinic, capture_id: UUID) -> CaptureRow:
    with clinic.store.reading() as cursor:
        found = consent_captures.get_capture(cursor, capture_id)
    assert found is not None
    return found


def test_evidence_content_and_answers_are_saved_at_once(clinic: Clinic, staff: Actor) -> None:
    patient_id, form = add_patient(clinic), version(clinic)
    wanted = signing(patient_id, form)
    key = capturing.capture(clinic, staff, wanted, now=NOW)
    assert capturing.capture(clinic, staff, wanted, now=NOW.replace(minute=1)) == key
    row = kept(clinic, key)
    content = json.loads(row.content)
    assert content["form"]["text"].startswith("# Pictures")
    assert [(one["question"][:24], one["answer"]) for one in content["answers"]] == [
        ("May we show your picture", "yes"),
        ("May we publish your pict", "no"),
    ]
    assert content["signer"]["strokes"] == [[[0.1, 0.5], [0.4, 0.2], [0.8, 0.6]]]
    assert digest_of(row.content) == row.content_sha256
    with clinic.store.reading() as cursor:
        standings = reading.standings(cursor, patient_id, TODAY)
    assert (standings[EDUCATION].state, standings[SOCIAL].state) == (State.ACTIVE, State.REFUSED)
    assert sorted(line[0] for line in audit_lines(clinic)) == [
        "consent form signed",
        "consent given",
        "consent refused",
    ]


def test_another_window_that_says_something_else_is_told(clinic: Clinic, staff: Actor) -> None:
    wanted = signing(add_patient(clinic), version(clinic))
    capturing.capture(clinic, staff, wanted, now=NOW)
    with pytest.raises(SavedAlreadyError):
        capturing.capture(clinic, staff, replace(wanted, questions="None"), now=NOW)


Change = Callable[[Signing], Signing]
FAULTS: list[tuple[str, Change]] = [
    ("answers", lambda one: replace(one, answers=answers("yes none"))),
    ("answers", lambda one: replace(one, answers=answers("later later"))),
    ("questions", lambda one: replace(one, questions="x" * 5_000)),
    ("name", lambda one: replace(one, signer=Signer(" ", DRAWN))),
    ("name", lambda one: replace(one, signer=Signer("x" * 200, DRAWN))),
    ("signature", lambda one: replace(one, signer=Signer("Anna", Signature()))),
    ("signature", lambda one: replace(one, signer=Signer("Anna", Signature((((0.1, 0.1),),))))),
    ("relation", lambda one: replace(one, signer=Signer("Eva", DRAWN, "", is_patient=False))),
    ("witness_name", lambda one: replace(one, witness=Signer("", DRAWN))),
    ("witness_signature", lambda one: replace(one, witness=Signer("Pat", Signature()))),
    ("form", lambda one: replace(one, answers=one.answers[:1])),
    ("form", lambda one: replace(one, answers=(*one.answers, one.answers[0]))),
]


@pytest.mark.parametrize(("field", "change"), FAULTS)
def test_what_is_missing_or_too_much_is_named_and_nothing_is_saved(
    clinic: Clinic, staff: Actor, field: str, change: Change
) -> None:
    wanted = change(signing(add_patient(clinic), version(clinic)))
    with pytest.raises(InvalidInputError) as caught:
        capturing.capture(clinic, staff, wanted, now=NOW)
    assert caught.value.field == field
    assert audit_lines(clinic) == []


def test_a_form_that_is_not_in_force_or_was_replaced_meanwhile_is_told(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id, form_id = add_patient(clinic), add_form(clinic)
    old = version(clinic, form_id=form_id)
    later = version(clinic, date(2027, 1, 1))
    version(clinic, date(2026, 11, 1), form_id=form_id, number=2)
    for form, words in ((old, "newer version"), (later, "not in force")):
        with pytest.raises(InvalidInputError, match=words) as caught:
            capturing.capture(clinic, staff, signing(patient_id, form), now=NOW)
        assert caught.value.field == "form"
    with pytest.raises(NotFoundError):
        capturing.capture(clinic, staff, signing(patient_id, uuid7s.uuid7()), now=NOW)


def test_only_who_may_signs_on_a_ground_where_one_is_needed_and_never_for_the_dead(
    clinic: Clinic, staff: Actor, owner: Actor
) -> None:
    form, held = version(clinic), add_patient(clinic)
    restrict(clinic, held)
    with pytest.raises(NotPermittedError):
        capturing.capture(clinic, owner, signing(held, form), now=NOW)
    with pytest.raises(GroundNeededError):
        capturing.capture(clinic, staff, signing(held, form), now=NOW)
    wanted = replace(signing(held, form), ground=Ground.CONSENT)
    assert capturing.capture(clinic, staff, wanted, now=NOW) == wanted.capture_id
    dead = add_patient(clinic, deceased_on=date(2026, 1, 1))
    with pytest.raises(InvalidInputError, match="has died"):
        capturing.capture(clinic, staff, signing(dead, form), now=NOW)


def test_what_is_due_is_offered_first_with_each_way_of_contact_asked_by_itself(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id, pictures = add_patient(clinic), version(clinic)
    touch = add_version(clinic, purposes=("keeping in touch",))
    capturing.capture(clinic, staff, signing(patient_id, pictures), now=NOW)
    offered = capturing.list_offered(clinic, staff, patient_id, as_of=TODAY)
    assert [(one.form.form_version_id, one.is_due) for one in offered] == [
        (touch, True),
        (pictures, False),
    ]
    assert [one.topic.channel for one in offered[0].questions] == list(Channel)
    assert offered[0].questions[0].question == "May we tell you about our services by email?"


def test_the_copy_says_exactly_what_was_signed(clinic: Clinic, staff: Actor) -> None:
    registered.register_all()
    wanted = replace(
        signing(add_patient(clinic), version(clinic)),
        witness=Signer("Pat Lee", Signature(name="Pat Lee"), "witness", is_patient=False),
        signer=Signer("Eva Hart", DRAWN, "mother", is_patient=False),
    )
    key = capturing.capture(clinic, staff, wanted, now=NOW)
    sheet = prepare.prepare(clinic, staff, "consent-copy", key, now=NOW)
    page = html.render(sheet, "")
    digest = kept(clinic, key).content_sha256
    assert all(
        words in page
        for words in (digest[:8], digest[-8:], "Eva Hart (mother)", "Only our own students", "<svg")
    )
    assert "<script>" not in page
    assert pdf.render(sheet).startswith(b"%PDF-")
    assert audit_lines(clinic)[-1][0] == "record printed"
    with pytest.raises(NotFoundError):
        prepare.prepare(clinic, staff, "consent-copy", uuid7s.uuid7(), now=NOW)


TAMPERED = [
    ("UPDATE consent_capture SET content = replace(content, 'yes', 'Yes')", "its hash was made of"),
    ("UPDATE consent_capture SET content = 'x'", "cannot be read"),
    ("UPDATE consent_capture SET content_sha256 = 'x'", "audit trail noted"),
    ("UPDATE consent_capture SET signed_at = TIMESTAMP '2026-01-01'", "another moment"),
    ("UPDATE consent_form_version SET text = 'other'", "does not say what was signed"),
    ("DELETE FROM consent_form_version", "is not there any more"),
    ("UPDATE consent_event SET decision = 'given'", "is not what was answered"),
    ("UPDATE consent_event SET form_version_id = NULL", "names another form"),
    ("DELETE FROM consent_event", "was not recorded"),
    ("DELETE FROM consent_evidence", "its evidence is not there"),
    ("DELETE FROM consent_capture", "is not there any more"),
    ("DELETE FROM audit_entry", "does not say that it was signed"),
]


@pytest.mark.parametrize(("sql", "words"), TAMPERED)
def test_whatever_is_changed_is_found(
    clinic: Clinic, staff: Actor, compliance: Actor, sql: str, words: str
) -> None:
    key = capturing.capture(clinic, staff, signing(add_patient(clinic), version(clinic)), now=NOW)
    clean = verifying.verify(clinic, compliance)
    assert (clean.captures, clean.faults) == (1, ())
    clinic.store.transact(lambda unit: unit.cursor.execute(sql))
    found = verifying.verify(clinic, compliance)
    assert not found.is_whole
    assert any(words in one and str(key) in one for one in found.faults), found.faults


def test_a_content_and_its_hash_changed_together_are_found_by_the_trail(
    clinic: Clinic, staff: Actor, compliance: Actor
) -> None:
    key = capturing.capture(clinic, staff, signing(add_patient(clinic), version(clinic)), now=NOW)
    content = kept(clinic, key).content.replace("Anna Hart", "Anna Hurt")

    def work(unit: UnitOfWork) -> None:
        sql = "UPDATE consent_capture SET content = ?, content_sha256 = ?"
        unit.cursor.execute(sql, [content, digest_of(content)])

    clinic.store.transact(work)
    assert verifying.verify(clinic, compliance).faults == (
        f"signed form {key}: its hash is not the one that the audit trail noted",
    )


def test_a_moment_is_kept_to_the_second(clinic: Clinic, staff: Actor) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    key = capturing.capture(clinic, staff, signing(add_patient(clinic), version(clinic)), now=now)
    assert kept(clinic, key).signed_at == now.replace(microsecond=0)
