"""The route of what is printed: only within a session, only to whoever may, kept by nobody."""

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from lib.domain.access import Role
from lib.services import running
from lib.services.clinic import Clinic
from lib.web import doors, printing
from tests.records import TODAY, add_patient, add_stock, add_treatment, audit_lines, restrict
from tests.web.conftest import ORIGIN, end_session, open_session


def test_the_page_and_the_file_come_with_a_session(client: TestClient, clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    cookie = open_session(clinic).cookie
    page = client.get(f"/print/record/{patient_id}", headers=cookie)
    file = client.get(f"/print/record/{patient_id}.pdf", headers=cookie)
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "HART, Anna (Ms)" in page.text
    assert (file.status_code, file.headers["content-type"]) == (200, "application/pdf")
    assert file.content.startswith(b"%PDF-")
    assert file.headers["content-disposition"].startswith('inline; filename="record-J')
    for answer in (page, file):
        assert answer.headers["cache-control"] == "no-store"
        assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert [line[0] for line in audit_lines(clinic)] == ["record printed"] * 2


def test_a_treatment_has_its_sheet(client: TestClient, clinic: Clinic) -> None:
    key = add_treatment(clinic, add_patient(clinic), add_stock(clinic), TODAY)
    answer = client.get(f"/print/treatment/{key}", headers=open_session(clinic).cookie)
    assert (answer.status_code, "Treatment sheet" in answer.text) == (200, True)


@pytest.mark.parametrize("ending", ["", ".pdf"])
def test_without_a_session_or_after_its_end_there_is_nothing(
    client: TestClient, clinic: Clinic, ending: str
) -> None:
    address = f"/print/record/{add_patient(clinic)}{ending}"
    assert client.get(address).status_code == 401
    signed_in = open_session(clinic)
    end_session(clinic, signed_in)
    answer = client.get(address, headers=signed_in.cookie)
    assert (answer.status_code, answer.text) == (401, "Sign in first.")
    assert audit_lines(clinic) == []


@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMINISTRATOR])
def test_the_wrong_role_gets_no_word_of_it(client: TestClient, clinic: Clinic, role: Role) -> None:
    patient_id = add_patient(clinic)
    answer = client.get(
        f"/print/record/{patient_id}.pdf", headers=open_session(clinic, "pat", role).cookie
    )
    assert (answer.status_code, "Hart" in answer.text.title()) == (403, False)
    assert [line[:3] for line in audit_lines(clinic)] == [("refused", "refused", str(patient_id))]


@pytest.mark.parametrize(
    "subject", ["01a20000-0000-7000-8000-00000000dead", "nonsense", "1", "nonsense.pdf"]
)
@pytest.mark.parametrize("name", ["record", "treatment", "passwd"])
def test_a_guessed_address_finds_nothing(
    client: TestClient, clinic: Clinic, name: str, subject: str
) -> None:
    answer = client.get(f"/print/{name}/{subject}", headers=open_session(clinic).cookie)
    assert answer.status_code == 404
    assert answer.text.startswith("There is no")


def test_a_restricted_record_says_to_open_it_first(client: TestClient, clinic: Clinic) -> None:
    patient_id = add_patient(clinic)
    restrict(clinic, patient_id)
    answer = client.get(f"/print/record/{patient_id}", headers=open_session(clinic).cookie)
    assert answer.status_code == 403
    assert "name the ground" in answer.text
    assert "HART" not in answer.text


def test_the_route_asks_by_itself_too(clinic: Clinic) -> None:
    running.use(clinic)
    alone = TestClient(Starlette(routes=printing.routes()), base_url=ORIGIN)
    assert alone.get(f"/print/record/{add_patient(clinic)}").status_code == 401
    running.use(None)


def test_the_gate_opens_it_only_within_a_session() -> None:
    assert doors.door_of("GET", "/print/record/1") is doors.Door.SIGNED


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/desk/print.css", "text/css"), ("/desk/print.js", "text/javascript")],
)
def test_its_styles_and_script_are_our_own(client: TestClient, path: str, kind: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, kind)
    assert "http" not in answer.text
