"""The cupboard on the screen: lots by expiry, and the panel that receives, corrects, withdraws."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import streamlit as st

from lib.domain import access
from lib.domain import stock as rules
from lib.domain.access import Actor, Permission
from lib.domain.stock import LotState
from lib.errors import ClinicError, InvalidInputError
from lib.services import stock
from lib.services.stock import Asked, NewLot, View
from lib.store.stock import LotRow
from lib.ui import clock, drafts, fields, formats, notices, paging, recalls, session, text
from lib.ui.components import blocks
from lib.ui.components.blocks import Act, Entries, Entry, Mark, Tone
from lib.ui.drafts import FormState
from lib.ui.keys import Keys

CORRECT, WITHDRAW, REINSTATE, RECALL = "correct", "withdraw", "reinstate", "recall"
MARKS = {
    LotState.IN_DATE: Mark("In date", "check", Tone.GOOD),
    LotState.EXPIRES_SOON: Mark("Expires soon", "schedule", Tone.WARN),
    LotState.EXPIRED: Mark("Expired", "event_busy", Tone.ALERT),
    LotState.WITHDRAWN: Mark("Withdrawn", "block", Tone.ALERT),
    LotState.NO_DATE: Mark("No expiry recorded", "help", Tone.WARN),
}
EMPTY = {
    View.CUPBOARD: "The cupboard is empty. Receive a lot to begin.",
    View.SOON: "No lot expires within 60 days.",
    View.EXPIRED: "No lot has gone out of date.",
    View.WITHDRAWN: "No lot has been withdrawn.",
}
ANY = "Every product"
NEW_LOT: dict[str, object] = dict.fromkeys(("lot_number", "expires_on", "quantity"), "")


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel is busy with: a lot, and what is done with it."""

    word: str
    lot: LotRow


@dataclass(frozen=True, slots=True)
class Undo:
    """What was just done, and how it is taken back."""

    said: str
    act: Callable[[], None]


def draw_lots(actor: Actor) -> None:
    """Draw a page of lots, the soonest to expire first, with what can be done with each."""
    as_of = clock.today()
    view, product_id = _narrowed(actor)
    asked = Asked(view, product_id, paging.page_number(Keys.STOCK_PAGE))
    found = stock.lots(session.clinic(), actor, asked, as_of=as_of)
    st.caption(" · ".join(f"{formats.figure(n)} {one.value}" for one, n in found.counts.items()))
    entries = tuple(_entry(lot, actor) for lot in found.rows)
    drawn = Entries("", entries, EMPTY[view])
    chosen = blocks.draw([drawn], key="stock_lots")
    paging.draw(Keys.STOCK_PAGE, found.count, stock.PAGE, ("Sooner", "Later"))
    if chosen is not None:
        word, _, key = chosen.partition(":")
        lot = next((one for one in found.rows if str(one.lot_id) == key), None)
        if lot is not None:
            _act(actor, word, lot)


def _narrowed(actor: Actor) -> tuple[View, UUID | None]:
    asked = st.query_params.get("view", "").upper()
    if Keys.STOCK_VIEW not in st.session_state:
        st.session_state[Keys.STOCK_VIEW] = (
            View[asked] if asked in View.__members__ else View.CUPBOARD
        )
    view, product = st.columns([0.66, 0.34], vertical_alignment="bottom")
    with view:
        chosen = st.segmented_control(
            "Lots",
            list(View),
            key=Keys.STOCK_VIEW,
            format_func=lambda one: formats.words(one.value),
            required=True,
            on_change=_first_page,
        )
    names = {one.product_id: one.name for one in stock.products(session.clinic(), actor)}
    with product:
        product_id = st.selectbox(
            "Product",
            [None, *names],
            key=Keys.STOCK_PRODUCT,
            format_func=lambda one: names[one] if one else ANY,
            on_change=_first_page,
        )
    return chosen or View.CUPBOARD, product_id


def _first_page() -> None:
    st.session_state[Keys.STOCK_PAGE] = 0


def _entry(lot: LotRow, actor: Actor) -> Entry:
    state = rules.state_of(lot.expires_on, lot.withdrawn_on, clock.today())
    packs = formats.counted(lot.quantity, "pack") if lot.quantity else ""
    received = f"received {formats.day(lot.received_on)}" if lot.received_on else ""
    why = f"withdrawn {formats.day(lot.withdrawn_on)}: {lot.withdrawn_reason}"
    lines = (" · ".join(filter(None, (formats.words(lot.product_group), packs, received))),)
    return Entry(
        when=formats.day(lot.expires_on, "No expiry"),
        title=f"{lot.product_name}, lot {lot.lot_number}",
        marks=(MARKS[state],),
        lines=(*lines, *((why,) if lot.withdrawn_on else ())),
        acts=_acts(lot, actor),
    )


def _acts(lot: LotRow, actor: Actor) -> tuple[Act, ...]:
    use = (
        Act("Use again", "undo", f"{REINSTATE}:{lot.lot_id}")
        if lot.withdrawn_on
        else Act("Withdraw", "block", f"{WITHDRAW}:{lot.lot_id}")
    )
    found = [Act("Correct", "edit", f"{CORRECT}:{lot.lot_id}"), use]
    if access.can(actor, Permission.RUN_RECALL):
        found.append(Act("Recall", "campaign", f"{RECALL}:{lot.lot_id}"))
    return tuple(found)


def _act(actor: Actor, word: str, lot: LotRow) -> None:
    if word == RECALL:
        recalls.begin(actor, recalls.Subject(lot.product_id, lot.product_name, lot))
    elif word == REINSTATE:
        stock.reinstate(session.clinic(), actor, lot.lot_id)
        notices.say_later(f"Lot {lot.lot_number} can be used again.")
        st.rerun()
    elif word in {CORRECT, WITHDRAW}:
        st.session_state.pop(Keys.STOCK_NEW, None)
        st.session_state[Keys.STOCK_PANEL] = Panel(word, lot)
        st.rerun()


