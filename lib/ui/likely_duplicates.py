"""Who on file looks like the person being registered; draws nothing where nobody does."""

from lib.domain.access import Actor
from lib.domain.likely import Typed


def draw(actor: Actor, typed: Typed) -> None:
    """Show the records that may be the person typed, each with why."""
    del actor, typed
