"""What is signed in the room, and the exact words that are kept of it with their hash; pure.

A signature is drawn (strokes of points, as fractions of the pad's width and height) or is a typed
name. The content that is hashed is JSON written in one way only, so that it can be checked.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from math import hypot
from typing import Any
from uuid import UUID

from lib.domain.consent import Channel, Decision, Topic

VERSION = 1
# The pad is so many times as wide as it is high.
ASPECT = 3
DIGITS = 4
MOST_STROKES = 200
MOST_POINTS = 20_000
# A dot or a slip of the finger is no signature: a tenth of the pad's width at least.
SHORTEST = 0.1
LONGEST_NAME = 120
LONGEST_QUESTIONS = 4_000

ANSWER_EVERYTHING = "answer every question with Yes, No or Not today"
ANSWER_SOMETHING = "answer one question with Yes or No; Not today records nothing"
SIGN = "sign in the box, or type the name instead"
NAME_MISSING = "write the name of the person who signs"
RELATION_MISSING = "write what gives this person the right to sign, such as mother or attorney"
WITNESS_NAME_MISSING = "write the witness's name, or take the witness away"
WITNESS_SIGN = "the witness signs too, or types their name"
TOO_LONG = "this is longer than can be kept; shorten it"

Points = tuple[tuple[float, float], ...]
Strokes = tuple[Points, ...]


class Choice(StrEnum):
    """An answer to one question; nothing is chosen beforehand."""

    YES = "yes"
    NO = "no"
    NOT_TODAY = "not today"


DECISIONS = {Choice.YES: Decision.GIVEN, Choice.NO: Decision.REFUSED}


@dataclass(frozen=True, slots=True)
class Signature:
    """A drawn signature, or a typed name; one of the two."""

    strokes: Strokes = ()
    name: str = ""

    @property
    def is_there(self) -> bool:
        """Tell whether somebody signed."""
        return bool(self.name.strip()) or length_of(self.strokes) >= SHORTEST


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs. `relation` is '' for the patient: it says by what right somebody else does."""

    name: str
    signature: Signature
    relation: str = ""
    is_patient: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """One question as it was worded, and the answer; `event_id` is minted by the form."""

    event_id: UUID
    topic: Topic
    name: str
    question: str
    choice: Choice | None

    @property
    def decision(self) -> Decision | None:
        """Return what it records; None for what was left for another day."""
        return DECISIONS.get(self.choice) if self.choice else None


@dataclass(frozen=True, slots=True)
class FormShown:
    """The wording that was on the tablet."""

    form_version_id: UUID
    form_id: UUID
    name: str
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Signed:
    """Everything that one signing says."""

    capture_id: UUID
    patient_id: UUID
    clinic: str
    form: FormShown
    answers: tuple[Answer, ...]
    questions: str
    signer: Signer
    witness: Signer | None
    signed_at: datetime


def faults_of(signed: Signed) -> dict[str, str]:
    """Return why it cannot be saved yet, by field; empty when it can."""
    found: dict[str, str] = {}
    if not all(one.choice for one in signed.answers):
        found["answers"] = ANSWER_EVERYTHING
    elif not any(one.decision for one in signed.answers):
        found["answers"] = ANSWER_SOMETHING
    if len(signed.questions) > LONGEST_QUESTIONS:
        found["questions"] = TOO_LONG
    found |= _faults_of_signer(signed.signer)
    if signed.witness is not None:
        if not signed.witness.name.strip():
            found["witness_name"] = WITNESS_NAME_MISSING
        if not signed.witness.signature.is_there:
            found["witness_signature"] = WITNESS_SIGN
    return found


def _faults_of_signer(signer: Signer) -> dict[str, str]:
    found: dict[str, str] = {}
    if not signer.name.strip():
        found["name"] = NAME_MISSING
    elif max(map(len, (signer.name, signer.relation, signer.signature.name))) > LONGEST_NAME:
        found["name"] = TOO_LONG
    if not signer.is_patient and not signer.relation.strip():
        found["relation"] = RELATION_MISSING
    if not signer.signature.is_there:
        found["signature"] = SIGN
    return found


def strokes_from(value: object) -> Strokes:
    """Return strokes as a browser sent them; () where they make no sense or are too many."""
    if not isinstance(value, list) or len(value) > MOST_STROKES:
        return ()
    try:
        strokes = tuple(_points(one) for one in value)
    except (TypeError, ValueError):
        return ()
    return strokes if sum(map(len, strokes)) <= MOST_POINTS else ()


