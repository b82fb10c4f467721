"""One campaign on the screen: the reasons with their counts, the people, the file."""

from dataclasses import dataclass
from uuid import UUID

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.domain.campaigns import INCLUDED, LEFT_OUT
from lib.domain.dates import Order, date_of
from lib.domain.marketing import Basis, Verdict, Why
from lib.errors import ClinicError
from lib.services import campaign_files, campaigns, downloads
from lib.services.campaigns import Asked, Line, Page
from lib.store.campaigns import Campaign
from lib.ui import campaigns as listed
from lib.ui import clock, fields, formats, marketing_words, navigation, notices, paging, session
from lib.ui import text as texts
from lib.ui.components import blocks
from lib.ui.components.blocks import Act, Column, Entries, Entry, Mark, Table, Tone
from lib.ui.consent import badges
from lib.ui.keys import Keys

EVERYBODY, IN, OUT, SINCE = "everybody", "in", "out", "since"
NOBODY = "Nobody here. Choose another part of the list, or look for another reference."
RESTRICTED = Mark("Restricted", "lock", Tone.ALERT)
REASONS = (Column("Reason"), Column("People", is_figure=True, is_short=True))


@dataclass(frozen=True, slots=True)
class File:
    """A file that was just made: of which campaign, where to fetch it, who is in and out of it."""

    campaign_id: UUID
    address: str
    included: int
    dropped: int


def asked(campaign_id: UUID) -> Asked:
    """Return which part of the list the screen asks for."""
    shown = str(st.session_state.get(Keys.CAMPAIGN_SHOWN) or EVERYBODY)
    return Asked(
        campaign_id,
        is_included={IN: True, OUT: False}.get(shown),
        why=Why(shown) if shown in set(Why) else None,
        only_since=shown == SINCE,
        reference=str(st.session_state.get(Keys.CAMPAIGN_REFERENCE) or ""),
        page=paging.page_number(Keys.CAMPAIGN_PAGE),
    )


def draw_head(page: Page) -> None:
    """Draw what is sent to whom, how far it is, and whether somebody said no since."""
    one = page.campaign
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(texts.plain(one.name), anchor=False)
        st.page_link(navigation.CAMPAIGNS.path, label="All campaigns", icon=":material/arrow_back:")
    notices.say_now()
    by = f" by {one.built_by}" if one.built_by else ""
    channel = marketing_words.channel(one.channel)
    built = f"{channel}. Built {formats.moment(one.built_at)}{by}."
    st.caption(texts.plain(f"{built} {audience(one)}"))
    out = sum(page.counts.values()) - page.included
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{formats.figure(page.included)}** in, **{formats.figure(out)}** left out")
        stage = listed.state(one)
        st.badge(stage.word, icon=f":material/{stage.icon}:", color=badges.COLOURS[stage.tone])
    if page.since:
        who = formats.counted(page.since, "person", "people")
        st.warning(
            f"{who} said no since the list was built. They are left out of every file from now on.",
            icon=":material/block:",
        )


def audience(one: Campaign) -> str:
    """Return whom a list is for, in words."""
    whom = one.audience
    parts = [
        f"last seen from {formats.day(whom.seen_from)}" if whom.seen_from else "",
        f"last seen until {formats.day(whom.seen_until)}" if whom.seen_until else "",
        "seen last by one practitioner" if whom.practitioner_id else "",
        f"living in {whom.town}" if whom.town else "",
        f"postcode {whom.postcode}" if whom.postcode else "",
        f"treated with {formats.words(whom.product_group).lower()}" if whom.product_group else "",
    ]
    said = ", ".join(("everybody", *filter(None, parts)))
    health = " It uses health data." if one.message.uses_health_data else ""
    return f"For {said}.{health}"


