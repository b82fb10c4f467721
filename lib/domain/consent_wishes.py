"""What a patient's own words ask to be stopped: proposals only, a person confirms them; pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lib.domain.consent import (
    EDUCATION,
    KEEPING_IN_TOUCH,
    OBTAINING_INFORMATION,
    RECORD_MEDIA,
    SHARING_WITH_PROFESSIONALS,
    SOCIAL_MEDIA,
    THIRD_PARTY,
    Channel,
    Topic,
)


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


# Without one of these a sentence asks for nothing to end.
STOP = _words(
    r"\bstop\b|\bno longer\b|\bno more\b|\bdon.?t\b|\bdo not\b",
    r"\bnot (?:want|agree|consent|happy)|\brather\b[^.]{0,20}\bnot\b|\bdid(?: not|n.?t) use\b",
    r"\bwithdr[ae]w|\brevoke|\bcancel|\bremove|\btake\b[^.]{0,40}\bdown\b|\bdelete",
    r"\bunsubscribe|\bopt(?:ing)? out\b",
)
EVERYTHING = _words(r"\b(?:all|any|every|full)\b[^.]{0,20}\bconsents?\b", r"\beverything\b")
CHANNELS = {
    Channel.EMAIL: _words(r"\bunsubscribe", r"\bnewsletters?\b", r"\bmailing list", r"\be-?mail"),
    Channel.SMS: _words(r"\btexts?\b", r"\btexting\b", r"\bsms\b", r"\bwhatsapp"),
    Channel.PHONE: _words(r"\bcall(?:s|ed|ing)?\b", r"\bphon(?:e|ed|ing)\b", r"\bringing\b"),
    Channel.POST: _words(r"\bletters?\b", r"\bleaflets?\b", r"\b(?:by|in the) post\b", r"\bpostal"),
}
ANY_CHANNEL = _words(
    r"\bmarketing", r"\badvert", r"\boffers\b", r"\bpromotion", r"\bcontact(?:ing|ed)?\b"
)
PICTURES = _words(r"\bphoto", r"\bpictures?\b", r"\bpics?\b", r"\bimages?\b", r"\bvideos?\b")
USES = {
    SOCIAL_MEDIA: _words(
        r"\bsocial media", r"\binsta", r"\bfacebook", r"\btiktok", r"\byoutube", r"\bweb ?site",
        r"\bonline\b", r"\bposting\b",
    ),
    EDUCATION: _words(r"\bteach", r"\btraining\b", r"\beducat", r"\bstudents?\b", r"\blecture"),
    THIRD_PARTY: _words(r"\bthird part", r"\bmanufacturer", r"\bshar(?:e|ing)\b"),
    RECORD_MEDIA: _words(
        r"\btaking\b", r"\btake (?!down)(?:any |more |my )*(?:photo|pic|image|video)",
    ),
}  # fmt: skip
PROFESSIONALS = _words(r"\bgp\b", r"\bmy doctor", r"\bother professionals?\b")
MEDIA_ELSEWHERE = (EDUCATION, SOCIAL_MEDIA, THIRD_PARTY)
SENTENCE = re.compile(r"[^.!?\n]+(?:\n(?!\s*\n)[^.!?\n]+)*")
LONGEST_PHRASE = 160


@dataclass(frozen=True, slots=True)
class Proposal:
    """A topic that the words seem to be about, and the sentence that says so."""

    topic: Topic
    phrase: str


def proposals(subject: str, text: str) -> tuple[Proposal, ...]:
    """Return what a message seems to ask to be stopped, each topic once, with its sentence."""
    found: dict[Topic, str] = {}
    for sentence in _sentences(subject, text):
        if STOP.search(sentence):
            for topic in _topics(sentence):
                found.setdefault(topic, _short(sentence))
    return tuple(Proposal(topic, phrase) for topic, phrase in found.items())


def _sentences(subject: str, text: str) -> Iterable[str]:
    for part in (subject, *SENTENCE.findall(text)):
        plain = " ".join(part.split())
        if plain:
            yield plain


def _short(sentence: str) -> str:
    return sentence if len(sentence) <= LONGEST_PHRASE else f"{sentence[:LONGEST_PHRASE]}…"


def _topics(sentence: str) -> Iterator[Topic]:
    if EVERYTHING.search(sentence):
        yield from map(Topic, MEDIA_ELSEWHERE)
        yield from _channels(sentence, is_every=True)
        yield Topic(OBTAINING_INFORMATION)
        return
    if PROFESSIONALS.search(sentence):
        yield Topic(SHARING_WITH_PROFESSIONALS)
        return
    yield from map(Topic, _uses(sentence))
    yield from _channels(sentence)


def _uses(sentence: str) -> Iterable[str]:
    """Return what pictures are not to be used for; without a word of where, everything outside."""
    named = [purpose for purpose, pattern in USES.items() if pattern.search(sentence)]
    if PICTURES.search(sentence):
        return named or MEDIA_ELSEWHERE
    return [one for one in named if one in {SOCIAL_MEDIA, EDUCATION}]


def _channels(sentence: str, *, is_every: bool = False) -> Iterator[Topic]:
    """Return the ways of contact that are named; all of them where contact itself is to end."""
    named = [channel for channel, pattern in CHANNELS.items() if pattern.search(sentence)]
    if is_every or (not named and ANY_CHANNEL.search(sentence)):
        named = list(Channel)
    for channel in named:
        yield Topic(KEEPING_IN_TOUCH, channel)
