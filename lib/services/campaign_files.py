"""The file of a campaign for the mailing tool, and noting that it was sent.

Everybody on the list is checked again inside the transaction that makes the file: who has said no
meanwhile is left out, and it says so.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import numpy as np
import pyarrow as pa

from lib.domain import formats
from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.consent import Channel
from lib.errors import InvalidInputError
from lib.imports.report import neutral
from lib.services.authority import authorise
from lib.services.campaigns import CLOSED, decide_members, get, looking
from lib.services.clinic import Clinic
from lib.services.downloads import Download
from lib.services.marketing import Decided
from lib.services.suppression import LINE
from lib.store import bulk, campaigns
from lib.store.campaigns import Campaign
from lib.store.connection import Cursor, UnitOfWork

HEADINGS = ("Reference", "Title", "Given names", "Family name")
ADDRESS = {
    Channel.EMAIL: ("Email",),
    Channel.SMS: ("Mobile",),
    Channel.PHONE: ("Phone",),
    Channel.POST: (
        *("Address line 1", "Address line 2", "Address line 3", "Town", "County", "Postcode"),
        "Country",
    ),
}
PHONES = frozenset({Channel.SMS, Channel.PHONE})
NO_FILE = "No file was made of this list yet. Export it first, then note when it was sent."
SENT = "This campaign is noted as sent. Take that back first."
LATER = "this day has not come yet"
TOO_EARLY = "this day is before the file was made"


@dataclass(frozen=True, slots=True)
class Exported:
    """A file with how many people are in it, and how many were left out by the last check."""

    download: Download
    included: int
    dropped: int


def export(
    clinic: Clinic, actor: Actor, campaign_id: UUID, *, now: datetime, as_of: date
) -> Exported:
    """Check everybody on the list again and return those who may be written to, as CSV.

    Each of them is in the trail as exported. A file may be made again; the last one counts. Raises
    `NotPermittedError`, `NotFoundError`, and `InvalidInputError` for one that is closed or sent.
    """
    authorise(clinic, actor, Permission.EXPORT_CAMPAIGNS)

    def work(unit: UnitOfWork) -> Exported:
        cursor = unit.cursor
        campaign = get(cursor, campaign_id)
        _check_open(campaign)
        decided = decide_members(clinic, cursor, campaign, as_of)
        is_in = decided.included
        campaigns.mark_exported(cursor, campaign_id, _checked(decided), now, actor.person_id)
        keys = decided.patient_ids.filter(pa.array(is_in))
        exported = Event(Action.CAMPAIGN_EXPORTED, subject_id=campaign_id)
        unit.audit_each(actor, exported, keys.to_pylist())
        included, dropped = int(is_in.sum()), int((~is_in).sum())
        detail: dict[str, str | int | bool] = {"included": included, "left out": dropped}
        unit.audit(actor, Event(Action.CAMPAIGN_EXPORTED, subject_id=campaign_id, detail=detail))
        fetched = Event(
            Action.CAMPAIGN_EXPORTED, subject_id=campaign_id, detail={"fetched": included}
        )
        content = _as_csv(campaign.channel, _lines(cursor, campaign.channel, decided))
        file = Download("campaign.csv", "text/csv; charset=utf-8", fetched, content)
        return Exported(file, included, dropped)

    return looking(clinic, work)


def _check_open(campaign: Campaign) -> None:
    if campaign.closed_at is not None:
        raise InvalidInputError(CLOSED)
    if campaign.sent_on is not None:
        raise InvalidInputError(SENT)


def _checked(decided: Decided) -> pa.Table:
    return pa.table(
        {
            "patient_id": decided.patient_ids,
            "basis": pa.array(decided.bases, pa.string()),
            "why": pa.array(np.where(decided.included, "", decided.whys), pa.string()),
        }
    )


def _lines(cursor: Cursor, channel: Channel, decided: Decided) -> Iterable[tuple[str, ...]]:
    is_in = pa.array(decided.included)
    keys = decided.patient_ids.filter(is_in)
    wanted = pa.table({"patient_id": keys})
    if channel is Channel.POST:
        addresses = campaigns.list_postal(cursor, wanted)
    else:
        lines = decided.addresses.filter(is_in).to_pylist()
        addresses = {
            key: (_first(channel, line),) for key, line in zip(keys.to_pylist(), lines, strict=True)
        }
    for key, *name in campaigns.list_names(cursor, wanted):
        yield tuple(part or "" for part in (*name, *addresses[key]))


def _first(channel: Channel, line: str) -> str:
    """Return the address that is written to: the preferred one, a number as it is dialled."""
    address = line.split(LINE, maxsplit=1)[0]
    return formats.phone(address) if channel in PHONES else address


def _as_csv(channel: Channel, lines: Iterable[tuple[str, ...]]) -> bytes:
    """Return the lines as CSV that no spreadsheet takes for formulas."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow((*HEADINGS, *ADDRESS[channel]))
    writer.writerows([neutral(cell) for cell in line] for line in lines)
    return file.getvalue().encode("utf-8-sig", errors="replace")


