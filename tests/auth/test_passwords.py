"""Passwords: what is good enough, and that checking one gives nothing away."""

import re

import pytest

from lib.auth import passwords
from lib.auth.hasher import Hasher
from lib.errors import InvalidInputError

GOOD = "correct horse stapler moon"


def why_not(password: str) -> str | None:
    return passwords.why_not(password, username="samokafor", display_name="Sam Okafor")


def test_a_password_is_right_for_its_own_hash_only() -> None:
    hashed = passwords.hash_password(GOOD)
    assert Hasher.check_pw(GOOD, hashed)
    assert passwords.is_right(GOOD, hashed)
    assert not passwords.is_right(GOOD + "x", hashed)


def test_the_same_password_from_another_keyboard_is_right() -> None:
    composed, decomposed = "caf\u00e9 au lait bitte", "cafe\u0301 au lait bitte"
    assert passwords.is_right(decomposed, passwords.hash_password(composed))


def test_nobody_has_a_password() -> None:
    assert not passwords.is_right(GOOD, None)
    assert not passwords.is_right("no", None)


@pytest.mark.parametrize("has_account", [True, False])
def test_an_unknown_person_costs_the_same_work(
    monkeypatch: pytest.MonkeyPatch, *, has_account: bool
) -> None:
    costs = []
    checked = Hasher.check_pw

    def counting(password: str, hashed: str) -> bool:
        costs.append(hashed.split("$")[2])
        return checked(password, hashed)

    hashed = passwords.hash_password(GOOD) if has_account else None
    monkeypatch.setattr(Hasher, "check_pw", counting)
    passwords.is_right("wrong password", hashed)
    assert costs == ["12"]


def test_a_password_beyond_what_bcrypt_reads_is_wrong_not_an_error() -> None:
    assert not passwords.is_right("x" * 73, passwords.hash_password("x" * 72))


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "at least 12"),
        ("x" * 11, "at least 12"),
        ("é" * 37, "at most 72"),
        ("my-samokafor-desk", "name and username"),
        ("Okafor is at the desk", "name and username"),
        ("password1234", "Add another"),
        ("qwertyuiop[]", "Add another"),
        ("aaaaaaaaaaaaaa", "Add another"),
        ("juno aesthetics", "Add another"),
    ],
)
def test_a_poor_password_is_refused_with_its_reason(password: str, reason: str) -> None:
    assert reason in (why_not(password) or "")
    with pytest.raises(InvalidInputError) as caught:
        passwords.check_new_password(password, username="samokafor", display_name="Sam Okafor")
    assert caught.value.field == "password"


def test_a_reason_never_repeats_the_password() -> None:
    assert "password1234" not in (why_not("password1234") or "")


def test_words_that_have_nothing_to_do_with_each_other_are_good() -> None:
    assert why_not(GOOD) is None


def test_first_passwords_can_be_read_out_and_are_good_enough() -> None:
    made = {passwords.new_first_password() for _ in range(20)}
    assert len(made) == 20
    for password in made:
        assert re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}", password)
        assert why_not(password) is None