def _points(value: Any) -> Points:  # noqa: ANN401 - whatever a browser sends
    points = tuple((round(float(x), DIGITS), round(float(y), DIGITS)) for x, y in value)
    if not all(0 <= part <= 1 for point in points for part in point):
        message = "a point outside of the pad"
        raise ValueError(message)
    return points


def length_of(strokes: Strokes) -> float:
    """Return how long the strokes are together, in widths of the pad."""
    return sum(
        hypot(after[0] - before[0], (after[1] - before[1]) / ASPECT)
        for stroke in strokes
        for before, after in pairwise(stroke)
    )


def paths_of(strokes: Strokes, width: int) -> tuple[str, ...]:
    """Return SVG path data of strokes in a box of `width` by `width / ASPECT`."""
    height = width / ASPECT
    return tuple(
        "M" + "L".join(f"{x * width:.1f} {y * height:.1f}" for x, y in _drawn(stroke))
        for stroke in strokes
        if stroke
    )


def _drawn(stroke: Points) -> Points:
    # A dot has no length; a hair of it makes it seen.
    return stroke if len(stroke) > 1 else (*stroke, (stroke[0][0] + 0.002, stroke[0][1]))


def content_of(signed: Signed) -> str:
    """Return the exact content that is kept: JSON, keys in order, no space to spare."""
    form = signed.form
    return canonical(
        {
            "version": VERSION,
            "capture_id": str(signed.capture_id),
            "patient_id": str(signed.patient_id),
            "clinic": signed.clinic,
            "form": {
                "form_version_id": str(form.form_version_id),
                "form_id": str(form.form_id),
                "name": form.name,
                "number": form.number,
                "text": form.text,
            },
            "answers": [_answer(one) for one in signed.answers],
            "questions": signed.questions.strip(),
            "signer": _signer(signed.signer),
            "witness": _signer(signed.witness) if signed.witness else None,
            "signed_at": signed.signed_at.isoformat(),
        }
    )


def canonical(value: Mapping[str, Any]) -> str:
    """Return the one way in which a content is written."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(content: str) -> str:
    """Return the SHA-256 of a content, in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()


def signed_from(content: str) -> Signed:
    """Return what a content says. Raises `ValueError` where it is none of ours."""
    try:
        found = json.loads(content)
        form = found["form"]
        return Signed(
            capture_id=UUID(found["capture_id"]),
            patient_id=UUID(found["patient_id"]),
            clinic=found["clinic"],
            form=FormShown(
                UUID(form["form_version_id"]),
                UUID(form["form_id"]),
                form["name"],
                form["number"],
                form["text"],
            ),
            answers=tuple(_answer_from(one) for one in found["answers"]),
            questions=found["questions"],
            signer=_signer_from(found["signer"]),
            witness=_signer_from(found["witness"]) if found["witness"] else None,
            signed_at=datetime.fromisoformat(found["signed_at"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        message = "not the content of a signed form"
        raise ValueError(message) from error


def _answer(one: Answer) -> dict[str, Any]:
    return {
        "event_id": str(one.event_id),
        "purpose": one.topic.purpose,
        "channel": one.topic.channel.value if one.topic.channel else None,
        "name": one.name,
        "question": one.question,
        "answer": one.choice.value if one.choice else None,
    }


def _answer_from(found: Mapping[str, Any]) -> Answer:
    channel = Channel(found["channel"]) if found["channel"] else None
    return Answer(
        UUID(found["event_id"]),
        Topic(found["purpose"], channel),
        found["name"],
        found["question"],
        Choice(found["answer"]),
    )


def _signer(one: Signer) -> dict[str, Any]:
    return {
        "name": one.name.strip(),
        "relation": one.relation.strip(),
        "is_patient": one.is_patient,
        "strokes": one.signature.strokes,
        "typed": one.signature.name.strip(),
    }


def _signer_from(found: Mapping[str, Any]) -> Signer:
    signature = Signature(strokes_from(found["strokes"]), found["typed"])
    return Signer(found["name"], signature, found["relation"], found["is_patient"])


def same_but_for_time(one: Signed, other: Signed) -> bool:
    """Tell whether two say the same, as a second click does a moment later."""
    return _timeless(one) == _timeless(other)


def _timeless(one: Signed) -> dict[str, Any]:
    return {**json.loads(content_of(one)), "signed_at": ""}


def chosen(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Return the answers that record something."""
    return tuple(one for one in answers if one.decision is not None)