def mark_sent(  # noqa: PLR0913 - what is noted, by whom and when
    clinic: Clinic, actor: Actor, campaign_id: UUID, sent_on: date, *, now: datetime, as_of: date
) -> int:
    """Note that the last file was sent, with a contact for each person in it; return how many.

    A second time changes nothing. Raises `NotPermittedError`, `NotFoundError` and
    `InvalidInputError` with the field.
    """
    authorise(clinic, actor, Permission.EXPORT_CAMPAIGNS)

    def work(unit: UnitOfWork) -> int:
        campaign = get(unit.cursor, campaign_id)
        if campaign.exported_at is None:
            raise InvalidInputError(NO_FILE)
        found = campaigns.list_exported(unit.cursor, campaign_id)
        if campaign.sent_on is not None:
            return int(found.num_rows)
        _check_day(campaign, sent_on, as_of)
        rows = _contacts(campaign, found, sent_on)
        recorded = {
            "recorded_at": pa.repeat(pa.scalar(now), found.num_rows),
            "recorded_by": pa.repeat(pa.scalar(str(actor.person_id)), found.num_rows),
        }
        bulk.insert_rows(unit.cursor, "contact_log", pa.table({**rows, **recorded}))
        campaigns.set_sent(unit.cursor, campaign_id, sent_on, actor.person_id)
        noted = Event(Action.CONTACT_NOTED, subject_id=campaign_id)
        unit.audit_each(actor, noted, found.column("patient_id").to_pylist())
        return int(found.num_rows)

    return looking(clinic, work)


def _check_day(campaign: Campaign, sent_on: date, as_of: date) -> None:
    if sent_on > as_of:
        raise InvalidInputError(LATER, field="sent_on")
    if campaign.exported_at is not None and sent_on < campaign.exported_at.date():
        raise InvalidInputError(TOO_EARLY, field="sent_on")


def _contacts(campaign: Campaign, found: pa.Table, sent_on: date) -> dict[str, object]:
    count = found.num_rows
    return {
        "contact_id": bulk.new_ids(count),
        "patient_id": found.column("patient_id"),
        "channel": pa.repeat(pa.scalar(campaign.channel.value), count),
        "contacted_on": pa.repeat(pa.scalar(sent_on), count),
        "is_marketing": pa.repeat(pa.scalar(value=True), count),
        "basis": found.column("exported_basis"),
        "campaign_id": pa.repeat(pa.scalar(str(campaign.campaign_id)), count),
    }


def take_back_sent(clinic: Clinic, actor: Actor, campaign_id: UUID, *, now: datetime) -> None:
    """Note that a campaign was not sent after all: its contacts stay in the log, and count no more.

    Nothing happens to one that was never noted as sent.
    """
    authorise(clinic, actor, Permission.EXPORT_CAMPAIGNS)

    def work(unit: UnitOfWork) -> None:
        if get(unit.cursor, campaign_id).sent_on is None:
            return
        written = campaigns.list_written(unit.cursor, campaign_id)
        campaigns.void_written(unit.cursor, campaign_id, now, actor.person_id)
        campaigns.set_sent(unit.cursor, campaign_id, None, None)
        detail: dict[str, str | int | bool] = {"undone": True}
        noted = Event(Action.CONTACT_NOTED, subject_id=campaign_id, detail=detail)
        unit.audit_each(actor, noted, written)

    looking(clinic, work)
