"""Templates: how a treatment with one product is usually given; pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from lib.domain.charts import Chart
from lib.errors import InvalidInputError

LONGEST_NAME = 200
LONGEST_AFTERCARE = 4_000
MOST_AREAS = 30
MOST_DAYS = 730


@dataclass(frozen=True, slots=True)
class UsualDose:
    """An area with the dose that is usual there, in the product's unit; None where it varies."""

    area: str
    dose: Decimal | None


@dataclass(frozen=True, slots=True)
class Template:
    """A treatment as it is usually given. Money is in pence; `chart` is the one it opens on."""

    template_id: UUID
    product_id: UUID
    name: str
    chart: Chart
    areas: tuple[UsualDose, ...]
    aftercare: str | None
    follow_up_days: int | None
    price_pence: int | None
    is_active: bool
    version: int
    changed_at: datetime

    def follow_up_due(self, treated_on: date) -> date | None:
        """Return when the patient is to be seen again, or None."""
        return treated_on + timedelta(days=self.follow_up_days) if self.follow_up_days else None


def check(template: Template) -> None:
    """Raise `InvalidInputError`, with its field, for a template that could not be used."""
    if not template.name.strip() or len(template.name) > LONGEST_NAME:
        message = f"give it a name of at most {LONGEST_NAME} characters"
        raise InvalidInputError(message, field="name")
    if not 0 < len(template.areas) <= MOST_AREAS:
        message = f"give it between 1 and {MOST_AREAS} areas"
        raise InvalidInputError(message, field="areas")
    for usual in template.areas:
        if not usual.area.strip() or len(usual.area) > LONGEST_NAME:
            message = "every area needs a name"
            raise InvalidInputError(message, field="areas")
        if usual.dose is not None and usual.dose <= 0:
            message = "a dose is more than nothing; leave it empty where it varies"
            raise InvalidInputError(message, field="areas")
    if len({usual.area.casefold() for usual in template.areas}) < len(template.areas):
        message = "every area comes once"
        raise InvalidInputError(message, field="areas")
    if template.follow_up_days is not None and not 0 < template.follow_up_days <= MOST_DAYS:
        message = f"a follow-up comes between 1 and {MOST_DAYS} days later"
        raise InvalidInputError(message, field="follow_up_days")
    if len(template.aftercare or "") > LONGEST_AFTERCARE:
        message = f"aftercare holds at most {LONGEST_AFTERCARE:,} characters"
        raise InvalidInputError(message, field="aftercare")
