"""Campaigns: a list for one message, with why each person is in or out, kept as evidence.

A list is built over the whole clinic at once. It grants nothing: as the file for the mailing tool
is made everybody on it is checked again, so that a withdrawal meanwhile is out of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

import pyarrow as pa

from lib.domain.access import Actor, Permission
from lib.domain.audit import Action, Event
from lib.domain.campaign_form import NAME_IT, SAY_WHAT
from lib.domain.campaigns import EVERYBODY, Audience
from lib.domain.consent import Channel
from lib.domain.marketing import Message, Verdict, Why
from lib.errors import InvalidInputError, NotFoundError
from lib.services import marketing, suppression
from lib.services.authority import authorise
from lib.services.clinic import Clinic
from lib.services.marketing import ABSENT, Ask, Decided
from lib.store import bulk, campaigns
from lib.store.campaigns import Campaign, Member, Wanted
from lib.store.connection import Cursor, UnitOfWork
from lib.store.marketing_facts import Crowd, list_facts

Result = TypeVar("Result")

PAGE = 50
MOST_LISTED = 200
# One look through millions of rows takes half as long with two.
THREADS = 2
LONGEST_NAME = 200
LONGEST_TEXT = 4_000
NO_CAMPAIGN = "There is no such campaign."
TOO_LONG = "this is longer than can be kept"
CLOSED = "This campaign is closed. Open it again first."


@dataclass(frozen=True, slots=True)
class NewCampaign:
    """A campaign as the form says; the form made the id."""

    campaign_id: UUID
    name: str
    text: str
    message: Message
    audience: Audience = EVERYBODY

    @property
    def channel(self) -> Channel:
        """Return the channel of its message."""
        return self.message.channel


@dataclass(frozen=True, slots=True)
class Listed:
    """A campaign with how many people are in."""

    campaign: Campaign
    included: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of a list is looked at: in, out, one reason, no since it was built, a page."""

    campaign_id: UUID
    is_included: bool | None = None
    why: Why | None = None
    only_since: bool = False
    reference: str = ""
    page: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody on the list, and how they stand now where they are in."""

    member: Member
    now: Verdict | None

    @property
    def is_out_since(self) -> bool:
        """Tell whether somebody who is in may no longer be written to."""
        return self.now is not None and not self.now.is_allowed


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list: how many are in and out for which reason, who said no since."""

    campaign: Campaign
    counts: dict[tuple[bool, Why], int]
    since: int
    lines: tuple[Line, ...]
    found: int

    @property
    def included(self) -> int:
        """Return how many were in as the list was built."""
        return sum(count for (is_in, _), count in self.counts.items() if is_in)


def list_campaigns(clinic: Clinic, actor: Actor) -> list[Listed]:
    """Return the campaigns, those under way first; no patient is told of."""
    authorise(clinic, actor, Permission.RUN_CAMPAIGNS)
    with clinic.store.reading() as cursor:
        counts = campaigns.count_included(cursor)
        found = campaigns.list_campaigns(cursor, MOST_LISTED)
        return [Listed(one, counts.get(one.campaign_id, 0)) for one in found]


def build(
    clinic: Clinic, actor: Actor, wanted: NewCampaign, *, now: datetime, as_of: date
) -> Campaign:
    """Build a list and return its campaign; the same id again changes nothing.

    Raises `NotPermittedError` and `InvalidInputError` with the field.
    """
    authorise(clinic, actor, Permission.RUN_CAMPAIGNS)
    _check(wanted)

    def work(unit: UnitOfWork) -> Campaign:
        there = campaigns.get_campaign(unit.cursor, wanted.campaign_id)
        if there is not None:
            return there
        new = _new(wanted, now)
        campaigns.insert_campaign(unit.cursor, new, actor.person_id)
        crowd = Crowd(audience=new.audience)
        decided = _decide(clinic, unit.cursor, crowd, (new, as_of))
        campaigns.insert_members(unit.cursor, _members(new.campaign_id, decided))
        included = int(decided.included.sum())
        detail: dict[str, str | int | bool] = {
            "included": included,
            "left out": len(decided) - included,
        }
        built = Event(Action.CAMPAIGN_BUILT, subject_id=new.campaign_id, detail=detail)
        unit.audit(actor, built)
        return get(unit.cursor, new.campaign_id)

    return looking(clinic, work)


def _check(wanted: NewCampaign) -> None:
    faults = {
        "name": _fault(wanted.name, LONGEST_NAME, NAME_IT),
        "text": _fault(wanted.text, LONGEST_TEXT, SAY_WHAT),
    }
    for name, fault in faults.items():
        if fault:
            raise InvalidInputError(fault, field=name)


def _fault(text: str, longest: int, missing: str) -> str:
    if not text.strip():
        return missing
    return TOO_LONG if len(text) > longest else ""


def _new(wanted: NewCampaign, now: datetime) -> Campaign:
    message = wanted.message
    # Whom a list is for can be health data whatever the message says.
    uses_health_data = message.uses_health_data or wanted.audience.uses_health_data
    return Campaign(
        campaign_id=wanted.campaign_id,
        name=wanted.name.strip(),
        channel=message.channel,
        text=wanted.text.strip(),
        audience=wanted.audience,
        message=replace(message, uses_health_data=uses_health_data),
        built_at=now,
        built_by=None,
        exported_at=None,
        exported_by=None,
        sent_on=None,
        closed_at=None,
    )


