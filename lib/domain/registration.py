"""What somebody types of a patient, read field by field: the values, or why one cannot be; pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from lib.domain import patient
from lib.domain.dates import Order, date_of
from lib.domain.patient import Phone, Sex
from lib.errors import InvalidInputError

Value = TypeVar("Value")
Typed = Mapping[str, object]

LONGEST_NAME = 200
LONGEST_TEXT = 4_000
MUST_HAVE_A_NAME = "give at least one name"
NEED_WITHOUT_ADJUSTMENT = "say what the clinic does about it"
ADJUSTMENT_WITHOUT_NEED = "say what the patient needs it for"
LONG_TEXTS = frozenset({"note", "need", "adjustment"})


class Source(StrEnum):
    """Who a fact comes from; the words are those of the store (rule G3)."""

    PATIENT = "patient"
    PROFESSIONAL = "professional"
    THIRD_PARTY = "third_party"


@dataclass(frozen=True, slots=True)
class Details:
    """The values of a patient's own row."""

    title: str | None
    given_names: str
    family_name: str
    preferred_name: str | None
    sex: Sex
    born_on: date | None
    deceased_on: date | None
    source: Source
    source_detail: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; at least one line is there."""

    line_1: str | None
    line_2: str | None
    town: str | None
    county: str | None
    postcode: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A reasonable adjustment: the need, what the clinic does, and who may know (rule G4)."""

    need: str
    adjustment: str
    has_consent_to_share: bool


@dataclass(frozen=True, slots=True)
class Registration:
    """Somebody new: who they are and how they are reached."""

    details: Details
    phones: tuple[Phone, ...] = ()
    emails: tuple[str, ...] = ()
    address: Address | None = None
    adjustment: Adjustment | None = None


@dataclass(slots=True)
class Reading:
    """Fields read so far; `faults` has the reason of each that could not be, by its name."""

    typed: Typed
    faults: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return a text without the space around it; a fault when it is longer than is kept."""
        given = " ".join(str(self.typed.get(name) or "").split(" ")).strip()
        longest = LONGEST_TEXT if name in LONG_TEXTS else LONGEST_NAME
        if len(given) > longest:
            self.faults[name] = f"this is longer than {longest:,} characters"
        return given

    def maybe(self, name: str) -> str | None:
        """Return a text, None where nothing was typed."""
        return self.text(name) or None

    def value(self, name: str, parse: Callable[[str], Value], absent: Value) -> Value:
        """Return what a text means, `absent` where nothing was typed or it means nothing."""
        given = self.text(name)
        if not given:
            return absent
        try:
            return parse(given)
        except InvalidInputError as error:
            self.faults[name] = error.message
            return absent

    def one_of(self, name: str, words: type[Source] | type[Sex], usual: str) -> str:
        """Return one of a few words; anything else is a fault."""
        given = self.text(name) or usual
        if given not in set(words):
            self.faults[name] = "choose one of the list"
            return usual
        return given


def read_details(reading: Reading, as_of: date) -> Details:
    """Return the values of the patient's row; what cannot be read is in the reading's faults."""
    found = Details(
        title=reading.maybe("title"),
        given_names=reading.text("given_names"),
        family_name=reading.text("family_name"),
        preferred_name=reading.maybe("preferred_name"),
        sex=Sex(reading.one_of("sex", Sex, Sex.NOT_KNOWN)),
        born_on=reading.value("born_on", lambda text: _day(text, as_of), None),
        deceased_on=reading.value("deceased_on", lambda text: _day(text, as_of), None),
        source=Source(reading.one_of("source", Source, Source.PATIENT)),
        source_detail=reading.maybe("source_detail"),
        note=reading.maybe("note"),
    )
    if not found.given_names and not found.family_name:
        reading.faults["family_name"] = MUST_HAVE_A_NAME
    fault = patient.fault_of_dates(found.born_on, found.deceased_on, None, as_of)
    if fault is not None:
        reading.faults.setdefault(*fault)
    return found


def read_phones(reading: Reading, name: str, region: str) -> tuple[Phone, ...]:
    """Return the numbers of one field."""
    none: tuple[Phone, ...] = ()
    return reading.value(name, lambda text: patient.phones_of(text, None, region), none)


def read_emails(reading: Reading, name: str) -> tuple[str, ...]:
    """Return the email addresses of one field."""
    none: tuple[str, ...] = ()
    return reading.value(name, patient.emails_of, none)


def read_address(reading: Reading) -> Address | None:
    """Return the address; None where nothing was typed but a country."""
    country = reading.text("country")
    postcode = patient.postcode_of(reading.text("postcode"), country)
    found = Address(
        line_1=reading.maybe("line_1"),
        line_2=reading.maybe("line_2"),
        town=reading.maybe("town"),
        county=reading.maybe("county"),
        postcode=postcode or None,
        country=country or None,
    )
    known = (found.line_1, found.line_2, found.town, found.county, found.postcode)
    return found if any(known) else None


def read_adjustment(reading: Reading) -> Adjustment | None:
    """Return the adjustment, which needs both its parts; None where nothing was typed."""
    need, adjustment = reading.text("need"), reading.text("adjustment")
    if need and not adjustment:
        reading.faults["adjustment"] = NEED_WITHOUT_ADJUSTMENT
    if adjustment and not need:
        reading.faults["need"] = ADJUSTMENT_WITHOUT_NEED
    if not need or not adjustment:
        return None
    return Adjustment(need, adjustment, bool(reading.typed.get("is_shared")))


def read_registration(reading: Reading, region: str, as_of: date) -> Registration:
    """Return somebody new as far as they could be read. `region` is of phones without prefix."""
    return Registration(
        read_details(reading, as_of),
        read_phones(reading, "phones", region),
        read_emails(reading, "emails"),
        read_address(reading),
        read_adjustment(reading),
    )


def _day(text: str, as_of: date) -> date:
    # Screens write 14-Jul-1945, and so may whoever types.
    return date_of(text, Order.DAY_FIRST, as_of)
