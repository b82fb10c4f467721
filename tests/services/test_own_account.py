"""What people do with their own account."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lib.auth import second_factor
from lib.auth.second_factor import Proof
from lib.errors import InvalidInputError, SignInRefusedError
from lib.services import own_account, sessions, sign_in
from lib.services.clinic import Clinic
from tests.services.conftest import (
    NOW,
    PASSWORD,
    VISITOR,
    Known,
    actions,
    actor_of,
    open_session,
)

NEW = "violet kettle orbit saddle"
LATER = NOW + timedelta(minutes=1)


def test_a_changed_password_ends_every_other_session(clinic: Clinic, sam: Known) -> None:
    here, there = open_session(clinic, sam, NOW), open_session(clinic, sam, LATER)
    actor = actor_of(clinic, sam, here.session_id)
    own_account.change_password(clinic, actor, PASSWORD, NEW, now=LATER)
    assert sessions.by_id(clinic, here.session_id, now=LATER)
    assert sessions.by_id(clinic, there.session_id, now=LATER) is None
    assert sign_in.check_password(clinic, "sam", NEW, VISITOR, now=LATER)
    assert own_account.overview(clinic, actor).password_changed_at == LATER


def test_a_password_changes_only_with_the_present_one(clinic: Clinic, sam: Known) -> None:
    with pytest.raises(SignInRefusedError, match="present password"):
        own_account.change_password(clinic, actor_of(clinic, sam), "wrong", NEW, now=NOW)
    assert actions(clinic)[-1] == ("sign-in refused", "refused")


def test_guessing_the_present_password_is_locked_out(clinic: Clinic, sam: Known) -> None:
    actor = actor_of(clinic, sam)
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            own_account.confirm_password(clinic, actor, "wrong", now=NOW)
    with pytest.raises(SignInRefusedError, match="Too many"):
        own_account.confirm_password(clinic, actor, PASSWORD, now=NOW)


@pytest.mark.parametrize("new", ["short", PASSWORD, "sam sam sam sam sam", "password12345"])
def test_a_poor_new_password_is_refused(clinic: Clinic, sam: Known, new: str) -> None:
    with pytest.raises(InvalidInputError):
        own_account.change_password(clinic, actor_of(clinic, sam), PASSWORD, new, now=NOW)


def test_a_new_phone_replaces_the_old_one(clinic: Clinic, sam: Known) -> None:
    here, there = open_session(clinic, sam, NOW), open_session(clinic, sam, LATER)
    actor = actor_of(clinic, sam, here.session_id)
    secret = second_factor.new_secret()
    phone = Known(sam.person_id, "sam", secret)
    with pytest.raises(InvalidInputError):
        own_account.replace_second_factor(clinic, actor, Proof(secret, "000000"), now=LATER)
    proof = Proof(secret, phone.code(LATER))
    codes = own_account.replace_second_factor(clinic, actor, proof, now=LATER)
    assert sessions.by_id(clinic, here.session_id, now=LATER)
    assert sessions.by_id(clinic, there.session_id, now=LATER) is None
    stage = sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=LATER)
    for dead in (sam.code(LATER + timedelta(minutes=1)), sam.codes[1]):
        with pytest.raises(SignInRefusedError):
            sign_in.check_code(clinic, stage, dead, VISITOR, now=LATER + timedelta(minutes=1))
    assert sign_in.check_code(clinic, stage, codes[0], VISITOR, now=LATER).is_code_given


def test_new_recovery_codes_replace_the_old_ones(clinic: Clinic, sam: Known) -> None:
    actor = actor_of(clinic, sam)
    codes = own_account.new_recovery_codes(clinic, actor, PASSWORD, now=NOW)
    assert own_account.overview(clinic, actor).recovery_codes_left == 10
    stage = sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=NOW)
    with pytest.raises(SignInRefusedError):
        sign_in.check_code(clinic, stage, sam.codes[0], VISITOR, now=NOW)
    assert sign_in.check_code(clinic, stage, codes[0], VISITOR, now=NOW).is_code_given
    assert own_account.overview(clinic, actor).recovery_codes_left == 9


def test_the_synthetic_clinic_has_no_second_factor_to_replace(clinic: Clinic, sam: Known) -> None:
    synthetic = replace(clinic, is_demo=True)
    proof = Proof(second_factor.new_secret(), "000000")
    with pytest.raises(SignInRefusedError, match="synthetic"):
        own_account.replace_second_factor(synthetic, actor_of(clinic, sam), proof, now=NOW)
