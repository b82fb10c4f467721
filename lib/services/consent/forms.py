"""Forms of consent: the wordings that patients are shown, and writing them, version by version.

A wording that is in force or was used is never edited; a change is a new one with its number.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from lib.domain import consent_forms as rules
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.consent import LONDON, day_of
from lib.domain.consent_forms import Numbered, Wording
from lib.domain.consent_texts import Start
from lib.domain.differences import Difference
from lib.errors import InvalidInputError, NotFoundError, StaleVersionError
from lib.services import versioned
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.versioned import STALE, Shelf
from lib.store import consent_forms, consent_purposes, consent_standing
from lib.store.connection import Cursor, UnitOfWork
from lib.store.consent_forms import Form, FormText

__all__ = ["Form", "FormText", "Wording", "get_version", "list_askable"]

NO_VERSION = "This form is not there any more. It may have been a draft that was deleted."
DRAFT_OPEN = "a new version of this form is being written already; open that one"
SHELF: Shelf[Form] = Shelf(
    key_of=lambda one: one.form_id,
    get=consent_forms.get_form,
    insert=consent_forms.insert_form,
    update=consent_forms.update_form,
    action=Action.CONSENT_FORM_CHANGED,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A wording with what may be done with it: `fixed_because` None, it can be edited."""

    text: FormText
    fixed_because: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """A form with its wordings, the newest first, and the one that is in force."""

    form: Form
    versions: tuple[Kept, ...]
    in_force: FormText | None

    @property
    def draft(self) -> FormText | None:
        """Return the wording that can still be edited, if there is one."""
        return next((one.text for one in self.versions if one.fixed_because is None), None)


def get_version(cursor: Cursor, form_version_id: UUID) -> FormText:
    """Return one wording of a form with the purposes it asks for. Raises `NotFoundError`."""
    found = consent_forms.get_version(cursor, form_version_id)
    if found is None:
        raise NotFoundError(NO_VERSION)
    return found


def list_askable(cursor: Cursor, as_of: date) -> list[FormText]:
    """Return what a patient can be asked with on a day: each form in use, its latest wording."""
    return consent_forms.list_in_force(cursor, as_of)


def list_forms(clinic: Clinic, actor: Actor, *, as_of: date) -> list[Known]:
    """Return every form with all its wordings, those in use first. Raises `NotPermittedError`."""
    authorise(clinic, actor, Permission.MANAGE_CONSENT_FORMS)
    with clinic.store.reading() as cursor:
        return [_known(cursor, form, as_of) for form in consent_forms.list_forms(cursor)]


def count_asked_again(clinic: Clinic, actor: Actor, form_id: UUID) -> int:
    """Return how many patients a material change of a form would ask again; a count alone."""
    authorise(clinic, actor, Permission.MANAGE_CONSENT_FORMS)
    with clinic.store.reading() as cursor:
        return consent_forms.count_asked_again(cursor, form_id)


def _known(cursor: Cursor, form: Form, as_of: date) -> Known:
    found = consent_forms.list_versions_of(cursor, form.form_id)
    kept = tuple(Kept(one, _fixed_because(cursor, one, as_of)) for one in found)
    in_force = next((one.text for one in kept if _is_in_force(one.text, as_of)), None)
    return Known(form, kept, in_force)


def _is_in_force(one: FormText, as_of: date) -> bool:
    return one.in_force_from is not None and one.in_force_from <= as_of


def _fixed_because(cursor: Cursor, one: FormText, as_of: date) -> str | None:
    # What is in force is fixed anyway: millions of events are looked through for drafts alone.
    is_used = not _is_in_force(one, as_of) and consent_forms.is_used(cursor, one.form_version_id)
    return rules.fixed_because(one.in_force_from, is_used=is_used, as_of=as_of)


def compare(clinic: Clinic, actor: Actor, old: UUID, new: UUID) -> Sequence[Difference]:
    """Return what reads otherwise in two wordings, word by word. Raises `NotFoundError`."""
    authorise(clinic, actor, Permission.MANAGE_CONSENT_FORMS)
    with clinic.store.reading() as cursor:
        names = {one.code: one.name for one in consent_purposes.list_purposes(cursor)}
        said = [get_version(cursor, key) for key in (old, new)]
    first, second = (([names.get(code, code) for code in one.purposes], one.text) for one in said)
    return rules.compare(first, second)


def begin(
    clinic: Clinic, actor: Actor, ids: tuple[UUID, UUID], start: Start, *, now: datetime
) -> FormText:
    """Begin a form with a draft of its first wording; the ids are the form's and the draft's.

    Beginning it again is a no-op. Raises `NotPermittedError`, and `InvalidInputError` with the
    field.
    """
    authorise(clinic, actor, Permission.MANAGE_CONSENT_FORMS)
    form_id, form_version_id = ids

    def work(unit: UnitOfWork) -> FormText:
        there = consent_forms.get_version(unit.cursor, form_version_id)
        if there is not None:
            return there
        name = rules.check_name(start.name, _names(unit.cursor, form_id), "form")
        asked = {one.code for one in consent_purposes.list_purposes(unit.cursor) if one.is_active}
        purposes = tuple(code for code in start.purposes if code in asked)
        versioned.keep(unit, actor, SHELF, Form(form_id, name, True, 0, now), now)
        draft = FormText(
            form_version_id, form_id, name, 1, start.text, False, None, None, 1, now, None, purposes
        )
        consent_forms.insert_version(unit.cursor, draft, actor.person_id)
        _note(unit, actor, draft, "draft begun")
        return get_version(unit.cursor, form_version_id)

    return clinic.store.transact(work)


