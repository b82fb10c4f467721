"""Forms of consent: which wording is shown on a day, and the rules of writing one."""

from datetime import date, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.errors import NotFoundError
from lib.services.clinic import Clinic
from lib.services.consent import forms
from tests.records import NOW, TODAY, write


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
