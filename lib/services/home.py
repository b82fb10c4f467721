"""What needs each person today. Features register what they have to say; home asks them all.

Whatever a feature counts here must be the count of the screen that it leads to.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lib.domain.access import Actor, Permission, can
from lib.services.clinic import Clinic


class Urgency(StrEnum):
    """How a matter presses; a word, which the screen shows with a shape."""

    OVERDUE = "overdue"
    DUE = "to do"
    INFORMATION = "for information"


@dataclass(frozen=True, slots=True)
class HomeItem:
    """One matter: what it is, how many, how it presses and the screen that deals with it.

    `path` is the screen's file under pages/, None where there is none for this person; `query` goes
    into its address (opaque values only).
    """

    title: str
    count: int | None
    detail: str
    urgency: Urgency
    path: str | None = None
    query: tuple[tuple[str, str], ...] = ()


Provider = Callable[[Clinic, Actor, date], Iterable[HomeItem]]
ORDER = tuple(Urgency)


@dataclass(frozen=True, slots=True)
class Registration:
    """Who may hear of a matter, and the function that looks it up."""

    permission: Permission
    provider: Provider


_registered: list[Registration] = []


def register(permission: Permission, provider: Provider) -> None:
    """Let `provider` speak on the home page of everybody who holds the permission."""
    registration = Registration(permission, provider)
    if registration not in _registered:
        _registered.append(registration)


def items(clinic: Clinic, actor: Actor, as_of: date) -> list[HomeItem]:
    """Return what needs the actor on the day, the most pressing first."""
    found = [
        item
        for registration in _registered
        if can(actor, registration.permission)
        for item in registration.provider(clinic, actor, as_of)
    ]
    # A matter with a number presses more than one without.
    return sorted(found, key=lambda item: (ORDER.index(item.urgency), item.count is None))
