"""A patient's consent in words: how each purpose stands, and everything that was said, by act."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lib.domain import consent_words
from lib.domain.consent import LONDON, Channel, Decision, Terms, Topic, counts, day_of
from lib.domain.consent_flags import Flag
from lib.services.consent.reading import EventTold, PurposeTold, Told, TopicTold
from lib.ui import clock, formats, printing
from lib.ui.components.blocks import Act, Entries, Entry, Mark, Tone
from lib.ui.consent import badges

WITHDRAW, WORDING = "withdraw", "wording"
EVIDENCE_PATH = "/consent-evidence/"
FLAGS = {
    Flag.LATE: Mark("Keyed late", "history_toggle_off", Tone.WARN),
    Flag.CONFLICTING: Mark("At odds with another", "compare_arrows", Tone.WARN),
}
DECIDES = Mark("Decides", "gavel", Tone.INFO)
LATER = Mark("After this day", "update", Tone.PLAIN)
EVIDENCE = {
    "signature": "signed form",
    "scan": "scan of the form",
    "email": "email",
    "note": "note",
    "imported": "import",
}
NOTHING_SAID = (
    "Nothing has been said yet. Begin with Ask in the room: the patient reads, chooses and signs."
)
ORDER = (Decision.WITHDRAWN, Decision.REFUSED, Decision.GIVEN)


@dataclass(frozen=True, slots=True)
class Named:
    """A topic with what it is called, how it stands, and whether the clinic still asks it."""

    told: TopicTold
    name: str
    is_asked: bool

    @property
    def is_given(self) -> bool:
        """Tell whether what decides is a grant: the only thing that can be withdrawn."""
        event = self.told.standing.event
        return event is not None and event.decision is Decision.GIVEN


def named(told: Told) -> list[Named]:
    """Return every topic in the order of the purposes, with its name."""
    return [_named(purpose, topic) for purpose in told.purposes for topic in purpose.topics]


def _named(purpose: PurposeTold, topic: TopicTold) -> Named:
    asked = purpose.purpose
    name = consent_words.topic_name(asked.name, topic.topic.channel)
    return Named(topic, name, asked.is_active)


def key_of(topic: Topic) -> str:
    """Return what names a topic in an act or a field: a way of contact, then a purpose."""
    return f"{topic.channel or ''}/{topic.purpose}"


def topic_of(key: str) -> Topic:
    """Return the topic that a key names."""
    channel, _, purpose = key.partition("/")
    return Topic(purpose, Channel(channel) if channel in set(Channel) else None)


def standings(told: Told, *, may_act: bool) -> Entries:
    """Return how everything stands, with why and what shows it."""
    entries = tuple(_standing(told, one, may_act=may_act) for one in named(told))
    return Entries("How it stands", entries)


def _standing(told: Told, one: Named, *, may_act: bool) -> Entry:
    standing = one.told.standing
    event = standing.event
    marks = [badges.mark(standing.state)]
    if consent_words.is_ending_soon(standing, told.as_of):
        marks.append(badges.EXPIRING)
    decisive = _deciding(one)
    acts = []
    if may_act and one.is_given:
        acts.append(Act("Withdraw", "block", f"{WITHDRAW}:{key_of(one.told.topic)}"))
    return Entry(
        when=formats.day(day_of(event.received_at, LONDON)) if event else formats.NONE,
        title=one.name,
        marks=tuple(marks),
        lines=tuple(
            filter(
                None,
                (
                    consent_words.why(standing, LONDON),
                    shown_by(told, decisive) if decisive else _uncounted(one),
                ),
            )
        ),
        acts=(*acts, *(papers(told, decisive) if decisive else ())),
    )


def _deciding(one: Named) -> EventTold | None:
    event = one.told.standing.event
    return next((told for told in one.told.events if event and _same(told, event.event_id)), None)


def _uncounted(one: Named) -> str:
    if not one.told.events:
        return ""
    return "What was noted does not count on this day; the history says why."


def shown_by(told: Told, event: EventTold) -> str:
    """Return in a line how word of it came, who wrote it down, and what shows it."""
    row = event.row
    by = f" by {event.recorder}" if event.recorder else ""
    wording = told.wordings.get(row.form_version_id) if row.form_version_id else None
    shown = f"shown by {_a(EVIDENCE[event.evidence.kind])}" if event.evidence else ""
    parts = (
        consent_words.ROUTES[row.route],
        f"recorded {formats.moment(row.recorded_at)}{by}",
        wording.title if wording else "",
        shown,
    )
    return " · ".join(filter(None, parts))


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def papers(told: Told, event: EventTold) -> tuple[Act, ...]:
    """Return the ways to what an event rests on: the signed copy, the file, the form's text."""
    row, evidence = event.row, event.evidence
    capture_id = told.captures.get(row.evidence_id) if row.evidence_id else None
    found = []
    if capture_id is not None:
        address = printing.href(printing.CONSENT_COPY, capture_id)
        found.append(Act("Signed copy", "contract", href=address))
    elif evidence is not None and evidence.filename:
        address = f"{EVIDENCE_PATH}{evidence.evidence_id}"
        found.append(Act("Fetch the evidence", "attach_file", href=address))
    if row.form_version_id in told.wordings:
        found.append(Act("Read the form", "article", f"{WORDING}:{row.form_version_id}"))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Said:
    """One answer of an act: on what, and what became of it."""

    event: EventTold
    name: str
    is_deciding: bool


