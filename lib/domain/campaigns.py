"""Campaigns: whom a list is for, and the reasons that it counts; pure."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from uuid import UUID

from lib.domain.marketing import Why

# In and out, each in the order in which the screen counts them.
INCLUDED = (Why.CONSENT, Why.SOFT_OPT_IN)
LEFT_OUT = tuple(why for why in Why if why not in INCLUDED)


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a list is for: everybody whom each part that is said holds for."""

    seen_from: date | None = None
    seen_until: date | None = None
    practitioner_id: UUID | None = None
    town: str = ""
    # The beginning of a postcode, like `LS` or `LS6`.
    postcode: str = ""
    # Treated with a product of this group.
    product_group: str = ""

    @property
    def uses_health_data(self) -> bool:
        """Tell whether choosing these people already uses what they were treated for."""
        return bool(self.product_group)

    def as_json(self) -> str:
        """Return the text that the store keeps."""
        said = {name: str(value) for name, value in asdict(self).items() if value}
        return json.dumps(said, sort_keys=True)


EVERYBODY = Audience()
DAYS = frozenset({"seen_from", "seen_until"})


def audience_of(text: str) -> Audience:
    """Return the audience that a kept text says."""
    said: Mapping[str, str] = json.loads(text)
    values: dict[str, object] = {}
    for one in fields(Audience):
        if one.name not in said:
            continue
        value = said[one.name]
        if one.name in DAYS:
            values[one.name] = date.fromisoformat(value)
        else:
            values[one.name] = UUID(value) if one.name == "practitioner_id" else value
    return Audience(**values)  # type: ignore[arg-type]


def postcode_start(text: str) -> str:
    """Return the beginning of a postcode as postcodes are kept, like `LS6` or `LS6 1`."""
    return " ".join(text.upper().split())
