"""Purposes and versions of forms as the rules read them; `forms` writes them."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from lib.domain.consent import LONDON, Channel, FormVersion, Terms, Topic
from lib.store import consent_purposes
from lib.store.connection import Cursor
from lib.store.consent_purposes import Purpose

__all__ = ["Purpose", "current_version", "list_purposes", "terms_of", "topics_of", "versions"]


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
