"""The form that builds a list: the message, what the law asks of it, and whom it is for."""

from collections.abc import Mapping

import streamlit as st

from lib.domain import campaign_form as form_rules
from lib.domain.access import Actor, Permission
from lib.domain.campaign_form import NEW, Draft
from lib.domain.consent import Channel
from lib.domain.products import Group
from lib.errors import ClinicError
from lib.services import campaigns, practitioners
from lib.services.campaigns import NewCampaign
from lib.ui import addresses, clock, drafts, fields, formats, marketing_words, navigation, session
from lib.ui.drafts import FormState
from lib.ui.keys import Keys

WAYS = {channel.value: marketing_words.channel(channel) for channel in Channel}
GROUPS = {"": "Anybody", **{group.value: formats.words(group.value) for group in Group}}
HEALTH = (
    "What somebody was treated with is health data: only those who gave explicit consent to this "
    "channel will be in."
)
DAY_HINT = "24/11/2026"


@st.fragment
def draw(actor: Actor) -> None:
    """Draw the form; only this part runs again while somebody types."""
    actor = session.require(Permission.RUN_CAMPAIGNS)
    form = drafts.loose(Keys.CAMPAIGN_FORM, NEW)
    found = form_rules.read(form.values, clock.today())
    st.subheader("Build a list", anchor=False)
    _message(form, found.faults)
    st.markdown("**Whom it is for**")
    _audience(actor, form, found.faults)
    _law(form, found)
    if fields.save_button(form, "Build the list", "playlist_add_check") and not found.faults:
        _build(actor, form, found)


def _message(form: FormState, faults: Mapping[str, str]) -> None:
    fields.text(form, "name", "Name", faults, "December news")
    fields.segments(form, "channel", "Sent by", WAYS)
    fields.area(form, "text", "The message, or what it says", faults)


def _audience(actor: Actor, form: FormState, faults: Mapping[str, str]) -> None:
    first, last = st.columns(2)
    with first:
        fields.text(form, "seen_from", "Last seen from", faults, DAY_HINT)
    with last:
        fields.text(form, "seen_until", "Last seen until", faults, DAY_HINT)
    town, postcode = st.columns(2)
    with town:
        fields.text(form, "town", "Town", faults)
    with postcode:
        fields.text(form, "postcode", "Postcode begins with", faults, "LS or LS6")
    names = practitioners.list_names(session.clinic(), actor)
    known = {"": "Anybody", **{str(key): name for key, name in names.items()}}
    who, treated = st.columns(2)
    with who:
        fields.choice(form, "practitioner_id", "Seen last by", known)
    with treated:
        fields.choice(form, "product_group", "Treated with", GROUPS)


def _law(form: FormState, found: Draft) -> None:
    st.markdown("**What the law asks**")
    fields.tick(form, "has_opt_out", "The message says how to opt out")
    if not form.values["has_opt_out"]:
        st.caption("Every message must: without it nobody will be in.")
    fields.tick(form, "is_similar_service", "It is about services like those that they bought")
    if found.audience.uses_health_data:
        st.checkbox("It uses health data", value=True, disabled=True)
        st.caption(HEALTH)
    else:
        fields.tick(form, "uses_health_data", "It uses health data")


def _build(actor: Actor, form: FormState, found: Draft) -> None:
    wanted = NewCampaign(form.form_id, found.name, found.text, found.message, found.audience)
    try:
        with st.spinner("Looking at every patient…", show_time=True):
            campaigns.build(session.clinic(), actor, wanted, now=clock.now(), as_of=clock.today())
    except ClinicError as error:
        fields.problem(error.message)
        return
    st.session_state.pop(Keys.CAMPAIGN_FORM, None)
    query = {addresses.CAMPAIGN: str(wanted.campaign_id)}
    st.switch_page(navigation.CAMPAIGN.path, query_params=query)