def draw_reasons(page: Page) -> None:
    """Draw how many are in and out for which reason."""
    for title, whys, is_in in (("In", INCLUDED, True), ("Left out", LEFT_OUT, False)):
        rows = tuple(
            (_reason(why), formats.figure(page.counts[is_in, why]))
            for why in whys
            if (is_in, why) in page.counts
        )
        empty = "Nobody is in." if is_in else "Nobody was left out."
        table = Table(title, REASONS, rows, empty=empty)
        blocks.draw([table], key=f"campaign_reasons_{is_in}")


def _reason(why: Why) -> blocks.Said:
    return blocks.Said(marketing_words.short(why), Verdict(Basis.NONE, why).sentence)


def draw_members(page: Page) -> None:
    """Draw the people of the part that is chosen, each with why they are in or out."""
    _narrow(page)
    entries = tuple(map(_member, page.lines))
    drawn = Entries("People", entries, NOBODY, formats.figure(page.found) if entries else "")
    chosen = blocks.draw([drawn], key="campaign_members")
    line = next((one for one in page.lines if str(one.member.patient_id) == chosen), None)
    if line is not None:
        query = {"id": str(line.member.patient_id)}
        st.switch_page(navigation.CONTACTS.path, query_params=query)


def _narrow(page: Page) -> None:
    words = {EVERYBODY: "Everybody", IN: "Everybody who is in", OUT: "Everybody left out"}
    if page.since:
        words[SINCE] = "Said no since"
    for (is_in, why), count in sorted(page.counts.items(), reverse=True):
        side = "In" if is_in else "Out"
        words[why.value] = f"{side}: {marketing_words.short(why).lower()} ({formats.figure(count)})"
    if st.session_state.get(Keys.CAMPAIGN_SHOWN) not in words:
        st.session_state.pop(Keys.CAMPAIGN_SHOWN, None)
    part, reference = st.columns([0.6, 0.4])
    with part:
        st.selectbox(
            "Show",
            list(words),
            key=Keys.CAMPAIGN_SHOWN,
            format_func=lambda one: words[one],
            on_change=_first_page,
        )
    with reference:
        st.text_input(
            "Reference",
            key=Keys.CAMPAIGN_REFERENCE,
            placeholder="J00001Q",
            on_change=_first_page,
            autocomplete="off",
        )


def _first_page() -> None:
    st.session_state[Keys.CAMPAIGN_PAGE] = 0


def _member(line: Line) -> Entry:
    one = line.member
    built = Verdict(Basis(one.basis), Why(one.reason), one.next_on)
    marks = [marketing_words.mark(built)]
    lines = [_who(line), marketing_words.sentence(built)]
    if line.now is not None and line.is_out_since:
        marks.insert(0, marketing_words.SINCE)
        lines.append(f"Now: {marketing_words.sentence(line.now)}")
    if one.dropped_because:
        lines.append("Left out of the last file by the check as it was made.")
    return Entry(
        when=one.reference,
        title=_name(line),
        marks=(*marks, *((RESTRICTED,) if one.is_restricted else ())),
        lines=tuple(filter(None, lines)),
        acts=(Act("Keeping in touch", "contact_mail", str(one.patient_id)),),
    )


def _name(line: Line) -> str:
    one = line.member
    if one.is_restricted:
        return "Restricted record"
    return formats.name(one.family_name, one.given_names, one.title)


def _who(line: Line) -> str:
    one = line.member
    if one.is_restricted:
        return ""
    born = formats.born(one.born_on, clock.today(), one.deceased_on)
    return f"Born {born} · {formats.sex(one.sex)}"


def draw_file(actor: Actor, page: Page) -> None:
    """Draw the file for the mailing tool, noting that it was sent, and closing."""
    one = page.campaign
    with st.container(border=True, key="campaign_file"):
        st.markdown("**File for the mailing tool**")
        problem = st.session_state.pop(Keys.CAMPAIGN_PROBLEM, None)
        if problem:
            st.error(problem, icon=":material/error:")
        if one.sent_on is not None:
            _sent(actor, one)
        elif one.closed_at is not None:
            st.caption(f"Closed {formats.moment(one.closed_at)}. No file is made of it.")
            st.button("Open it again", icon=":material/undo:", on_click=_reopen, args=(one,))
        else:
            _open(actor, page)


