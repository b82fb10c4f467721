"""The demo's accounts: the published password opens each of them, and their roles are as said."""

import json

from streamlit_authenticator import Hasher

from lib.demo.accounts import ACCOUNTS, MANAGER, PASSWORD
from lib.domain.access import Role
from tests.demo.conftest import Ask


def test_the_published_password_opens_every_account(ask: Ask) -> None:
    rows = ask("SELECT username, password_hash FROM person ORDER BY username")
    assert [row[0] for row in rows] == sorted(account.username for account in ACCOUNTS)
    assert len({row[1] for row in rows}) == 1
    assert rows[0][1].startswith("$2b$12$")
    assert Hasher.check_pw(PASSWORD, rows[0][1])


def test_accounts_are_ready_to_use(ask: Ask) -> None:
    assert ask("""
        SELECT count(*) FROM person
        WHERE must_change_password OR is_disabled OR totp_secret_sealed IS NOT NULL
    """) == [(0,)]


def test_roles_are_stored_as_declared_and_each_has_an_account_of_its_own(ask: Ask) -> None:
    stored = {(row[0], row[1]) for row in ask("""
        SELECT username, role FROM person_role JOIN person USING (person_id)
    """)}  # fmt: skip
    assert stored == {
        (account.username, role.value) for account in ACCOUNTS for role in account.roles
    }
    alone = {account.roles[0] for account in ACCOUNTS if len(account.roles) == 1}
    assert alone == set(Role)
    assert MANAGER.actor().roles == frozenset(MANAGER.roles)


def test_a_practitioner_is_one_of_the_accounts(ask: Ask) -> None:
    assert ask("""
        SELECT username, person.display_name = practitioner.display_name
        FROM practitioner JOIN person USING (person_id)
    """) == [("staff", True)]


def test_the_trail_never_carries_a_detail_about_a_patient(ask: Ask) -> None:
    details = {row[0] for row in ask("SELECT DISTINCT detail FROM audit_entry")}
    # What services wrote while the clinic was built says what was done, never to whom.
    acts = {"patients", "seed", "merge", "rows", "record", "done", "changed", "list", "task"}
    consent = {"purpose", "channel", "route", "state", "kind", "file", "included", "left out"}
    # Of holds and vital interests: their kind, how many facts, the next look.
    retention = {"review_on", "facts"}
    said = {name for detail in details for name in json.loads(detail)}
    assert said <= acts | consent | retention
