"""Anchors: what was changed, removed or cut off shows, and only that."""

from datetime import datetime
from uuid import UUID

import pytest

from lib.domain import anchors
from lib.domain.anchors import Anchor

KEY = anchors.key_of(bytes(32))
CHAIN = UUID("01a20000-0000-7000-8000-0000000000aa")


def lines(count: int = 3) -> list[str]:
    written = []
    previous = anchors.FIRST_SEAL
    for number in range(count):
        moment = datetime(2026, 11, 1 + number)  # noqa: DTZ001 - stored as UTC without a zone
        anchor = anchors.sealed(Anchor(CHAIN, 10 * number, f"head {number}", moment), KEY, previous)
        written.append(anchors.line_of(anchor))
        previous = anchor.seal
    return written


def test_what_was_written_is_read_back() -> None:
    found, faults = anchors.read(lines(), KEY)
    assert [(anchor.position, anchor.head) for anchor in found] == [
        (0, "head 0"),
        (10, "head 1"),
        (20, "head 2"),
    ]
    assert faults == []


def test_a_changed_anchor_shows() -> None:
    written = lines()
    written[1] = written[1].replace("head 1", "head 9")
    found, faults = anchors.read(written, KEY)
    assert faults == ["anchor 2 was changed, or the one before it was removed"]
    assert [anchor.position for anchor in found] == [0, 20]


def test_a_removed_anchor_shows_at_the_next_one() -> None:
    written = lines()
    del written[1]
    assert anchors.read(written, KEY)[1] == [
        "anchor 2 was changed, or the one before it was removed"
    ]


def test_anchors_sealed_with_another_key_do_not_count() -> None:
    found, faults = anchors.read(lines(), anchors.key_of(bytes([1]) * 32))
    assert found == []
    assert len(faults) == 3


@pytest.mark.parametrize("line", ["", "{", "[]", "null", '{"chain_id": 3}', "7"])
def test_a_line_that_is_no_anchor_shows(line: str) -> None:
    assert anchors.anchor_in(line) is None
    written = [*lines(1), line, *lines(2)[1:]]
    found, faults = anchors.read(written, KEY)
    assert faults == ["anchor 2 was changed, or the one before it was removed"]
    assert len(found) == 2


def test_an_anchored_entry_that_is_gone_is_named() -> None:
    found = anchors.read(lines(2), KEY)[0]
    hashes = {(CHAIN, 0): "head 0"}
    assert list(anchors.faults_of(found, hashes)) == [
        f"entry 10 of chain {CHAIN} was anchored on 2026-11-02 and is missing"
    ]


def test_an_anchored_entry_that_was_replaced_is_named() -> None:
    found = anchors.read(lines(1), KEY)[0]
    assert list(anchors.faults_of(found, {(CHAIN, 0): "other"})) == [
        f"entry 0 of chain {CHAIN} is not the one that was anchored on 2026-11-01"
    ]
    assert list(anchors.faults_of(found, {(CHAIN, 0): "head 0"})) == []
