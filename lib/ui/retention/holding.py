"""What holds one record back: each with who, when and why; placing, changing and releasing."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

import streamlit as st
import uuid_utils.compat as uuid7s

from lib.domain import access, holds
from lib.domain.access import Actor, Permission
from lib.domain.holds import PLACED, ChangedHold, NewHold, Review
from lib.domain.retention import Blocker
from lib.domain.retention_words import Standing
from lib.errors import ClinicError, InvalidInputError
from lib.services.retention import hold_list
from lib.services.retention import holds as service
from lib.services.retention.holds import Owner
from lib.services.retention.sentence import Explained
from lib.store.holds import Hold
from lib.ui import clock, fields, formats, notices, session
from lib.ui.components import blocks
from lib.ui.components.blocks import Act, Entries, Entry, Mark, Tone
from lib.ui.keys import Keys
from lib.ui.retention.explained import about

CHANGE, RELEASE = "change", "release"
NOTHING: Final = "Nothing holds this record back."
WAITS: Final[Mapping[str, str]] = {
    Blocker.FUTURE_APPOINTMENT: "It ends with that day, or when the appointment is cancelled.",
    Blocker.RESTRICTION: "It ends when the restriction is lifted.",
}
REVIEWS: Final[Mapping[Review, tuple[str, Tone]]] = {
    Review.OVERDUE: ("alarm", Tone.ALERT),
    Review.SOON: ("event_upcoming", Tone.WARN),
    Review.LATER: ("event", Tone.PLAIN),
}
DATE_FORMAT: Final = "DD/MM/YYYY"
HELP: Final = "A hold stops the disposal and never moves the date. It is in the audit trail."


def review_mark(review_on: date, as_of: date) -> Mark:
    """Return when it is to be looked at again, in a word with a shape."""
    pressing = holds.review_of(review_on, as_of)
    icon, tone = REVIEWS[pressing]
    word = "Review overdue since" if pressing is Review.OVERDUE else "Review due"
    return Mark(f"{word} {formats.day(review_on)}", icon, tone)


def offer(actor: Actor, patient_id: UUID, found: Explained) -> None:
    """Draw the button that asks for a hold, for whoever may place one."""
    may = access.can(actor, Permission.PLACE_HOLDS)
    if may and st.button("Hold this record back", type="primary", icon=":material/lock:"):
        place(patient_id, found.owners)


def draw(actor: Actor, patient_id: UUID, found: Explained) -> None:
    """Draw everything that holds the record back, and what can be done about it."""
    as_of = clock.today()
    standing = [one for one in found.holds if one.stands(as_of)]
    others = [one for one in found.standing if one.blocker not in set(PLACED)]
    entries = (*_standing(actor, standing, as_of), *map(_other, others))
    count = formats.figure(len(entries)) if entries else ""
    shown = [Entries("What holds it back", entries, NOTHING, count), *_over(found.holds, as_of)]
    word, _, key = (blocks.draw(shown, key="retention_holds") or "").partition(":")
    one = next((one for one in standing if str(one.hold_id) == key), None)
    if one is not None and word == CHANGE:
        change(patient_id, one, found.owners)
    elif one is not None and word == RELEASE:
        release(patient_id, one)


def _standing(actor: Actor, found: Iterable[Hold], as_of: date) -> Iterable[Entry]:
    for one in found:
        yield Entry(
            when=formats.day(clock.local(one.placed_at).date()),
            title=hold_list.title(one.kind),
            aside=f"Until {formats.day(one.ends_on)}" if one.ends_on else "",
            marks=(review_mark(one.review_on, as_of),),
            lines=(people("Placed", one.placed_by, one.owner),),
            said=one.reason,
            acts=_acts(actor, one),
        )


def people(begun: str, by: str | None, owner: str | None) -> str:
    """Return who began something and who looks after it: `Placed by Sam, looked after by Kim`."""
    unknown = formats.NOT_KNOWN.lower()
    return f"{begun} by {by or unknown}, looked after by {owner or unknown}"


def _acts(actor: Actor, one: Hold) -> tuple[Act, ...]:
    acts = []
    if access.can(actor, Permission.PLACE_HOLDS):
        acts.append(Act("Change who and when", "edit_calendar", f"{CHANGE}:{one.hold_id}"))
    if access.can(actor, Permission.RELEASE_HOLDS):
        acts.append(Act("Release", "lock_open", f"{RELEASE}:{one.hold_id}"))
    return tuple(acts)


def _other(one: Standing) -> Entry:
    """Return what stops the disposal without anybody having placed it."""
    return Entry(
        when=formats.day(one.since),
        title=one.phrase.title,
        aside=f"{one.phrase.ends.capitalize()} {formats.day(one.ends_on)}" if one.ends_on else "",
        lines=(WAITS.get(one.blocker, "It ends where it comes from."),),
    )


def _over(found: Iterable[Hold], as_of: date) -> list[Entries]:
    over = [one for one in found if not one.stands(as_of)]
    if not over:
        return []
    return [Entries("Holds that are over", tuple(map(_past, over)), count=f"{len(over):,}")]


def _past(one: Hold) -> Entry:
    ended = f"Its last day was {formats.day(one.ends_on)}"
    if one.released_at is not None:
        by = f" by {one.released_by}" if one.released_by else ""
        ended = f"Released {formats.moment(one.released_at)}{by}: {one.release_reason}"
    return Entry(
        when=formats.day(clock.local(one.placed_at).date()),
        title=hold_list.title(one.kind),
        lines=(one.reason, ended),
    )


@st.dialog("Hold this record back")
def place(patient_id: UUID, owners: tuple[Owner, ...]) -> None:
    """Ask what holds the record back, why and who looks after it, and place the hold."""
    actor = session.require(Permission.PLACE_HOLDS)
    as_of = clock.today()
    may_extend = access.can(actor, Permission.PROPOSE_DISPOSAL)
    kinds = [one for one in PLACED if one is not Blocker.EXTENSION or may_extend]
    st.caption(HELP)
    kind = st.radio("What holds it back", kinds, format_func=hold_list.title)
    reason = st.text_area("Why", height=90, placeholder="Such as the number of a letter or a case")
    owner_id = owner_field(owners, actor.person_id)
    review_on = st.date_input(
        "Look at it again on", holds.review_by_default(as_of), min_value=as_of, format=DATE_FORMAT
    )
    ends_on = st.date_input("Last day, if there is one", None, min_value=as_of, format=DATE_FORMAT)
    if not st.button("Place this hold", type="primary", icon=":material/lock:"):
        return
    new = NewHold(minted(Keys.HOLD_FORM), Blocker(kind), reason, owner_id, review_on, ends_on)
    try:
        service.place(session.clinic(), actor, about(patient_id), new)
    except ClinicError as error:
        refused(error)
    else:
        saved(Keys.HOLD_FORM, "The hold is placed. It holds from now on.")


@st.dialog("Who looks after this hold, and when")
def change(patient_id: UUID, one: Hold, owners: tuple[Owner, ...]) -> None:
    """Ask who looks after a hold from now on, and when, and change it."""
    actor = session.require(Permission.PLACE_HOLDS)
    as_of = clock.today()
    owner_id = owner_field(owners, one.owner_id or actor.person_id)
    review_on = st.date_input(
        "Look at it again on",
        max(one.review_on, holds.review_by_default(as_of)),
        min_value=as_of,
        format=DATE_FORMAT,
    )
    ends_on = st.date_input(
        "Last day, if there is one", one.ends_on, min_value=as_of, format=DATE_FORMAT
    )
    if not st.button("Change this hold", type="primary", icon=":material/save:"):
        return
    wanted = ChangedHold(one.hold_id, one.version, owner_id, review_on, ends_on)
    try:
        service.change(session.clinic(), actor, about(patient_id), wanted)
    except ClinicError as error:
        refused(error)
    else:
        saved(Keys.HOLD_FORM, "The hold is changed.")


@st.dialog("Release this hold")
def release(patient_id: UUID, one: Hold) -> None:
    """Ask why a hold ends, and release it."""
    actor = session.require(Permission.RELEASE_HOLDS)
    st.caption(
        f"{hold_list.title(one.kind)} since {formats.day(clock.local(one.placed_at).date())}. "
        "Once it is released, the record may go when its date has passed and nothing else holds it."
    )
    reason = st.text_area("Why it ends", height=90)
    if not st.button("Release this hold", type="primary", icon=":material/lock_open:"):
        return
    try:
        service.release(session.clinic(), actor, about(patient_id), one.hold_id, reason)
    except ClinicError as error:
        refused(error)
    else:
        saved(Keys.HOLD_FORM, "The hold is released.")


def owner_field(owners: tuple[Owner, ...], chosen: UUID) -> UUID:
    """Ask who looks after it; whoever asks, unless somebody is chosen already."""
    names = {one.person_id: one.name for one in owners}
    keys = list(names)
    index = keys.index(chosen) if chosen in names else 0
    return st.selectbox(
        "Looked after by", keys, index=index, format_func=lambda one: names.get(one, "")
    )


def minted(key: Keys) -> UUID:
    """Return the id that this form saves under: a double click saves once."""
    return UUID(str(st.session_state.setdefault(key, uuid7s.uuid7())))


def saved(key: Keys, said: str) -> None:
    """Let go of the form, and say on the screen beneath what was done."""
    st.session_state.pop(key, None)
    notices.say_later(said)
    st.rerun()


def refused(error: ClinicError) -> None:
    """Say in the form why it was not saved."""
    if isinstance(error, InvalidInputError):
        fields.problem(error.message)
    else:
        st.error(error.message, icon=":material/error:")
