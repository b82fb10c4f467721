"""Pictures across the clinic on the screen, those of each patient under that patient's banner."""

import streamlit as st

from lib.domain.access import Actor, Permission
from lib.errors import ClinicError
from lib.services.media import gallery
from lib.services.media.gallery import Page
from lib.ui import addresses, clock, navigation, paging, session
from lib.ui.components import gallery as component
from lib.ui.components import lens
from lib.ui.components.gallery import Asked, Shown
from lib.ui.media import filters, purposes, tiles

SCOPE = "clinic"
NONE_YET = (
    "Photographs and video of every patient will be here, the newest day first. They are brought "
    "in from a patient's record."
)


@st.fragment
def draw() -> None:
    """Draw the clinic's pictures; narrowing them runs nothing else."""
    actor = session.require(Permission.BROWSE_MEDIA)
    now = filters.state(SCOPE)
    try:
        page = gallery.clinic_page(
            session.clinic(), actor, now.filters, now.purpose, now.page, as_of=clock.today()
        )
    except ClinicError as error:
        st.error(error.message, icon=":material/error:")
        return
    purposes.draw(now)
    st.caption(purposes.sentence(now.purpose, page.total, page.hidden))
    if page.pictures or not page.hidden:
        filters.draw(now, page.facets)
    if page.pictures:
        _pictures(actor, now, page)
    else:
        purposes.nothing(now, page.hidden, NONE_YET)


def _pictures(actor: Actor, now: filters.State, page: Page) -> None:
    as_of = clock.today()
    banners = {key: tiles.banner(row, as_of) for key, row in page.patients.items()}
    shown = Shown(
        tiles.tiles(page.pictures),
        tiles.groups(page.pictures, banners),
        (),
        now.purpose.value,
        f"{SCOPE} {now.purpose.value}",
    )
    asked = component.draw(shown, key="gallery_clinic")
    lens.watch(actor, page.patients, now.purpose, key="gallery_lens")
    paging.draw(filters.page_key(SCOPE), page.total, gallery.PAGE, ("Newer", "Older"))
    filters.write_address(SCOPE)
    _follow(page, asked)


def _follow(page: Page, asked: Asked) -> None:
    if asked.href:
        navigation.follow(asked.href)
    found = [one for one in page.pictures if one.media_id in asked.media_ids]
    if asked.act == component.OPEN and found:
        query = {
            addresses.PATIENT: str(found[0].patient_id),
            addresses.MEDIA: str(found[0].media_id),
        }
        st.switch_page(navigation.PHOTOGRAPH.path, query_params=query)
