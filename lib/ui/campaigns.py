"""The list of campaigns on the screen, with how far each is."""

from lib.domain.access import Actor
from lib.services import campaigns
from lib.services.campaigns import Listed
from lib.store.campaigns import Campaign
from lib.ui import addresses, clock, formats, marketing_words, navigation, session
from lib.ui.components import blocks
from lib.ui.components.blocks import Column, Link, Mark, Said, Table, Tone

COLUMNS = (
    Column("Campaign"),
    Column("In", is_figure=True, is_short=True),
    Column("Built", is_short=True),
    Column("State", is_short=True),
)
NONE_YET = (
    "No list was built yet. Say what you want to send and to whom: the list tells for each person "
    "whether they may be written to, and why."
)


def draw_list(actor: Actor) -> None:
    """Draw every campaign, those under way first."""
    found = campaigns.list_campaigns(session.clinic(), actor)
    rows = tuple(
        (
            Link(
                one.campaign.name,
                navigation.href(
                    navigation.CAMPAIGN, {addresses.CAMPAIGN: str(one.campaign.campaign_id)}
                ),
                marketing_words.channel(one.campaign.channel),
            ),
            formats.figure(one.included),
            Said(formats.moment(one.campaign.built_at), one.campaign.built_by or ""),
            state(one.campaign),
        )
        for one in found
    )
    caption = _caption(found) if found else ""
    blocks.draw([Table("", COLUMNS, rows, caption=caption, empty=NONE_YET)], key="campaigns")


def _caption(found: list[Listed]) -> str:
    under_way = sum(_is_under_way(one.campaign) for one in found)
    return f"{under_way:,} under way, {len(found) - under_way:,} sent or closed"


def _is_under_way(one: Campaign) -> bool:
    return one.sent_on is None and one.closed_at is None


def state(one: Campaign) -> Mark:
    """Return how far a campaign is."""
    if one.sent_on is not None:
        return Mark(f"Sent {formats.day(one.sent_on)}", "send", Tone.GOOD)
    if one.closed_at is not None:
        closed = formats.day(clock.local(one.closed_at).date())
        return Mark(f"Closed {closed}", "close", Tone.PLAIN)
    if one.exported_at is not None:
        return Mark("File made", "table_view", Tone.WARN)
    return Mark("Built", "playlist_add_check", Tone.INFO)
