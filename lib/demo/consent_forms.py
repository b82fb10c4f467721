"""The forms of consent of the synthetic clinic: three of them, each reworded twice in its years."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
import pyarrow as pa

from lib.demo import columns
from lib.demo.accounts import COMPLIANCE
from lib.demo.calendar import EPOCH, Calendar
from lib.demo.columns import DAY_SECONDS, Ints
from lib.domain.consent import (
    EDUCATION,
    KEEPING_IN_TOUCH,
    OBTAINING_INFORMATION,
    RECORD_MEDIA,
    SHARING_WITH_PROFESSIONALS,
    SOCIAL_MEDIA,
    THIRD_PARTY,
    TREATMENT,
    Channel,
    Topic,
)

FIRST, MATERIAL, REWORDED = range(3)
# A wording is written so many days before it is in force.
WRITTEN_DAYS = 12
NOTES = (
    None,
    "Says more plainly who may see it and what a withdrawal does; everybody is asked again.",
    "A clearer sentence about whom to ask; what is agreed to stays the same.",
)


@dataclass(frozen=True, slots=True)
class Form:
    """A form: what it asks for, its wordings, and how long ago the second and the third came."""

    number: int
    name: str
    purposes: tuple[str, ...]
    texts: tuple[str, str, str]
    days_ago: tuple[int, int]

    def version_ids(self) -> tuple[UUID, ...]:
        """Return the ids of its versions, the first wording first."""
        return tuple(_key(10 * self.number + place) for place in range(len(self.texts)))

    def in_force_days(self, calendar: Calendar) -> Ints:
        """Return the days from which its versions were in force."""
        later = [calendar.as_of - ago for ago in self.days_ago]
        # Whoever was there on the first day was asked by its first wording.
        return np.array([calendar.first - 30, *later], dtype=np.int64)


def _key(number: int) -> UUID:
    return UUID(f"01480000-0000-7000-8000-0000000c{number:04d}")


TREATMENT_WORDS = """\
## Your treatment

You were told what the treatment does, what it cannot do, what may go wrong and what else you
could choose, doing nothing among it. You could ask whatever you wanted to.
{more}
You may change your mind at any time before it begins.
"""
PICTURES_WORDS = """\
## Your pictures outside your record

The pictures in your record are there for your care. Beyond that we use none without your word,
and each use is a question of its own: you can say yes to one and no to another.
{more}
Your treatment does not depend on your answers. You can take a yes back at any time, by whatever
way suits you, and we then take down what can still be taken down.
"""
TOUCH_WORDS = """\
## Keeping in touch

We would like to tell you of treatments and dates. You choose by which ways, if by any.
{more}
You can stop it at any time, by a word, a call or the link in every message.
"""
FORMS = (
    Form(
        1,
        "Treatment and pictures for your record",
        (TREATMENT, RECORD_MEDIA),
        (
            TREATMENT_WORDS.format(more=""),
            TREATMENT_WORDS.format(
                more="\nPictures are taken before and after. They belong to your record and are "
                "kept as long as it is.\n"
            ),
            TREATMENT_WORDS.format(
                more="\nPictures are taken before and after. They belong to your record and are "
                "kept as long as it is. Ask anybody at the desk if you want to see them.\n"
            ),
        ),
        (1_650, 420),
    ),
    Form(
        2,
        "Use of your pictures",
        (EDUCATION, SOCIAL_MEDIA, THIRD_PARTY),
        (
            PICTURES_WORDS.format(more=""),
            PICTURES_WORDS.format(
                more="\nWhat was once published may have been copied by others: nobody can take "
                "that back.\n"
            ),
            PICTURES_WORDS.format(
                more="\nWhat was once published may have been copied by others, and nobody can "
                "take that back. Ask us to show you where a picture of you is used.\n"
            ),
        ),
        (260, 75),
    ),
    Form(
        3,
        "Keeping in touch and sharing information",
        (KEEPING_IN_TOUCH, OBTAINING_INFORMATION, SHARING_WITH_PROFESSIONALS),
        (
            TOUCH_WORDS.format(more=""),
            TOUCH_WORDS.format(
                more="\nWhom we may ask about you, and whom we may tell, you name on this form.\n"
            ),
            TOUCH_WORDS.format(
                more="\nWhom we may ask about you, and whom we may tell, you name on this form; "
                "you get a copy of it.\n"
            ),
        ),
        (1_150, 330),
    ),
)


def topics_of(form: Form) -> tuple[Topic, ...]:
    """Return what a form asks for, channel by channel where a purpose has them."""
    return tuple(
        Topic(purpose, channel)
        for purpose in form.purposes
        for channel in (tuple(Channel) if purpose == KEEPING_IN_TOUCH else (None,))
    )


def tables(calendar: Calendar) -> dict[str, pa.Table]:
    """Return the tables of the forms, their wordings and what each asks for."""
    versions = [(form, place) for form in FORMS for place in range(len(form.texts))]
    asked = [
        (form, place, position, purpose)
        for form, place in versions
        for position, purpose in enumerate(form.purposes, start=1)
    ]
    begun = _moment(calendar.first)
    starts = [int(form.in_force_days(calendar)[place]) for form, place in versions]
    written = np.array(starts, dtype=np.int64) - WRITTEN_DAYS
    return {
        "consent_form": pa.table(
            {
                "form_id": [str(_key(10 * form.number + 9)) for form in FORMS],
                "name": [form.name for form in FORMS],
                "is_active": columns.same(value=True, rows=len(FORMS)),
                "version": columns.same(1, len(FORMS)),
                "changed_at": pa.array([begun] * len(FORMS), pa.timestamp("us")),
                "changed_by": columns.same(str(COMPLIANCE.person_id), len(FORMS)),
            }
        ),
        "consent_form_version": pa.table(
            {
                "form_version_id": [str(form.version_ids()[place]) for form, place in versions],
                "form_id": [str(_key(10 * form.number + 9)) for form, _ in versions],
                "number": [place + 1 for _, place in versions],
                "text": [form.texts[place] for form, place in versions],
                "is_material": [place == MATERIAL for _, place in versions],
                "in_force_from": columns.dates(np.array(starts, dtype=np.int64)),
                "note": pa.array([NOTES[place] for _, place in versions], pa.string()),
                "version": columns.same(1, len(versions)),
                "recorded_at": columns.instants(written * DAY_SECONDS + 36_000),
                "recorded_by": columns.same(str(COMPLIANCE.person_id), len(versions)),
            }
        ),
        "consent_form_purpose": pa.table(
            {
                "form_purpose_id": [
                    str(_key(1_000 + 100 * form.number + 10 * place + position))
                    for form, place, position, _ in asked
                ],
                "form_version_id": [str(form.version_ids()[place]) for form, place, _, _ in asked],
                "position": [position for _, _, position, _ in asked],
                "purpose": [purpose for _, _, _, purpose in asked],
            }
        ),
    }


def _moment(day: int) -> datetime:
    return datetime.combine(EPOCH, datetime.min.time()) + timedelta(days=day, hours=9)
