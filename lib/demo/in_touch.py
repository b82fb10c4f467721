"""How the synthetic clinic keeps in touch: how details were collected, contacts, campaigns."""

from datetime import date, timedelta
from uuid import UUID

import numpy as np
import pyarrow as pa

from lib.demo import columns
from lib.demo.accounts import COMPLIANCE, STAFF
from lib.demo.calendar import EPOCH
from lib.demo.columns import ABSENT, Ints, Random, chance
from lib.demo.crowd import CONSULTED, ENQUIRED, TREATED, Crowd
from lib.demo.deeds import Ground
from lib.domain.campaigns import Audience
from lib.domain.consent import Channel
from lib.domain.marketing import DetailsSource, Message
from lib.services import campaign_files, campaigns
from lib.services.campaigns import NewCampaign
from lib.services.clinic import Clinic

WAYS = (Channel.EMAIL, Channel.SMS)
SOURCES = tuple(source.value for source in DetailsSource)
# By what they came for; somebody else told the clinic of a few.
SOURCE_OF = {TREATED: 0, CONSULTED: 1, ENQUIRED: 2}
ELSEWHERE_SHARE = 0.03
RECORDED_SHARE = 0.82
# The clinic began to offer an opt-out on its forms, and most forms have had one since.
OFFERED_SINCE, OFFERED_SHARE, OFFERED_BEFORE = 17_500, 0.9, 0.25
CARE_SHARE = 0.3
CARE = "CARE"
CARE_NOTES = (
    "Reminder of the appointment.",
    "Asked how it went; all is well.",
    "Sent the aftercare sheet again.",
    "Moved the appointment.",
)
ENQUIRY_SHARE = 0.8
ENQUIRIES = (
    "Asked for the prices; sent the list.",
    "Asked whether we treat acne scars; sent the leaflet.",
    "Wanted an appointment on a Sunday; thinks it over.",
)
CARE_WAYS = ("sms", "email", "phone")
SENT_DAYS, OPEN_DAYS = 41, 3
SEEN_DAYS = 400


def tables(random: Random, crowd: Crowd) -> dict[str, pa.Table]:
    """Return contact_collection and contact_log of a crowd."""
    collections, care = _collections(random, crowd), _care(random, crowd)
    # Drawn last and from a stream of its own, so that all else stays as it was.
    asked = _enquiries(random.spawn(1)[0], crowd)
    return {"contact_collection": collections, "contact_log": pa.concat_tables([care, asked])}


def _collections(random: Random, crowd: Crowd) -> pa.Table:
    known = [np.flatnonzero(chance(random, RECORDED_SHARE, len(crowd))) for _ in WAYS]
    row = np.concatenate(known)
    way = np.repeat(np.arange(len(WAYS)), [len(one) for one in known])
    source = np.full(len(row), len(SOURCES) - 1, np.int64)
    for kind, place in SOURCE_OF.items():
        source[crowd.kind[row] == kind] = place
    source[chance(random, ELSEWHERE_SHARE, len(row))] = len(SOURCES) - 1
    day = crowd.registered[row]
    share = np.where(day >= OFFERED_SINCE, OFFERED_SHARE, OFFERED_BEFORE)
    return pa.table(
        {
            "collection_id": columns.uuids(random, crowd.created[row]),
            "patient_id": columns.pick(crowd.patient_id, row),
            "channel": columns.coded(way, [one.value for one in WAYS]),
            "details_source": columns.coded(source, SOURCES),
            "is_opt_out_offered": pa.array(random.random(len(row)) < share),
            "collected_on": columns.dates(day),
            "recorded_at": columns.instants(crowd.created[row]),
        }
    )


def _enquiries(random: Random, crowd: Crowd) -> pa.Table:
    """Return how those who came no further were in touch; of a few nobody wrote the day down."""
    asked = (crowd.kind == ENQUIRED) & (crowd.died == ABSENT)
    row = np.flatnonzero(asked & chance(random, ENQUIRY_SHARE, len(crowd)))
    count, at = len(row), crowd.created[row]
    return pa.table(
        {
            "contact_id": columns.uuids(random, at),
            "patient_id": columns.pick(crowd.patient_id, row),
            "channel": columns.coded(random.integers(0, len(CARE_WAYS), count), CARE_WAYS),
            "contacted_on": columns.dates(crowd.registered[row]),
            "is_marketing": columns.same(value=False, rows=count),
            "basis": columns.same(CARE, count),
            "note": columns.coded(random.integers(0, len(ENQUIRIES), count), ENQUIRIES),
            "recorded_at": columns.instants(at),
            "recorded_by": columns.same(str(STAFF.person_id), count),
        }
    )


def _care(random: Random, crowd: Crowd) -> pa.Table:
    row = np.flatnonzero(chance(random, CARE_SHARE, len(crowd)) & (crowd.died == ABSENT))
    count = len(row)
    day = _between(random, crowd.registered[row], crowd.as_of)
    at = columns.moments(random, day)
    return pa.table(
        {
            "contact_id": columns.uuids(random, at),
            "patient_id": columns.pick(crowd.patient_id, row),
            "channel": columns.coded(random.integers(0, len(CARE_WAYS), count), CARE_WAYS),
            "contacted_on": columns.dates(day),
            "is_marketing": columns.same(value=False, rows=count),
            "basis": columns.same(CARE, count),
            "note": columns.coded(random.integers(0, len(CARE_NOTES), count), CARE_NOTES),
            "recorded_at": columns.instants(at),
            "recorded_by": columns.same(str(STAFF.person_id), count),
        }
    )


def _between(random: Random, first: Ints, last: int) -> Ints:
    """Return a day in the last year of each, not before the first and before the last."""
    begins = np.maximum(first, last - SEEN_DAYS)
    span = np.maximum(last - begins, 1)
    return np.asarray(begins + (random.random(len(first)) * span).astype(np.int64))


def do_all(clinic: Clinic, ground: Ground) -> None:
    """Build two lists: one that was sent, and one by health data that waits."""
    today = EPOCH + timedelta(days=ground.today)
    news = NewCampaign(
        _key(ground, SENT_DAYS),
        "Autumn opening hours",
        "We open on Thursday evenings from now on. To hear no more from us, answer STOP.",
        Message(Channel.EMAIL),
        # Nobody who came after it was sent.
        Audience(today - timedelta(days=SEEN_DAYS), today - timedelta(days=SENT_DAYS)),
    )
    _send(clinic, ground, news, today)
    lines = NewCampaign(
        _key(ground, OPEN_DAYS),
        "Skin boosters for those who had filler",
        "A new skin booster goes well with filler. To hear no more from us, answer STOP.",
        Message(Channel.SMS),
        Audience(seen_from=today - timedelta(days=SEEN_DAYS), product_group="filler"),
    )
    at = ground.at(OPEN_DAYS, 10)
    campaigns.build(clinic, STAFF.actor(), lines, now=at, as_of=at.date())


def _send(clinic: Clinic, ground: Ground, wanted: NewCampaign, today: date) -> None:
    built_at, made_at = ground.at(SENT_DAYS, 11), ground.at(SENT_DAYS - 1, 9)
    campaigns.build(clinic, STAFF.actor(), wanted, now=built_at, as_of=today)
    officer, key = COMPLIANCE.actor(), wanted.campaign_id
    campaign_files.export(clinic, officer, key, now=made_at, as_of=today)
    sent_on = made_at.date()
    campaign_files.mark_sent(clinic, officer, key, sent_on, now=made_at, as_of=sent_on)


def _key(ground: Ground, days_ago: int) -> UUID:
    return ground.key(ground.at(days_ago, 11))
