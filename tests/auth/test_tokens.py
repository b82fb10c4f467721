"""Tokens and sealed secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.auth import tokens
from lib.errors import TamperedStoreError

KEY = bytes(range(32))


def test_tokens_are_long_and_never_the_same() -> None:
    made = {tokens.new_token() for _ in range(100)}
    assert len(made) == 100
    assert all(len(token) >= 43 for token in made)


def test_the_hash_of_a_token_is_not_the_token() -> None:
    token = tokens.new_token()
    assert token not in tokens.hash_token(token)
    assert tokens.hash_token(token) == tokens.hash_token(token)


def test_a_keyed_hash_depends_on_key_and_purpose() -> None:
    one = tokens.keyed_hash(KEY, "username", "sam")
    assert one == tokens.keyed_hash(KEY, "username", "sam")
    assert one != tokens.keyed_hash(KEY, "recovery code", "sam")
    assert one != tokens.keyed_hash(bytes(32), "username", "sam")


@given(st.text())
def test_what_was_sealed_opens_again(plain: str) -> None:
    sealed = tokens.seal(KEY, "secret", "sam", plain)
    assert tokens.unseal(KEY, "secret", "sam", sealed) == plain


def test_sealing_twice_looks_different() -> None:
    assert tokens.seal(KEY, "secret", "sam", "x") != tokens.seal(KEY, "secret", "sam", "x")


@pytest.mark.parametrize(
    ("key", "purpose", "subject"),
    [(bytes(32), "secret", "sam"), (KEY, "other", "sam"), (KEY, "secret", "alex")],
)
def test_a_secret_opens_only_for_its_key_purpose_and_person(
    key: bytes, purpose: str, subject: str
) -> None:
    sealed = tokens.seal(KEY, "secret", "sam", "JBSWY3DP")
    with pytest.raises(TamperedStoreError):
        tokens.unseal(key, purpose, subject, sealed)


@pytest.mark.parametrize("change", ["", "1.", "2.AAAA", "1.%%%", "nonsense"])
def test_what_is_not_a_sealed_secret_is_refused(change: str) -> None:
    with pytest.raises(TamperedStoreError):
        tokens.unseal(KEY, "secret", "sam", change)


def test_a_secret_of_an_unknown_format_is_refused() -> None:
    sealed = tokens.seal(KEY, "secret", "sam", "JBSWY3DP")
    with pytest.raises(TamperedStoreError):
        tokens.unseal(KEY, "secret", "sam", "2" + sealed[1:])