def _open(actor: Actor, page: Page) -> None:
    one = page.campaign
    if access.can(actor, Permission.EXPORT_CAMPAIGNS):
        st.caption("Everybody is checked again as the file is made; who said no meanwhile is out.")
        st.button(
            "Make the file",
            type="primary",
            icon=":material/table_view:",
            on_click=_export,
            args=(one.campaign_id,),
            disabled=not page.included,
        )
        _made(one)
        if one.exported_at is not None:
            _mark_sent(one)
    else:
        st.caption("A compliance officer makes the file and notes when it was sent.")
    st.button("Close without sending", icon=":material/close:", on_click=_close, args=(one,))


def _made(one: Campaign) -> None:
    file: File | None = st.session_state.get(Keys.CAMPAIGN_FILE)
    if file is None or file.campaign_id != one.campaign_id:
        return
    who = formats.counted(file.included, "person", "people")
    left = formats.counted(file.dropped, "person was", "people were")
    st.success(f"{who} in the file; {left} left out by the last check.", icon=":material/check:")
    st.link_button("Download the file (CSV)", file.address, icon=":material/download:")


def _export(campaign_id: UUID) -> None:
    actor = session.require(Permission.EXPORT_CAMPAIGNS)
    clinic, now = session.clinic(), clock.now()
    try:
        made = campaign_files.export(clinic, actor, campaign_id, now=now, as_of=clock.today())
    except ClinicError as error:
        st.session_state[Keys.CAMPAIGN_PROBLEM] = error.message
        return
    address = downloads.offer(actor, f"campaign-{campaign_id}", made.download, now=now)
    st.session_state[Keys.CAMPAIGN_FILE] = File(campaign_id, address, made.included, made.dropped)


def _mark_sent(one: Campaign) -> None:
    by = f" by {one.exported_by}" if one.exported_by else ""
    st.caption(texts.plain(f"File made {formats.moment(one.exported_at)}{by}."))
    with st.form("campaign_sent", border=False):
        day = st.text_input("Sent on", value=formats.day(clock.today()), autocomplete="off")
        if st.form_submit_button("Mark as sent", icon=":material/send:"):
            _send(one.campaign_id, day)


def _send(campaign_id: UUID, day: str) -> None:
    actor = session.require(Permission.EXPORT_CAMPAIGNS)
    today = clock.today()
    try:
        on = date_of(day, Order.DAY_FIRST, today)
        count = campaign_files.mark_sent(
            session.clinic(), actor, campaign_id, on, now=clock.now(), as_of=today
        )
    except ClinicError as error:
        fields.problem(error.message)
        return
    st.session_state.pop(Keys.CAMPAIGN_FILE, None)
    notices.say_later(f"Noted as sent to {formats.counted(count, 'person', 'people')}.")
    st.rerun()


def _sent(actor: Actor, one: Campaign) -> None:
    st.caption(f"Sent on {formats.day(one.sent_on)}; noted in the log of everybody in the file.")
    if access.can(actor, Permission.EXPORT_CAMPAIGNS):
        st.button("Not sent after all", icon=":material/undo:", on_click=_unsend, args=(one,))


def _unsend(one: Campaign) -> None:
    actor = session.require(Permission.EXPORT_CAMPAIGNS)
    campaign_files.take_back_sent(session.clinic(), actor, one.campaign_id, now=clock.now())


def _close(one: Campaign) -> None:
    actor = session.require(Permission.RUN_CAMPAIGNS)
    campaigns.close(session.clinic(), actor, one.campaign_id, now=clock.now())


def _reopen(one: Campaign) -> None:
    actor = session.require(Permission.RUN_CAMPAIGNS)
    campaigns.reopen(session.clinic(), actor, one.campaign_id)