def rewrite(
    clinic: Clinic, actor: Actor, form_id: UUID, form_version_id: UUID, *, now: datetime
) -> FormText:
    """Begin a new wording as a copy of the newest one; the same id again is a no-op.

    Raises `NotPermittedError`, `NotFoundError`, and `InvalidInputError` while one is being written.
    """
    authorise(clinic, actor, Permission.MANAGE_CONSENT_FORMS)

    def work(unit: UnitOfWork) -> FormText:
        found = consent_forms.list_versions_of(unit.cursor, form_id)
        there = next((one for one in found if one.form_version_id == form_version_id), None)
        if there is not None:
            return there
        if not found:
            raise NotFoundError(NO_VERSION)
        if _fixed_because(unit.cursor, found[0], day_of(now, LONDON)) is None:
            raise InvalidInputError(DRAFT_OPEN)
        draft = replace(
            found[0],
            form_version_id=form_version_id,
            number=rules.next_number(one.number for one in found),
            is_material=False,
            in_force_from=None,
            note=None,
            version=1,
            recorded_at=now,
        )
        consent_forms.insert_version(unit.cursor, draft, actor.person_id)
        _note(unit, actor, draft, "draft begun")
        return get_version(unit.cursor, form_version_id)

    return clinic.store.transact(work)


def save(clinic: Clinic, actor: Actor, wanted: Wording, *, now: datetime) -> FormText:
    """Keep what a draft says; with a day it comes into force on that day. Return what is kept.

    Saving the same again is a no-op. Raises `NotPermittedError`, `NotFoundError`,
    `InvalidInputError` with the field, and `StaleVersionError` where somebody saved meanwhile.
    """
    authorise(clinic, actor, Permission.MANAGE_CONSENT_FORMS)

    def work(unit: UnitOfWork) -> FormText:
        there = get_version(unit.cursor, wanted.form_version_id)
        kept = _as_kept(there, wanted, now)
        if replace(there, recorded_at=now, version=kept.version) == kept:
            return there
        _check_open(unit.cursor, there, now)
        if there.version != wanted.version:
            raise StaleVersionError(STALE, version=there.version, by=there.recorded_by or "")
        _check(unit.cursor, there, wanted, now)
        consent_forms.update_version(unit.cursor, kept, actor.person_id)
        consent_standing.touch(unit.cursor)
        _note(unit, actor, kept, "draft saved" if kept.in_force_from is None else "put in force")
        return get_version(unit.cursor, wanted.form_version_id)

    return clinic.store.transact(work)


def delete_draft(clinic: Clinic, actor: Actor, form_version_id: UUID, *, now: datetime) -> None:
    """Remove a draft, and the form with it where it has no other wording; twice is once.

    Raises `NotPermittedError`, and `InvalidInputError` for one that is in force or was used.
    """
    authorise(clinic, actor, Permission.MANAGE_CONSENT_FORMS)

    def work(unit: UnitOfWork) -> None:
        there = consent_forms.get_version(unit.cursor, form_version_id)
        if there is None:
            return
        _check_open(unit.cursor, there, now)
        consent_forms.delete_version(unit.cursor, form_version_id)
        if not consent_forms.list_versions_of(unit.cursor, there.form_id):
            consent_forms.delete_form(unit.cursor, there.form_id)
        consent_standing.touch(unit.cursor)
        _note(unit, actor, there, "draft deleted")

    clinic.store.transact(work)


def save_form(clinic: Clinic, actor: Actor, wanted: Form, *, now: datetime) -> Form:
    """Rename a form, or take it out of use or into it; its wordings stay as they are.

    Raises `NotPermittedError`, `NotFoundError`, `InvalidInputError` and `StaleVersionError`.
    """
    authorise(clinic, actor, Permission.MANAGE_CONSENT_FORMS)

    def work(unit: UnitOfWork) -> Form:
        if consent_forms.get_form(unit.cursor, wanted.form_id) is None:
            raise NotFoundError(NO_VERSION)
        name = rules.check_name(wanted.name, _names(unit.cursor, wanted.form_id), "form")
        kept = versioned.keep(unit, actor, SHELF, replace(wanted, name=name), now)
        consent_standing.touch(unit.cursor)
        return kept

    return clinic.store.transact(work)


def _names(cursor: Cursor, but: UUID) -> list[str]:
    return [one.name for one in consent_forms.list_forms(cursor) if one.form_id != but]


def _as_kept(there: FormText, wanted: Wording, now: datetime) -> FormText:
    return replace(
        there,
        text=wanted.text.replace("\r\n", "\n").strip(),
        purposes=wanted.purposes,
        is_material=wanted.is_material and there.number > 1,
        in_force_from=wanted.in_force_from,
        note=wanted.note.strip() or None,
        version=wanted.version + 1,
        recorded_at=now,
    )


def _check(cursor: Cursor, there: FormText, wanted: Wording, now: datetime) -> None:
    others = [
        Numbered(one.number, one.in_force_from)
        for one in consent_forms.list_versions_of(cursor, there.form_id)
        if one.form_version_id != there.form_version_id
    ]
    known = {one.code for one in consent_purposes.list_purposes(cursor) if one.is_active}
    rules.check(wanted, there.number, others, known, day_of(now, LONDON))


def _check_open(cursor: Cursor, one: FormText, now: datetime) -> None:
    reason = _fixed_because(cursor, one, day_of(now, LONDON))
    if reason is not None:
        raise InvalidInputError(reason, field="text")


def _note(unit: UnitOfWork, actor: Actor, one: FormText, what: str) -> None:
    detail: dict[str, str | int | bool] = {"changed": what, "number": one.number}
    event = Event(Action.CONSENT_FORM_CHANGED, subject_id=one.form_version_id, detail=detail)
    unit.audit(actor, event)
