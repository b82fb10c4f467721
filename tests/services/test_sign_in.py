"""Signing in, from the password to the session."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lib.auth import second_factor
from lib.auth.second_factor import Proof
from lib.domain.access import Role
from lib.domain.sign_in import Step
from lib.errors import InvalidInputError, SignInRefusedError
from lib.services import sessions, sign_in
from lib.services.clinic import Clinic
from lib.services.sign_in import Visitor
from lib.store import people
from tests.services.conftest import (
    NOW,
    PASSWORD,
    VISITOR,
    Known,
    actions,
    add_person,
    enrolled,
    everything_in_the_trail,
    open_session,
)

WRONG = "not the password at all"
NEW = "violet kettle orbit saddle"


def refuse_password(clinic: Clinic, username: str, password: str, at: datetime = NOW) -> str:
    with pytest.raises(SignInRefusedError) as caught:
        sign_in.check_password(clinic, username, password, VISITOR, now=at)
    return caught.value.message


def test_password_and_code_open_a_session(clinic: Clinic, sam: Known) -> None:
    opened = open_session(clinic, sam, NOW)
    live = sessions.by_token(clinic, opened.token, now=NOW)
    assert live is not None
    assert live.actor.username == "sam"
    assert live.actor.roles == {Role.STAFF}
    assert live.actor.address == VISITOR.address
    assert actions(clinic)[-1] == ("signed in", "done")


def test_the_store_never_holds_the_token_or_the_ticket(clinic: Clinic, sam: Known) -> None:
    opened = open_session(clinic, sam, NOW)
    with clinic.store.reading() as cursor:
        kept = str(cursor.execute("SELECT * FROM sign_in_session").fetchall())
        kept += str(cursor.execute("SELECT * FROM sign_in_ticket").fetchall())
    assert opened.token not in kept


def test_wrong_name_wrong_password_and_shut_account_sound_alike(clinic: Clinic, sam: Known) -> None:
    clinic.store.transact(
        lambda unit: people.update_disabled(
            unit.cursor, add_person(clinic, "gone").person_id, is_disabled=True
        )
    )
    messages = {
        refuse_password(clinic, sam.username, WRONG),
        refuse_password(clinic, "nobody", PASSWORD),
        refuse_password(clinic, "gone", PASSWORD),
    }
    assert messages == {sign_in.NOT_RIGHT}


def test_a_refusal_is_in_the_trail_without_the_name_that_was_typed(clinic: Clinic) -> None:
    refuse_password(clinic, "my-typed-secret", WRONG)
    assert actions(clinic) == [("sign-in refused", "refused")]
    assert "my-typed-secret" not in everything_in_the_trail(clinic)


@pytest.mark.usefixtures("sam")
def test_five_failures_lock_the_account_even_for_the_right_password(clinic: Clinic) -> None:
    for _ in range(5):
        assert refuse_password(clinic, "sam", WRONG) == sign_in.NOT_RIGHT
    assert "Too many attempts" in refuse_password(clinic, "sam", PASSWORD)
    assert actions(clinic)[-1] == ("locked out", "refused")


def test_an_unknown_name_is_locked_like_a_known_one(clinic: Clinic) -> None:
    for _ in range(5):
        refuse_password(clinic, "nobody", WRONG)
    assert "Too many attempts" in refuse_password(clinic, "nobody", WRONG)


@pytest.mark.usefixtures("sam")
def test_a_lock_out_ends_by_itself(clinic: Clinic) -> None:
    for _ in range(5):
        refuse_password(clinic, "sam", WRONG)
    later = NOW + timedelta(minutes=15)
    assert sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=later).username == "sam"


@pytest.mark.usefixtures("sam")
def test_attempts_while_locked_out_do_not_prolong_it(clinic: Clinic) -> None:
    for _ in range(5):
        refuse_password(clinic, "sam", WRONG)
    for minute in range(1, 15):
        refuse_password(clinic, "sam", WRONG, NOW + timedelta(minutes=minute))
    later = NOW + timedelta(minutes=15)
    assert sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=later).username == "sam"


@pytest.mark.usefixtures("sam")
def test_one_address_that_tries_many_names_is_locked_out(clinic: Clinic) -> None:
    strict = clinic.settings.model_copy(update={"lockout_address_attempts": 7})
    clinic = replace(clinic, settings=strict)
    for number in range(7):
        refuse_password(clinic, f"name-{number}", WRONG)
    assert "Too many attempts" in refuse_password(clinic, "sam", PASSWORD)
    elsewhere = Visitor("192.0.2.99")
    assert sign_in.check_password(clinic, "sam", PASSWORD, elsewhere, now=NOW).username == "sam"


@pytest.mark.usefixtures("sam")
def test_a_right_password_alone_does_not_forgive_earlier_failures(clinic: Clinic) -> None:
    for _ in range(4):
        refuse_password(clinic, "sam", WRONG)
    sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=NOW)
    refuse_password(clinic, "sam", WRONG)
    assert "Too many attempts" in refuse_password(clinic, "sam", PASSWORD)


def test_a_whole_sign_in_forgives_earlier_failures(clinic: Clinic, sam: Known) -> None:
    for _ in range(4):
        refuse_password(clinic, "sam", WRONG)
    open_session(clinic, sam, NOW)
    later = NOW + timedelta(seconds=1)
    for _ in range(4):
        assert refuse_password(clinic, "sam", WRONG, later) == sign_in.NOT_RIGHT


def test_wrong_codes_count_towards_the_lock_out(clinic: Clinic, sam: Known) -> None:
    stage = sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=NOW)
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            sign_in.check_code(clinic, stage, "000000", VISITOR, now=NOW)
    with pytest.raises(SignInRefusedError, match="Too many attempts"):
        sign_in.check_code(clinic, stage, sam.code(NOW), VISITOR, now=NOW)


def test_a_code_works_once(clinic: Clinic, sam: Known) -> None:
    open_session(clinic, sam, NOW)
    stage = sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=NOW)
    with pytest.raises(SignInRefusedError, match="not right"):
        sign_in.check_code(clinic, stage, sam.code(NOW), VISITOR, now=NOW)


def test_the_code_that_set_the_factor_up_does_not_sign_in(clinic: Clinic) -> None:
    known = enrolled(clinic, add_person(clinic, "kim", Role.STAFF), NOW)
    stage = sign_in.check_password(clinic, "kim", PASSWORD, VISITOR, now=NOW)
    with pytest.raises(SignInRefusedError):
        sign_in.check_code(clinic, stage, known.code(NOW), VISITOR, now=NOW)


def test_a_recovery_code_works_once(clinic: Clinic, sam: Known) -> None:
    stage = sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=NOW)
    passed = sign_in.check_code(clinic, stage, sam.codes[0].upper(), VISITOR, now=NOW)
    assert passed.is_code_given
    assert ("recovery code used", "done") in actions(clinic)
    with pytest.raises(SignInRefusedError):
        sign_in.check_code(clinic, stage, sam.codes[0], VISITOR, now=NOW)


@pytest.mark.usefixtures("sam")
def test_the_recovery_code_of_another_person_does_not_work(clinic: Clinic, alex: Known) -> None:
    stage = sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=NOW)
    with pytest.raises(SignInRefusedError):
        sign_in.check_code(clinic, stage, alex.codes[0], VISITOR, now=NOW)


@pytest.mark.usefixtures("sam")
def test_no_ticket_without_the_second_factor(clinic: Clinic) -> None:
    stage = sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=NOW)
    assert sign_in.next_step(clinic, stage) is Step.CODE
    with pytest.raises(SignInRefusedError):
        sign_in.issue_ticket(clinic, stage, now=NOW)


def test_a_real_clinic_makes_everybody_set_up_a_second_factor(clinic: Clinic) -> None:
    (clinic.home / "DEMO").write_text("a file beside the store changes nothing")
    add_person(clinic, "kim", Role.STAFF)
    stage = sign_in.check_password(clinic, "kim", PASSWORD, VISITOR, now=NOW)
    assert sign_in.next_step(clinic, stage) is Step.ENROL
    with pytest.raises(SignInRefusedError):
        sign_in.issue_ticket(clinic, stage, now=NOW)
    with pytest.raises(SignInRefusedError):
        sign_in.check_code(clinic, stage, "123456", VISITOR, now=NOW)


def test_setting_up_the_second_factor_ends_in_a_session(clinic: Clinic) -> None:
    add_person(clinic, "kim", Role.STAFF)
    stage = sign_in.check_password(clinic, "kim", PASSWORD, VISITOR, now=NOW)
    secret = second_factor.new_secret()
    known = Known(stage.person_id, "kim", secret)
    with pytest.raises(InvalidInputError):
        sign_in.enrol(clinic, stage, Proof(secret, "000000"), now=NOW)
    codes, passed = sign_in.enrol(clinic, stage, Proof(secret, known.code(NOW)), now=NOW)
    assert len(codes) == 10
    ticket = sign_in.issue_ticket(clinic, passed, now=NOW)
    assert sign_in.redeem(clinic, ticket, VISITOR, now=NOW).token


def test_whoever_has_a_second_factor_cannot_set_up_another_at_the_door(
    clinic: Clinic, sam: Known
) -> None:
    stage = sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=NOW)
    secret = second_factor.new_secret()
    proof = Proof(secret, Known(sam.person_id, "sam", secret).code(NOW))
    with pytest.raises(SignInRefusedError):
        sign_in.enrol(clinic, stage, proof, now=NOW)


def test_the_secret_is_sealed_in_the_store(clinic: Clinic, sam: Known) -> None:
    with clinic.store.reading() as cursor:
        person = people.get_person(cursor, sam.person_id)
    assert person is not None
    assert sam.secret not in str(person)


def test_a_first_password_must_be_changed(clinic: Clinic) -> None:
    added = add_person(clinic, "kim", Role.STAFF, must_change=True)
    stage = sign_in.check_password(clinic, "kim", PASSWORD, VISITOR, now=NOW)
    assert sign_in.next_step(clinic, stage) is Step.CHANGE_PASSWORD
    with pytest.raises(InvalidInputError, match="not the one you have now"):
        sign_in.change_first_password(clinic, stage, PASSWORD, now=NOW)
    with pytest.raises(InvalidInputError, match="at least 12"):
        sign_in.change_first_password(clinic, stage, "short", now=NOW)
    sign_in.change_first_password(clinic, stage, NEW, now=NOW)
    assert sign_in.next_step(clinic, stage) is Step.ENROL
    with clinic.store.reading() as cursor:
        person = people.get_person(cursor, added.person_id)
    assert person is not None
    assert not person.must_change_password


@pytest.mark.usefixtures("sam")
def test_only_a_first_password_can_be_changed_at_the_door(clinic: Clinic) -> None:
    stage = sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=NOW)
    with pytest.raises(SignInRefusedError):
        sign_in.change_first_password(clinic, stage, NEW, now=NOW)


def test_a_first_password_expires_on_the_seventh_day(clinic: Clinic) -> None:
    add_person(clinic, "kim", Role.STAFF, must_change=True)
    last = NOW + timedelta(days=7) - timedelta(seconds=1)
    assert sign_in.check_password(clinic, "kim", PASSWORD, VISITOR, now=last)
    assert refuse_password(clinic, "kim", PASSWORD, NOW + timedelta(days=7)) == sign_in.EXPIRED


def test_a_ticket_works_once_and_for_thirty_seconds(clinic: Clinic, sam: Known) -> None:
    stage = sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=NOW)
    stage = sign_in.check_code(clinic, stage, sam.code(NOW), VISITOR, now=NOW)
    first = sign_in.issue_ticket(clinic, stage, now=NOW)
    second = sign_in.issue_ticket(clinic, stage, now=NOW)
    sign_in.redeem(clinic, first, VISITOR, now=NOW + timedelta(seconds=29))
    for ticket, at in ((first, 29), (second, 30), ("nonsense", 0)):
        with pytest.raises(SignInRefusedError):
            sign_in.redeem(clinic, ticket, VISITOR, now=NOW + timedelta(seconds=at))


def test_somebody_disabled_meanwhile_cannot_use_their_ticket(clinic: Clinic, sam: Known) -> None:
    stage = sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=NOW)
    stage = sign_in.check_code(clinic, stage, sam.code(NOW), VISITOR, now=NOW)
    ticket = sign_in.issue_ticket(clinic, stage, now=NOW)
    clinic.store.transact(
        lambda unit: people.update_disabled(unit.cursor, sam.person_id, is_disabled=True)
    )
    with pytest.raises(SignInRefusedError):
        sign_in.redeem(clinic, ticket, VISITOR, now=NOW)


def test_a_sign_in_left_half_way_starts_again(clinic: Clinic, sam: Known) -> None:
    stage = sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=NOW)
    late = NOW + timedelta(minutes=11)
    with pytest.raises(SignInRefusedError, match="too long"):
        sign_in.check_code(clinic, stage, sam.code(late), VISITOR, now=late)
