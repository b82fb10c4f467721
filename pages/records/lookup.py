"""Find a patient: one box, whatever is known."""

from lib.domain.access import Permission
from lib.ui import lookup, session

session.require(Permission.SEARCH_PATIENTS)

lookup.draw()
