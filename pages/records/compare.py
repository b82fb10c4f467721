"""Two or more photographs of a patient, compared."""

from lib.domain.access import Permission
from lib.ui import opening, session
from lib.ui.media import compare

actor = session.require(Permission.VIEW_MEDIA)

opened = opening.heading(actor)
compare.draw(actor, opened)
