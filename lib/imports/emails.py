"""Reading an email that was saved as a file (.eml): who wrote, when it came, what it says.

The file is hostile until a person has looked at it: nothing of it is rendered, fetched or run. HTML
becomes plain text, attachments are named and not opened, and a sender is only ever a claim.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from inscriptis import get_text

from lib.errors import InvalidInputError

MOST_BYTES = 25_000_000
MOST_PARTS = 200
# A withdrawal is a few sentences; more is there for whoever opens the file itself.
MOST_TEXT = 20_000
MOST_HTML = 1_000_000
LONGEST_HEADER = 300
FIELD = "email"

NO_EMAIL = "This is not an email. Save it from the mail program as a file that ends in .eml."
OUTLOOK = (
    "This is a message in Outlook's own form (.msg). "
    "Save it as .eml: drag it into a new message, or open it in the browser and download it."
)
TOO_LARGE = (
    "This email is larger than 25 MB. Save it without its attachments, or note what it says."
)
TOO_NESTED = "This email holds too many parts within each other to be read. Note what it says."
NOTHING = "The file is empty. Save the email again."
OUTLOOK_MARK = bytes.fromhex("D0CF11E0A1B11AE1")

NOT_VOUCHED = "The mail server that took it in doubted that it came from this sender."
TWO_SENDERS = "It names more than one sender, which honest mail programs do not do."
OTHER_REPLY = "Answers to it would go to another address: {}."
NAME_IS_ADDRESS = "The sender's name is written like another address: {}."
IN_FUTURE = "It says that it came later than now."
NO_TIME = "It does not say when it came."
CUT = "It is long: only its beginning is shown."

AUTHENTICATION = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
REFUSED_AT_DOOR = frozenset({"fail", "softfail", "permerror"})
ADDRESS = re.compile(r"[^@\s<>()\",;:]+@[^@\s<>()\",;:]+\.[^@\s<>()\",;:]+")
QUOTE_BEGINS = re.compile(
    r"^(?:-{2,}\s*original message|from:\s.+@|on .{4,120} wrote:\s*$|_{10,}\s*$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with the email; it is not opened."""

    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Email:
    """An email in plain words.

    `senders` are addresses in small letters (one, in an honest email); `received_at` is UTC to the
    second, None where it says nothing; `own_text` is what the sender wrote, without quotations;
    `doubts` are sentences about the sender or the time that a person should weigh.
    """

    senders: tuple[str, ...]
    sender_name: str
    subject: str
    received_at: datetime | None
    text: str
    own_text: str
    attachments: tuple[Attachment, ...]
    doubts: tuple[str, ...]


def read(content: bytes, *, now: datetime) -> Email:
    """Return what an email's file says; `now` is UTC.

    Raises `InvalidInputError` where it is no email, too large, or too deep to be read.
    """
    _check(content)
    try:
        message = BytesParser(policy=policy.default).parsebytes(content)
        return _read(message, now)
    except RecursionError as error:
        raise InvalidInputError(TOO_NESTED, field=FIELD) from error
    except (MessageError, LookupError, ValueError, AttributeError, TypeError) as error:
        # What the standard library raises on headers that break its rules (found by trying).
        raise InvalidInputError(NO_EMAIL, field=FIELD) from error


def _check(content: bytes) -> None:
    if not content.strip():
        raise InvalidInputError(NOTHING, field=FIELD)
    if len(content) > MOST_BYTES:
        raise InvalidInputError(TOO_LARGE, field=FIELD)
    if content.startswith(OUTLOOK_MARK):
        raise InvalidInputError(OUTLOOK, field=FIELD)


