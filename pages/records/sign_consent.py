"""Signing a form of consent in the room, on a tablet that is handed to the patient."""

from lib.domain.access import Permission
from lib.ui import opening, session
from lib.ui.consent import signing

actor = session.require(Permission.RECORD_CONSENT)

opened = opening.heading(actor)
signing.draw(actor, opened)
