"""The suppression list: whose address is on it, putting addresses there, taking a list in.

Only a keyed hash of an address is kept, without the patient, so that the promise outlives the
record. Nothing is taken off: a yes that the patient says later answers it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lib.domain import suppression as rules
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.consent import Channel
from lib.errors import InvalidInputError
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.store import suppression
from lib.store.connection import Cursor, UnitOfWork

LINE = "\n"
MOST_ADDRESSES = 500_000
NO_ADDRESS = "There was no address in it. Put one address on each line, or in the first column."
TOO_MANY = f"That is more than {MOST_ADDRESSES:,} addresses. Take them in in parts."
NOT_WRITTEN = frozenset({Channel.POST})


@dataclass(frozen=True, slots=True)
class Suppressed:
    """The list of one channel, in a form that addresses can be asked of."""

    channel: Channel
    key: bytes
    digests: Mapping[str, datetime]

    def among(self, people: Iterable[str]) -> Iterator[tuple[int, datetime]]:
        """Give the places of those who are on the list, each with since when.

        A person is given by their addresses, one a line.
        """
        digest_of, known = rules.digest_of, self.digests
        for place, lines in enumerate(people):
            if LINE in lines:
                since = self.since(lines.split(LINE))
            else:
                since = known.get(digest_of(self.key, self.channel, lines))
            if since is not None:
                yield place, since

    def since(self, addresses: Iterable[str]) -> datetime | None:
        """Return when any of the addresses was put on the list last (UTC); None: none is."""
        if not self.digests:
            return None
        found = (
            self.digests.get(rules.digest_of(self.key, self.channel, one)) for one in addresses
        )
        return max((at for at in found if at is not None), default=None)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of a list: addresses put on ours, known already, and lines that were none."""

    added: int
    known: int
    refused: int


def suppressed(clinic: Clinic, cursor: Cursor, channel: Channel) -> Suppressed:
    """Return the list of a channel to a service that has authorised the actor."""
    key = rules.key_of(clinic.master_key)
    return Suppressed(channel, key, suppression.list_digests(cursor, channel))


def counts(clinic: Clinic, actor: Actor) -> dict[Channel, int]:
    """Return how many addresses of each channel are on the list."""
    authorise(clinic, actor, Permission.RUN_CAMPAIGNS)
    with clinic.store.reading() as cursor:
        return suppression.count_addresses(cursor)


@dataclass(frozen=True, slots=True)
class Stop:
    """Addresses that are not to be written to again, each with when it was said; noted when."""

    channel: Channel
    said: Mapping[str, datetime]
    now: datetime


def put(clinic: Clinic, unit: UnitOfWork, actor: Actor, stop: Stop) -> int:
    """Put addresses on the list within another's work, which audits it; return how many are new.

    One that is there since the same moment or later stays as it is.
    """
    there = suppressed(clinic, unit.cursor, stop.channel)
    said: dict[str, datetime] = {}
    for address, at in stop.said.items():
        digest = rules.digest_of(there.key, stop.channel, address)
        said[digest] = max(at, said.get(digest, at))
    new = {
        digest: at
        for digest, at in sorted(said.items())
        if digest not in there.digests or there.digests[digest] < at
    }
    suppression.insert_digests(unit.cursor, stop.channel, new, (stop.now, actor.person_id))
    return sum(digest not in there.digests for digest in new)


def take_in(clinic: Clinic, actor: Actor, channel: Channel, text: str, *, now: datetime) -> TakenIn:
    """Put every address of a list from a mailing tool on ours: one a line, the first column.

    Nothing of the list is kept but hashes. Raises `NotPermittedError` and `InvalidInputError`.
    """
    authorise(clinic, actor, Permission.RUN_CAMPAIGNS)
    lines = [line for line in text.lstrip("\ufeff").splitlines() if line.strip()]
    if len(lines) > MOST_ADDRESSES:
        raise InvalidInputError(TOO_MANY)
    read = [_read(clinic, channel, line) for line in lines]
    addresses = dict.fromkeys(one.casefold() for one in read if one)
    if not addresses:
        raise InvalidInputError(NO_ADDRESS)

    def work(unit: UnitOfWork) -> TakenIn:
        added = put(clinic, unit, actor, Stop(channel, dict.fromkeys(addresses, now), now))
        detail: dict[str, str | int | bool] = {"channel": channel.value, "added": added}
        unit.audit(actor, Event(Action.CONTACT_SUPPRESSED, detail={**detail, "list": True}))
        return TakenIn(added, len(addresses) - added, read.count(None))

    return clinic.store.transact(work)


def _read(clinic: Clinic, channel: Channel, line: str) -> str | None:
    cell = line.replace(";", ",").replace("\t", ",").split(",")[0].strip().strip("\"'")
    if channel in NOT_WRITTEN:
        return None
    try:
        return rules.read_address(channel, cell, clinic.settings.phone_region)
    except InvalidInputError:
        return None


def remember(
    clinic: Clinic, unit: UnitOfWork, actor: Actor, stops: Iterable[Stop], patient_id: UUID
) -> None:
    """Put a patient's addresses on the list, with an entry of the trail for each channel."""
    for stop in stops:
        if put(clinic, unit, actor, stop):
            detail: dict[str, str | int | bool] = {"channel": stop.channel.value}
            unit.audit(
                actor, Event(Action.CONTACT_SUPPRESSED, patient_id=patient_id, detail=detail)
            )
