"""A patient's gallery on the screen: lens, filters, pictures, and what is done with them."""

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from lib.domain import access
from lib.domain.access import Actor, Permission
from lib.domain.media import Purpose
from lib.domain.media_gallery import Facets
from lib.errors import ClinicError
from lib.services.media import gallery
from lib.services.media.gallery import Page
from lib.services.records import Heading
from lib.ui import addresses, clock, navigation, paging, restricted, session, undo
from lib.ui.components import gallery as component
from lib.ui.components import lens
from lib.ui.components.gallery import Act, Asked, Shown
from lib.ui.keys import Keys
from lib.ui.media import filters, labels, purposes, removing, sheets, tiles
from lib.ui.navigation import PageSpec

LABEL, CONFIRM, COMPARE, SHEET = "label", "confirm", "compare", "sheet"
REMOVE, RESTORE = "remove", "restore"
MOST_COMPARED = 6
LABELLING = Act(LABEL, "Correct labels", "edit")
CONFIRMING = Act(CONFIRM, "Confirm guesses", "done_all")
COMPARING = Act(COMPARE, "Compare", "compare", 2, MOST_COMPARED, "Select two to six pictures")
PRINTING = Act(SHEET, "Contact sheet", "print")
REMOVING = Act(REMOVE, "Remove", "delete")
RESTORING = Act(RESTORE, "Put back", "restore_from_trash")
NONE_SO_FAR = (
    "Photographs and video of this patient will be here, under the days on which they were taken. "
    "Add what the camera or telephone made, or take them here."
)


def draw_ways(actor: Actor, patient_id: UUID) -> None:
    """Draw the ways to more photographs; adding them is what this screen is for."""
    ways = (
        ("Add photographs", "add_photo_alternate", navigation.ADD_PHOTOGRAPHS),
        ("Take photographs", "photo_camera", navigation.CAPTURE),
    )
    with st.container(horizontal=True, key="photograph_ways"):
        if access.can(actor, Permission.ADD_MEDIA):
            for place, (label, icon, spec) in enumerate(ways):
                if st.button(
                    label,
                    icon=f":material/{icon}:",
                    type="secondary" if place else "primary",
                    key=f"photograph_way_{icon}",
                ):
                    st.switch_page(spec.path, query_params={addresses.PATIENT: str(patient_id)})


@st.fragment
def draw(opened: Heading) -> None:
    """Draw the gallery; narrowing it or going on to the next page runs nothing else."""
    actor = session.require(Permission.VIEW_MEDIA)
    patient_id = opened.patient.patient_id
    undo.offer(patient_id)
    now = filters.state(str(patient_id))
    page = _page(actor, patient_id, now)
    if page is None:
        return
    purposes.draw(now)
    st.caption(purposes.sentence(now.purpose, page.total, page.hidden))
    if page.pictures or not page.hidden:
        filters.draw(now, page.facets)
    if page.pictures:
        _pictures(actor, opened, now, page)
    else:
        purposes.nothing(now, page.hidden, NONE_SO_FAR)


def _page(actor: Actor, patient_id: UUID, now: filters.State) -> Page | None:
    try:
        return gallery.page_of(
            session.clinic(),
            actor,
            patient_id,
            now.filters,
            now.purpose,
            now.page,
            as_of=clock.today(),
            ground=restricted.ground_for(patient_id),
        )
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
        st.button("Try again", icon=":material/refresh:", key="gallery_again")
        return None


def _pictures(actor: Actor, opened: Heading, now: filters.State, page: Page) -> None:
    shown = Shown(
        tiles.tiles(page.pictures),
        tiles.groups(page.pictures),
        acts(actor, now, is_guessed=any(one.is_guessed for one in page.pictures)),
        now.purpose.value,
        _token(now),
        tiles.banner(opened.patient, clock.today()),
    )
    asked = component.draw(shown, key=f"gallery_{opened.patient.patient_id}")
    lens.watch(actor, [opened.patient.patient_id], now.purpose, key="gallery_lens")
    paging.draw(filters.page_key(now.scope), page.total, gallery.PAGE, ("Newer", "Older"))
    filters.write_address(now.scope)
    if asked.act:
        do(actor, opened, now, page.facets, asked)


def acts(actor: Actor, now: filters.State, *, is_guessed: bool) -> list[Act]:
    """Return what this person may do with pictures that they select."""
    may_add = access.can(actor, Permission.ADD_MEDIA)
    if now.filters.is_removed:
        return [RESTORING] if may_add else []
    found = [LABELLING] if may_add else []
    if may_add and is_guessed:
        found.append(CONFIRMING)
    found.append(COMPARING)
    if access.can(actor, Permission.EXPORT_MEDIA):
        found.append(PRINTING)
    return [*found, REMOVING] if may_add else found


def _token(now: filters.State) -> str:
    """Return what tells the browser whether what it has selected still holds."""
    turn = st.session_state.get(Keys.GALLERY_TURN, 0)
    return f"{now.scope} {now.purpose.value} {now.filters.is_removed} {turn}"


def destination(
    patient_id: UUID, purpose: Purpose, asked: Asked
) -> tuple[PageSpec, dict[str, str]] | None:
    """Return the screen that what was asked leads to, with its address; None where it stays."""
    ids = asked.media_ids
    if asked.act == component.OPEN and ids:
        query = {addresses.PATIENT: str(patient_id), addresses.MEDIA: str(ids[0])}
        return navigation.PHOTOGRAPH, _lens(query, purpose)
    if asked.act == COMPARE and len(ids) > 1:
        return navigation.COMPARE, _lens(_compared(patient_id, ids), purpose)
    return None


def do(actor: Actor, opened: Heading, now: filters.State, facets: Facets, asked: Asked) -> None:
    """Do with the selected pictures what was asked, or lead to where it is done."""
    patient_id, ids = opened.patient.patient_id, list(asked.media_ids)
    leads = destination(patient_id, now.purpose, asked)
    if leads is not None:
        st.switch_page(leads[0].path, query_params=leads[1])
    elif not ids:
        return
    elif asked.act == SHEET:
        sheets.offer(patient_id, ids, now.purpose)
    elif asked.act == LABEL:
        labels.begin(actor, patient_id, ids, labels.choices(actor, opened, facets))
    elif asked.act == CONFIRM:
        labels.confirm(actor, patient_id, ids)
    elif asked.act == REMOVE:
        removing.ask(patient_id, ids)
    elif asked.act == RESTORE:
        removing.put_back(patient_id, ids)


def _lens(query: dict[str, str], purpose: Purpose) -> dict[str, str]:
    return query if purpose is Purpose.RECORD else {**query, filters.FOR: purpose.value}


def _compared(patient_id: UUID, ids: Sequence[UUID]) -> dict[str, str]:
    first, second, *more = map(str, ids)
    query = {
        addresses.PATIENT: str(patient_id),
        addresses.FIRST: first,
        addresses.SECOND: second,
    }
    return {**query, addresses.MORE: ",".join(more)} if more else query
