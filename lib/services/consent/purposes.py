"""Purposes of consent, and the versions of forms as the rules read them; `forms` writes those."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from lib.domain import consent_forms as rules
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.consent import LONDON, Channel, FormVersion, Terms, Topic
from lib.errors import NotFoundError, StaleVersionError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.versioned import STALE
from lib.store import consent_purposes, consent_standing
from lib.store.connection import Cursor, UnitOfWork
from lib.store.consent_purposes import Purpose

__all__ = [
    "Purpose",
    "current_version",
    "list_purposes",
    "save",
    "terms_of",
    "topics_of",
    "versions",
]

NO_PURPOSE = "This purpose is not there. Load the page again to see which there are."


def list_purposes(cursor: Cursor) -> Sequence[Purpose]:
    """Return every purpose in its order, those that are no longer asked for too."""
    return consent_purposes.list_purposes(cursor)


def versions(cursor: Cursor) -> Mapping[UUID, FormVersion]:
    """Return every version of every form, by id."""
    return consent_purposes.list_versions(cursor)


def current_version(cursor: Cursor, form_id: UUID, as_of: date) -> FormVersion | None:
    """Return the newest version of a form that is in force on a day, or None."""
    in_force = (
        one
        for one in versions(cursor).values()
        if one.form_id == form_id and one.in_force_from is not None and one.in_force_from <= as_of
    )
    return max(in_force, key=lambda one: one.number, default=None)


def topics_of(purpose: Purpose) -> tuple[Topic, ...]:
    """Return what is agreed to under a purpose: one topic, or one for each way of contact."""
    if purpose.has_channels:
        return tuple(Topic(purpose.code, channel) for channel in Channel)
    return (Topic(purpose.code),)


def terms_of(purpose: Purpose | None, found: Mapping[UUID, FormVersion]) -> Terms:
    """Return what the states of a purpose are worked out with."""
    return Terms(found, purpose.validity_months if purpose else None, LONDON)


def list_all(clinic: Clinic, actor: Actor) -> Sequence[Purpose]:
    """Return every purpose in its order, for who keeps the list. Raises `NotPermittedError`."""
    authorise(clinic, actor, Permission.MANAGE_CONSENT_FORMS)
    with clinic.store.reading() as cursor:
        return list_purposes(cursor)


def save(clinic: Clinic, actor: Actor, wanted: Purpose, *, now: datetime) -> Purpose:
    """Add a purpose (version 0, without a code), or change the version that the form began with.

    None is ever deleted; its code and its ways of contact stay. Saving the same again is a no-op.
    Raises `NotPermittedError`, `NotFoundError`, `InvalidInputError` with the field and
    `StaleVersionError`.
    """
    authorise(clinic, actor, Permission.MANAGE_CONSENT_FORMS)

    def work(unit: UnitOfWork) -> Purpose:
        known = {one.code: one for one in list_purposes(unit.cursor)}
        there = known.get(wanted.code) if wanted.code else _same(known.values(), wanted)
        kept = _as_kept(known, there, wanted)
        if there is not None and replace(there, version=kept.version) == kept:
            return there
        if there is None:
            consent_purposes.insert_purpose(unit.cursor, kept, now, actor.person_id)
        elif there.version != wanted.version:
            raise StaleVersionError(STALE, version=there.version)
        else:
            consent_purposes.update_purpose(unit.cursor, kept, now, actor.person_id)
        consent_standing.touch(unit.cursor)
        detail: dict[str, str | int | bool] = {
            "purpose": kept.code,
            "version": kept.version,
            "is_used": kept.is_active,
        }
        unit.audit(actor, Event(Action.CONSENT_PURPOSE_CHANGED, detail=detail))
        return kept

    return clinic.store.transact(work)


def _same(known: Iterable[Purpose], wanted: Purpose) -> Purpose | None:
    """Return what the form saved a moment ago, when it saves the same new purpose again."""
    said = (" ".join(wanted.name.split()), " ".join(wanted.question.split()))
    return next((one for one in known if (one.name, one.question) == said), None)


def _as_kept(known: Mapping[str, Purpose], there: Purpose | None, wanted: Purpose) -> Purpose:
    if wanted.code and there is None:
        raise NotFoundError(NO_PURPOSE)
    names = [one.name for one in known.values() if there is None or one.code != there.code]
    name = rules.check_name(wanted.name, names, "purpose")
    question = rules.check_purpose(wanted.question, wanted.validity_months)
    new = replace(
        wanted,
        code=rules.code_of(name, known.keys()),
        position=max((one.position for one in known.values()), default=0) + 1,
    )
    begun = new if there is None else there
    return replace(
        begun,
        name=name,
        question=question,
        validity_months=wanted.validity_months,
        is_active=wanted.is_active,
        version=wanted.version + 1,
    )
