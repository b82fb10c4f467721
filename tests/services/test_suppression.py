"""The suppression list: hashes alone, whatever way an address is written."""

from datetime import timedelta

import pytest

from lib.domain import suppression as rules
from lib.domain.access import Actor
from lib.domain.consent import Channel
from lib.errors import InvalidInputError, NotPermittedError
from lib.services import suppression
from lib.services.clinic import Clinic
from lib.services.suppression import Stop, TakenIn
from tests.records import NOW, audit_lines
from tests.services.conftest import everything_in_the_trail

KEY = rules.key_of(b"k" * 32)
LIST = '\ufeffEmail,Name\n"Anna@Example.org",Anna\nbea@example.org;Bea\n\nanna@example.org\n'


def test_an_address_is_known_again_however_it_is_written() -> None:
    one = rules.digest_of(KEY, Channel.EMAIL, "Anna@Example.org ")
    assert one == rules.digest_of(KEY, Channel.EMAIL, "anna@example.org")
    post = rules.digest_of(KEY, Channel.POST, "1 Acorn Road LS6 1AA")
    assert post == rules.digest_of(KEY, Channel.POST, "1, Acorn road, ls6 1aa")


def test_a_hash_gives_away_neither_the_address_nor_its_other_channel() -> None:
    sms, phone = (
        rules.digest_of(KEY, way, "+447700900123") for way in (Channel.SMS, Channel.PHONE)
    )
    assert sms != phone
    assert sms != rules.digest_of(rules.key_of(b"o" * 32), Channel.SMS, "+447700900123")


def test_a_list_of_a_mailing_tool_is_taken_in_as_hashes(clinic: Clinic, staff: Actor) -> None:
    done = suppression.take_in(clinic, staff, Channel.EMAIL, LIST, now=NOW)
    assert done == TakenIn(added=2, known=0, refused=1)
    again = suppression.take_in(clinic, staff, Channel.EMAIL, LIST, now=NOW)
    assert (again.added, again.known) == (0, 2)
    assert suppression.counts(clinic, staff) == {Channel.EMAIL: 2}
    with clinic.store.reading() as cursor:
        kept = str(cursor.execute("SELECT * FROM suppression").fetchall())
        there = suppression.suppressed(clinic, cursor, Channel.EMAIL)
    assert "example.org" not in (kept + everything_in_the_trail(clinic)).lower()
    assert there.since(["nobody@example.org", "ANNA@example.org"]) == NOW
    assert there.since(["nobody@example.org"]) is None
    assert [line[0] for line in audit_lines(clinic)] == ["contact suppressed"] * 2


def test_numbers_are_read_as_records_keep_them(clinic: Clinic, staff: Actor) -> None:
    done = suppression.take_in(clinic, staff, Channel.SMS, "07700 900123\n12\n", now=NOW)
    assert (done.added, done.refused) == (1, 1)
    with clinic.store.reading() as cursor:
        there = suppression.suppressed(clinic, cursor, Channel.SMS)
    assert there.since(["+447700900123"]) == NOW


def test_a_later_no_counts_from_then_on(clinic: Clinic, staff: Actor) -> None:
    def put(at_hours: int) -> int:
        at = NOW + timedelta(hours=at_hours)
        stop = Stop(Channel.EMAIL, {"anna@example.org": at}, NOW)
        return clinic.store.transact(lambda unit: suppression.put(clinic, unit, staff, stop))

    assert [put(1), put(0), put(3)] == [1, 0, 0]
    with clinic.store.reading() as cursor:
        there = suppression.suppressed(clinic, cursor, Channel.EMAIL)
    assert there.since(["anna@example.org"]) == NOW + timedelta(hours=3)


@pytest.mark.parametrize("text", ["", "  \n", "no address\n"])
def test_a_list_without_addresses_is_refused(clinic: Clinic, staff: Actor, text: str) -> None:
    with pytest.raises(InvalidInputError, match="no address"):
        suppression.take_in(clinic, staff, Channel.EMAIL, text, now=NOW)
    with pytest.raises(InvalidInputError, match="no address"):
        suppression.take_in(clinic, staff, Channel.POST, "1 Acorn Road", now=NOW)


def test_who_may_not_run_campaigns_sees_no_list(clinic: Clinic, owner: Actor) -> None:
    with pytest.raises(NotPermittedError):
        suppression.counts(clinic, owner)
    with pytest.raises(NotPermittedError):
        suppression.take_in(clinic, owner, Channel.EMAIL, LIST, now=NOW)
