"""The first run: one clinic, one first administrator, claimed by whoever started the server."""

import threading

import pytest

from lib.domain.access import Role
from lib.domain.sign_in import Step
from lib.errors import ClinicError, InvalidInputError, SignInRefusedError
from lib.services import accounts, first_run, sign_in
from lib.services.clinic import Clinic
from lib.services.first_run import FirstPerson
from lib.services.sign_in import Stage
from lib.store import people
from tests.services.conftest import NOW, PASSWORD, VISITOR, actions

FIRST = FirstPerson("Juno Aesthetics", "Alex Murray", "Chief", PASSWORD)


def set_up(clinic: Clinic, code: str, first: FirstPerson = FIRST) -> Stage:
    return first_run.set_up(clinic, code, first, VISITOR, now=NOW)


def test_the_first_person_is_administrator_and_owner(clinic: Clinic) -> None:
    assert first_run.is_needed(clinic)
    stage = set_up(clinic, first_run.new_code(clinic, now=NOW))
    assert not first_run.is_needed(clinic)
    assert accounts.clinic_name(clinic) == "Juno Aesthetics"
    with clinic.store.reading() as cursor:
        roles = people.list_roles(cursor, stage.person_id)
    assert roles == {Role.ADMINISTRATOR, Role.OWNER}
    assert ("clinic set up", "done") in actions(clinic)


def test_the_first_person_goes_on_to_the_second_factor(clinic: Clinic) -> None:
    stage = set_up(clinic, first_run.new_code(clinic, now=NOW))
    assert sign_in.next_step(clinic, stage) is Step.ENROL


@pytest.mark.parametrize("code", ["", "0000-0000", "aaaa-aaaa"])
def test_nobody_claims_a_clinic_without_the_code(clinic: Clinic, code: str) -> None:
    first_run.new_code(clinic, now=NOW)
    with pytest.raises(SignInRefusedError, match="set-up code"):
        set_up(clinic, code)
    assert first_run.is_needed(clinic)


def test_there_is_no_code_until_the_server_prints_one(clinic: Clinic) -> None:
    with pytest.raises(SignInRefusedError):
        set_up(clinic, "")


def test_only_the_newest_code_works(clinic: Clinic) -> None:
    old = first_run.new_code(clinic, now=NOW)
    new = first_run.new_code(clinic, now=NOW)
    with pytest.raises(SignInRefusedError):
        set_up(clinic, old)
    assert set_up(clinic, new.upper().replace("-", " "))


def test_guessing_the_code_is_locked_out(clinic: Clinic) -> None:
    code = first_run.new_code(clinic, now=NOW)
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            set_up(clinic, "aaaa-aaaa")
    with pytest.raises(SignInRefusedError, match="Too many"):
        set_up(clinic, code)


def test_a_clinic_is_set_up_once(clinic: Clinic) -> None:
    code = first_run.new_code(clinic, now=NOW)
    set_up(clinic, code)
    with pytest.raises(SignInRefusedError, match="already"):
        set_up(clinic, code, FirstPerson("Mine", "Another One", "other", PASSWORD))


def test_of_two_tabs_at_once_one_wins(clinic: Clinic) -> None:
    code = first_run.new_code(clinic, now=NOW)
    start = threading.Barrier(4)
    results: list[object] = []

    def claim(number: int) -> None:
        start.wait()
        first = FirstPerson("Juno", "Somebody Else", f"claimant-{number}", PASSWORD)
        try:
            results.append(set_up(clinic, code, first))
        except ClinicError as error:
            results.append(error)

    tabs = [threading.Thread(target=claim, args=(number,)) for number in range(4)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert len([one for one in results if isinstance(one, Stage)]) == 1
    assert len(results) == 4
    with clinic.store.reading() as cursor:
        assert people.count_people(cursor) == 1


@pytest.mark.parametrize(
    ("first", "field"),
    [
        (FirstPerson("", "Alex", "alex", PASSWORD), "clinic_name"),
        (FirstPerson("Juno", " ", "alex", PASSWORD), "display_name"),
        (FirstPerson("Juno", "Alex", "a", PASSWORD), "username"),
        (FirstPerson("Juno", "Alex", "alex", "short"), "password"),
    ],
)
def test_a_value_that_will_not_do_is_named(clinic: Clinic, first: FirstPerson, field: str) -> None:
    code = first_run.new_code(clinic, now=NOW)
    with pytest.raises(InvalidInputError) as caught:
        set_up(clinic, code, first)
    assert caught.value.field == field
    assert first_run.is_needed(clinic)