def offer_undo() -> None:
    """Say what was just done to a lot, with its undo where there is one."""
    notices.say_now()
    undo: Undo | None = st.session_state.get(Keys.STOCK_UNDO)
    if undo is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/check: {text.plain(undo.said)}")
        if st.button("Undo", icon=":material/undo:", key="stock_undo_button"):
            st.session_state.pop(Keys.STOCK_UNDO)
            undo.act()
            st.rerun()


def draw_panel(actor: Actor) -> None:
    """Draw what is being done: receiving a lot, or something with one of the list."""
    panel: Panel | None = st.session_state.get(Keys.STOCK_PANEL)
    if panel is None:
        _receive()
    elif panel.word == WITHDRAW:
        _withdraw(actor, panel.lot)
    else:
        _correct(actor, panel.lot)


@st.fragment
def _receive() -> None:
    actor = session.require(Permission.MANAGE_CATALOGUE)
    form = drafts.loose(Keys.STOCK_NEW, NEW_LOT)
    st.subheader("Receive a lot", anchor=False)
    on_offer = {
        one.product_id: one.name for one in stock.products(session.clinic(), actor) if one.is_active
    }
    product_id = st.selectbox(
        "Product received",
        list(on_offer),
        index=None,
        format_func=lambda one: on_offer[one],
        placeholder="Type or choose",
        key=form.key("product"),
    )
    _take_barcode(form)
    faults = stock.check_lot(form.values, clock.today())
    fields.text(form, "lot_number", "Lot number", faults, "Type it, or scan the pack")
    expires, packs = st.columns(2)
    with expires:
        fields.text(form, "expires_on", "Expires", faults, "31/01/2028")
    with packs:
        fields.text(form, "quantity", "Packs", faults)
    if fields.save_button(form, "Put it into stock", "add"):
        if product_id is None:
            fields.problem("choose the product first")
        elif not faults:
            _save_new(actor, NewLot(form.form_id, product_id, dict(form.values)))


def _take_barcode(form: FormState) -> None:
    """Put what a scanner typed where it belongs; what cannot be read is said at its field."""
    typed = str(st.session_state.get(form.key("lot_number")) or "")
    if not rules.is_barcode(typed):
        return
    with suppress(InvalidInputError):
        code = rules.barcode_of(typed)
        found = {
            "lot_number": code.lot_number or "",
            "expires_on": formats.day(code.expires_on, ""),
        }
        for name, value in found.items():
            st.session_state[form.key(name)] = form.values[name] = value


def _save_new(actor: Actor, wanted: NewLot) -> None:
    try:
        saved = stock.receive(session.clinic(), actor, wanted, as_of=clock.today())
    except ClinicError as error:
        fields.problem(error.message)
        return
    st.session_state.pop(Keys.STOCK_NEW, None)
    until = formats.day(saved.expires_on, "no expiry recorded")
    notices.say_later(f"{saved.product_name}, lot {saved.lot_number} is in stock until {until}.")
    st.rerun()


def _withdraw(actor: Actor, lot: LotRow) -> None:
    st.subheader("Withdraw this lot", anchor=False)
    st.write(
        f"{text.plain(lot.product_name)}, lot {text.plain(lot.lot_number)}: no treatment can be "
        "recorded with it from today. Treatments already given stay as they are."
    )
    reason = st.text_input("Why it is withdrawn", key=f"withdraw-{lot.lot_id}")
    with st.container(horizontal=True):
        if st.button("Withdraw this lot", type="primary", icon=":material/block:"):
            try:
                stock.withdraw(session.clinic(), actor, lot.lot_id, reason, as_of=clock.today())
            except ClinicError as error:
                fields.problem(error.message)
                return
            said = f"Lot {lot.lot_number} is withdrawn."
            st.session_state[Keys.STOCK_UNDO] = Undo(said, lambda: _reinstate(lot.lot_id))
            _close()
        if st.button("Leave it in use"):
            _close()


def _reinstate(lot_id: UUID) -> None:
    actor = session.require(Permission.MANAGE_CATALOGUE)
    stock.reinstate(session.clinic(), actor, lot_id)


def _correct(actor: Actor, lot: LotRow) -> None:
    st.subheader("Correct this lot", anchor=False)
    st.caption(text.plain(f"{lot.product_name}, lot {lot.lot_number}"))
    initial: dict[str, object] = {
        "lot_number": lot.lot_number,
        "expires_on": formats.day(lot.expires_on, ""),
        "quantity": str(lot.quantity or ""),
        "received_on": formats.day(lot.received_on, ""),
    }
    form = drafts.loose(Keys.STOCK_NEW, initial, lot.lot_id)
    faults = stock.check_lot(form.values, clock.today())
    labels = {"lot_number": "Lot number", "expires_on": "Expires", "quantity": "Packs"}
    for name, label in {**labels, "received_on": "Received"}.items():
        fields.text(form, name, label, faults)
    with st.container(horizontal=True):
        if fields.save_button(form, "Save this lot", "save") and not faults:
            try:
                values = dict(form.values)
                stock.correct(session.clinic(), actor, lot.lot_id, values, as_of=clock.today())
            except ClinicError as error:
                fields.problem(error.message)
                return
            notices.say_later("The lot is corrected.")
            _close()
        if st.button("Close without saving"):
            _close()


def _close() -> None:
    st.session_state.pop(Keys.STOCK_PANEL, None)
    st.session_state.pop(Keys.STOCK_NEW, None)
    st.rerun()