def _decide(clinic: Clinic, cursor: Cursor, crowd: Crowd, asked: tuple[Campaign, date]) -> Decided:
    campaign, as_of = asked
    facts = list_facts(cursor, crowd, campaign.channel, as_of)
    ask = Ask(campaign.message, as_of, clinic.settings.marketing_days)
    there = suppression.suppressed(clinic, cursor, campaign.channel)
    return marketing.decide(facts, ask, there)


def decide_members(clinic: Clinic, cursor: Cursor, campaign: Campaign, as_of: date) -> Decided:
    """Return how everybody who is on the list stands now."""
    crowd = Crowd(campaign_id=campaign.campaign_id)
    return _decide(clinic, cursor, crowd, (campaign, as_of))


def _members(campaign_id: UUID, decided: Decided) -> pa.Table:
    count = len(decided)
    days = pa.array(decided.next_on, pa.int64(), mask=decided.next_on == ABSENT)
    return pa.table(
        {
            "campaign_member_id": bulk.new_ids(count),
            "campaign_id": pa.repeat(pa.scalar(str(campaign_id)), count),
            "patient_id": decided.patient_ids,
            "is_included": pa.array(decided.included),
            "basis": pa.array(decided.bases, pa.string()),
            "reason": pa.array(decided.whys, pa.string()),
            "next_on": days.cast(pa.int32()).cast(pa.date32()),
        }
    )


def open_campaign(clinic: Clinic, actor: Actor, asked: Asked, *, as_of: date) -> Page:
    """Return a page (from 0) of a list; each patient shown is in the trail.

    Who is in is looked at anew: a withdrawal shows at once. Raises `NotPermittedError` and
    `NotFoundError`.
    """
    authorise(clinic, actor, Permission.RUN_CAMPAIGNS)

    def work(unit: UnitOfWork) -> Page:
        campaign = get(unit.cursor, asked.campaign_id)
        page = _page(clinic, unit.cursor, campaign, (asked, as_of))
        viewed = Event(Action.CAMPAIGN_VIEWED, subject_id=asked.campaign_id)
        unit.audit_each(actor, viewed, [str(line.member.patient_id) for line in page.lines])
        return page

    return looking(clinic, work)


def _page(clinic: Clinic, cursor: Cursor, campaign: Campaign, wish: tuple[Asked, date]) -> Page:
    asked, as_of = wish
    wanted = Wanted(
        is_included=asked.is_included,
        reason=asked.why.value if asked.why else None,
        since=(campaign.channel, campaign.built_at) if asked.only_since else None,
        reference=asked.reference.strip().upper(),
    )
    key = campaign.campaign_id
    offset = asked.page * PAGE
    members, found = campaigns.list_members(cursor, key, wanted, limit=PAGE, offset=offset)
    in_now = tuple(one.patient_id for one in members if one.is_included)
    stands = _verdicts(clinic, cursor, campaign, (in_now, as_of)) if in_now else {}
    return Page(
        campaign,
        {(is_in, Why(why)): count for is_in, why, count in campaigns.count_reasons(cursor, key)},
        campaigns.count_since(cursor, campaign),
        tuple(Line(_without_detail(one), stands.get(one.patient_id)) for one in members),
        found,
    )


def _without_detail(member: Member) -> Member:
    """Return a restricted patient by reference alone (rule E1), anybody else as they are."""
    if not member.is_restricted:
        return member
    return replace(
        member,
        title=None,
        given_names="",
        family_name="",
        sex="not_known",
        born_on=None,
        deceased_on=None,
    )


def _verdicts(
    clinic: Clinic, cursor: Cursor, campaign: Campaign, who: tuple[tuple[UUID, ...], date]
) -> dict[UUID, Verdict]:
    decided = _decide(clinic, cursor, Crowd(who[0]), (campaign, who[1]))
    return {
        UUID(key): marketing.verdict_of(decided, row)
        for row, key in enumerate(decided.patient_ids.to_pylist())
    }


def close(clinic: Clinic, actor: Actor, campaign_id: UUID, *, now: datetime) -> None:
    """Close a campaign: no file is made of it any more; a second time changes nothing."""
    _set_closed(clinic, actor, campaign_id, now)


def reopen(clinic: Clinic, actor: Actor, campaign_id: UUID) -> None:
    """Open a closed campaign again."""
    _set_closed(clinic, actor, campaign_id, None)


def _set_closed(clinic: Clinic, actor: Actor, campaign_id: UUID, at: datetime | None) -> None:
    authorise(clinic, actor, Permission.RUN_CAMPAIGNS)

    def work(unit: UnitOfWork) -> None:
        is_closed = get(unit.cursor, campaign_id).closed_at is not None
        if is_closed is (at is not None):
            return
        by = actor.person_id if at else None
        campaigns.set_closed(unit.cursor, campaign_id, at, by)
        detail: dict[str, str | int | bool] = {} if at else {"undone": True}
        unit.audit(actor, Event(Action.CAMPAIGN_CLOSED, subject_id=campaign_id, detail=detail))

    clinic.store.transact(work)


def get(cursor: Cursor, campaign_id: UUID) -> Campaign:
    """Return a campaign. Raises `NotFoundError`."""
    found = campaigns.get_campaign(cursor, campaign_id)
    if found is None:
        raise NotFoundError(NO_CAMPAIGN)
    return found


def looking(clinic: Clinic, work: Callable[[UnitOfWork], Result]) -> Result:
    """Do work that looks through the whole clinic."""
    with clinic.store.with_threads(THREADS):
        return clinic.store.transact(work)
