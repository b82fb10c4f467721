"""Differences tell what was removed and added, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.differences import Difference, Part, Piece, differences, pieces_of

texts = st.text(alphabet="ab \n", max_size=30)


def joined(pieces: tuple[Piece, ...], *, without: Part) -> str:
    return "".join(piece.text for piece in pieces if piece.part is not without)


def test_one_word_that_changed_is_named() -> None:
    assert pieces_of("severe latex allergy", "mild latex allergy") == (
        Piece(Part.REMOVED, "severe"),
        Piece(Part.ADDED, "mild"),
        Piece(Part.SAME, " latex allergy"),
    )


@given(texts, texts)
def test_the_difference_applied_to_the_old_text_gives_the_new_one(old: str, new: str) -> None:
    pieces = pieces_of(old, new)
    assert joined(pieces, without=Part.ADDED) == old
    assert joined(pieces, without=Part.REMOVED) == new


@given(texts)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert all(piece.part is Part.SAME for piece in pieces_of(text, text))


def test_only_fields_that_differ_are_told_in_the_order_of_the_form() -> None:
    old, new = {"name": "Latex", "detail": "", "gone": "x"}, {"name": "Latex", "detail": "Rash"}
    assert differences(old, new, ("detail", "name", "gone")) == (
        Difference("detail", (Piece(Part.ADDED, "Rash"),)),
        Difference("gone", (Piece(Part.REMOVED, "x"),)),
    )
