"""Retention: what is due, what expires when, and why any record is still here."""

from lib.domain.access import Permission
from lib.ui import clock, notices, session
from lib.ui.retention import forecast_section, listed, overview
from lib.ui.retention import wish as wishes

actor = session.require(Permission.VIEW_RETENTION)

wish = wishes.wish(clock.today())
overview.draw_head(actor, wish)
notices.say_now()
found = overview.view(actor, wish)
overview.draw_cards(found)
if found.may_list and wish.choice is not None:
    listed.draw(wish)
overview.draw_ahead(found)
forecast_section.draw(actor, found.schedule)