def history(told: Told) -> Entries:
    """Return everything that was said, the newest act first."""
    acts: dict[tuple[object, ...], list[_Said]] = {}
    for one in named(told):
        deciding = one.told.standing.event
        for event in one.told.events:
            said = _Said(event, one.name, bool(deciding and _same(event, deciding.event_id)))
            acts.setdefault(_act_of(event), []).append(said)
    ordered = sorted(acts.values(), key=_newest, reverse=True)
    entries = tuple(_entry(told, said) for said in ordered)
    count = formats.figure(len(entries)) if entries else ""
    return Entries("What was said", entries, NOTHING_SAID, count)


def _same(event: EventTold, event_id: UUID) -> bool:
    return event.row.event_id == event_id


def _act_of(event: EventTold) -> tuple[object, ...]:
    row = event.row
    shown = row.evidence_id, row.form_version_id
    return row.received_at, row.recorded_at, row.route, shown, row.note


def _newest(said: Sequence[_Said]) -> tuple[datetime, datetime]:
    row = said[0].event.row
    return row.received_at, row.recorded_at


def _entry(told: Told, said: Sequence[_Said]) -> Entry:
    first = said[0].event
    row = first.row
    received_on = day_of(row.received_at, LONDON)
    flags = [flag for flag in Flag if any(flag in one.event.flags for one in said)]
    marks = [FLAGS[flag] for flag in flags]
    if received_on > told.as_of:
        marks.append(LATER)
    elif any(one.is_deciding for one in said):
        marks.append(DECIDES)
    by = f" by {first.recorder}" if first.recorder else ""
    note = first.evidence.note if first.evidence and first.evidence.note else ""
    return Entry(
        when=formats.day(received_on),
        title=f"{consent_words.ROUTES[row.route]}, {clock.local(row.received_at):%H:%M}",
        marks=tuple(marks),
        lines=(
            *_answers(said),
            *_outcome(told, said, received_on),
            f"Recorded {formats.moment(row.recorded_at)}{by}",
        ),
        said="\n".join(filter(None, (row.note or "", note))),
        acts=papers(told, first),
    )


def _answers(said: Iterable[_Said]) -> Iterable[str]:
    every = list(said)
    for decision in ORDER:
        names = [one.name for one in every if one.event.row.decision is decision]
        if names:
            yield f"{consent_words.DECISIONS[decision]}: {'; '.join(names)}"


def _outcome(told: Told, said: Sequence[_Said], received_on: date) -> Iterable[str]:
    """Say what of an act decides, and what does not and why."""
    if received_on > told.as_of:
        return
    versions = {key: one.version for key, one in told.wordings.items()}
    terms = Terms(versions, None, LONDON)
    void = [one.name for one in said if not counts(one.event.row.event, terms)]
    decides = [one.name for one in said if one.is_deciding]
    if void:
        yield (
            f"Does not count: {'; '.join(void)}. A consent needs evidence and a form that was in "
            "force on its day."
        )
    elif not decides:
        yield "Something that came later decides now."
    elif len(decides) < len(said):
        yield f"Still decides: {'; '.join(decides)}"
