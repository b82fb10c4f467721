"""The certificate of a disposal on paper: what was signed, who decided, and nobody's identity."""

import json
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.errors import NotFoundError, NotPermittedError
from lib.paper import pdf, sheet
from lib.services.clinic import Clinic
from lib.services.disposal import certificates
from lib.services.printing import prepare, registered
from tests.records import NOW, audit_lines, write
from tests.services.disposal import known as someone
from tests.services.disposal.cases import SOMEBODY, collected_case, take_out

registered.register_all()


def issued(clinic: Clinic) -> UUID:
    known = someone.add_known(clinic)
    someone.add_known(clinic)
    case_id = collected_case(clinic, [known.patient_id])
    take_out(clinic, known.patient_id)
    certificates.issue(clinic, case_id, now=NOW)
    return case_id


def test_the_paper_says_what_was_signed_and_names_no_patient(clinic: Clinic, owner: Actor) -> None:
    write(
        clinic,
        "person",
        person_id=SOMEBODY,
        username="mo",
        display_name="Mo Bright",
        password_hash="-",
        must_change_password=False,
        is_disabled=False,
        created_at=NOW,
    )
    case_id = issued(clinic)

    made = prepare.prepare(clinic, owner, "certificate", case_id, now=NOW)

    said = json.dumps(sheet.content(made), ensure_ascii=False)
    for words in ("C-000001", "D-000001", "Mo Bright", "somebody who is no longer known"):
        assert words in said
    assert "look for duplicates" in said
    assert someone.FAMILY not in said
    assert pdf.render(made).startswith(b"%PDF")
    assert audit_lines(clinic)[-1][0] == "certificate of disposal viewed"


def test_a_certificate_that_was_changed_is_not_printed(clinic: Clinic, owner: Actor) -> None:
    case_id = issued(clinic)
    clinic.store.transact(
        lambda unit: unit.cursor.execute("UPDATE disposal_certificate SET content = '{}'")
    )

    with pytest.raises(NotFoundError, match="not what was signed"):
        prepare.prepare(clinic, owner, "certificate", case_id, now=NOW)


def test_a_case_without_one_has_nothing_to_print(clinic: Clinic, owner: Actor) -> None:
    with pytest.raises(NotFoundError):
        prepare.prepare(clinic, owner, "certificate", uuid7s.uuid7(), now=NOW)


def test_who_may_not_see_disposals_may_not_print_them(clinic: Clinic, staff: Actor) -> None:
    with pytest.raises(NotPermittedError):
        prepare.prepare(clinic, staff, "certificate", uuid7s.uuid7(), now=NOW)