def _read(message: EmailMessage, now: datetime) -> Email:
    senders = _senders(message)
    if not senders:
        raise InvalidInputError(NO_EMAIL, field=FIELD)
    parts = _parts(message)
    written = _text(message)
    text = written[:MOST_TEXT]
    received_at, is_future = _received(message, now)
    doubts = [*_doubts(message, senders)]
    doubts += [IN_FUTURE] * is_future + [NO_TIME] * (received_at is None and not is_future)
    doubts += [CUT] * (len(written) > MOST_TEXT)
    return Email(
        senders=senders,
        sender_name=_header(_name(message)),
        subject=_header(_raw(message, "Subject")),
        received_at=received_at,
        text=text,
        own_text=own(text),
        attachments=tuple(_attachments(parts)),
        doubts=tuple(doubts),
    )


def own(text: str) -> str:
    """Return what the sender wrote: without the message that they answer and its marks."""
    kept: list[str] = []
    for line in text.splitlines():
        if QUOTE_BEGINS.match(line.strip()):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip()


def _senders(message: EmailMessage) -> tuple[str, ...]:
    found = (one.addr_spec.casefold() for one in _addresses(message, "From"))
    return tuple(dict.fromkeys(one for one in found if ADDRESS.fullmatch(one)))


def _addresses(message: EmailMessage, name: str) -> Iterator[Address]:
    for header in message.get_all(name, []):
        yield from getattr(header, "addresses", ())


def _name(message: EmailMessage) -> str:
    return next((one.display_name for one in _addresses(message, "From")), "")


def _doubts(message: EmailMessage, senders: tuple[str, ...]) -> Iterator[str]:
    results = message.get_all("Authentication-Results", [])
    # The topmost is that of the clinic's own server; those below came with the message.
    checks = AUTHENTICATION.findall(str(results[0])) if results else []
    if any(verdict.casefold() in REFUSED_AT_DOOR for _, verdict in checks):
        yield NOT_VOUCHED
    if len(senders) > 1 or len(message.get_all("From", [])) > 1:
        yield TWO_SENDERS
    replies = [one.addr_spec.casefold() for one in _addresses(message, "Reply-To")]
    elsewhere = next((one for one in replies if one not in senders), None)
    if elsewhere:
        yield OTHER_REPLY.format(_header(elsewhere))
    named = ADDRESS.search(_name(message))
    if named and named[0].casefold() not in senders:
        yield NAME_IS_ADDRESS.format(_header(named[0]))


def _received(message: EmailMessage, now: datetime) -> tuple[datetime | None, bool]:
    """Return when the last server took it in, else when it says it was sent; whether that is ahead.

    A moment that has not come yet is not believed.
    """
    stamps = [str(one).rpartition(";")[2] for one in message.get_all("Received", [])[:1]]
    is_future = False
    for stamp in (*stamps, _raw(message, "Date")):
        moment = _moment(stamp)
        if moment is not None and moment <= now:
            return moment, is_future
        is_future = is_future or moment is not None
    return None, is_future


def _moment(stamp: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(stamp.strip())
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        return aware.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _parts(message: EmailMessage) -> list[EmailMessage]:
    found: list[EmailMessage] = []
    for part in message.walk():
        found.append(part)
        if len(found) > MOST_PARTS:
            raise InvalidInputError(TOO_NESTED, field=FIELD)
    return found


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    payload = body.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    charset = body.get_content_charset("utf-8")
    try:
        text = raw.decode(charset, errors="replace")
    except LookupError:
        text = raw.decode("utf-8", errors="replace")
    if body.get_content_subtype() == "html":
        text = get_text(text[:MOST_HTML])
    return clean(text)


def _attachments(parts: Iterable[EmailMessage]) -> Iterator[Attachment]:
    for part in parts:
        name = part.get_filename()
        if name or part.get_content_disposition() == "attachment":
            yield Attachment(_header(name or "without a name"), part.get_content_type())


def _raw(message: EmailMessage, name: str) -> str:
    found = message.get_all(name, [])
    return str(found[0]) if found else ""


def _header(text: str) -> str:
    return " ".join(clean(text).split())[:LONGEST_HEADER]


def clean(text: str) -> str:
    """Return text without what could make it look other than it is: controls, turned directions."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        one
        for one in lines
        if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cf", "Co", "Cs", "Cn"}
    )
