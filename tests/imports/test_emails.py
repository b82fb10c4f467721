"""An email's file is read as plain words, whatever is done to it."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.errors import InvalidInputError
from lib.imports import emails


def moment(*figures: int) -> datetime:
    """Return a moment of UTC as the store keeps it: without a zone."""
    year, month, day, *rest = figures
    return datetime(year, month, day, *rest, tzinfo=UTC).replace(tzinfo=None)


NOW = moment(2026, 11, 24, 12)
PLAIN = b"""\
Received: from mail.example.org by mx.clinic.example; Mon, 23 Nov 2026 09:15:30 +0100
Authentication-Results: mx.clinic.example; spf=pass; dkim=pass; dmarc=pass
From: Ada Moss <Ada.Moss@Example.org>
To: hello@clinic.example
Subject: Stop
Date: Mon, 23 Nov 2026 08:15:00 +0000

Please stop emailing me.

On 20 Nov 2026, the clinic wrote:
> We would love to see you.
"""


def read(content: bytes) -> emails.Email:
    return emails.read(content, now=NOW)


def with_header(name: str, value: str) -> bytes:
    return f"{name}: {value}\n".encode() + PLAIN


def without(name: str) -> bytes:
    kept = [line for line in PLAIN.splitlines(keepends=True) if not line.startswith(name.encode())]
    return b"".join(kept)


def html(content: str) -> bytes:
    message = EmailMessage()
    message["From"] = "ada@example.org"
    message["Date"] = "Mon, 23 Nov 2026 08:15:00 +0000"
    message.set_content(content, subtype="html")
    return message.as_bytes()


def test_an_email_is_read_in_plain_words() -> None:
    assert read(PLAIN) == emails.Email(
        senders=("ada.moss@example.org",),
        sender_name="Ada Moss",
        subject="Stop",
        received_at=moment(2026, 11, 23, 8, 15, 30),
        text=PLAIN.split(b"\n\n", 1)[1].decode(),
        own_text="Please stop emailing me.",
        attachments=(),
        doubts=(),
    )


def test_the_time_is_that_of_the_last_server_and_else_the_senders_own() -> None:
    assert read(without("Received")).received_at == moment(2026, 11, 23, 8, 15)
    lower = PLAIN.replace(b"From:", b"Received: by x; Sun, 1 Nov 2026 00:00:00 +0000\nFrom:")
    assert read(lower).received_at == moment(2026, 11, 23, 8, 15, 30)


def test_a_time_without_a_zone_is_taken_for_utc() -> None:
    bare = without("Received").replace(b"08:15:00 +0000", b"08:15:00 -0000")
    assert read(bare).received_at == moment(2026, 11, 23, 8, 15)


def test_a_time_that_has_not_come_is_not_believed() -> None:
    ahead = PLAIN.replace(b"23 Nov 2026 09:15:30", b"23 Nov 2027 09:15:30")
    assert read(ahead).received_at == moment(2026, 11, 23, 8, 15)
    assert read(ahead).doubts == (emails.IN_FUTURE,)
    both = ahead.replace(b"23 Nov 2026 08:15:00", b"23 Nov 2028 08:15:00")
    assert (read(both).received_at, read(both).doubts) == (None, (emails.IN_FUTURE,))


def test_an_email_without_a_time_says_so() -> None:
    found = read(without("Received").replace(b"Mon, 23 Nov 2026 08:15:00 +0000", b"soon"))
    assert (found.received_at, found.doubts) == (None, (emails.NO_TIME,))


@pytest.mark.parametrize("verdict", ["dmarc=fail", "spf=softfail", "DKIM = permerror"])
def test_a_sender_whom_the_server_doubted_is_doubted(verdict: str) -> None:
    forged = PLAIN.replace(b"dmarc=pass", verdict.encode())
    assert read(forged).doubts == (emails.NOT_VOUCHED,)


def test_only_the_word_of_the_clinics_own_server_counts() -> None:
    below = PLAIN.replace(b"From:", b"Authentication-Results: evil; dmarc=fail\nFrom:")
    assert read(below).doubts == ()


def test_two_senders_are_doubted() -> None:
    found = read(with_header("From", "other@example.org"))
    assert found.senders == ("other@example.org", "ada.moss@example.org")
    assert (
        found.doubts
        == (
            emails.TWO_SENDERS,
            emails.NAME_IS_ADDRESS.format("x") if False else emails.TWO_SENDERS,
        )[:1]
    )
    listed = PLAIN.replace(b"<Ada.Moss@Example.org>", b"<a@example.org>, b@example.org")
    assert read(listed).senders == ("a@example.org", "b@example.org")
    assert read(listed).doubts == (emails.TWO_SENDERS,)


def test_a_name_that_is_written_like_another_address_is_doubted() -> None:
    honest = b"Ada Moss <Ada.Moss@Example.org>"
    forged = b'"ada@nhs.example" <x@evil.example>'
    found = read(PLAIN.replace(honest, forged))
    assert found.senders == ("x@evil.example",)
    assert found.doubts == (emails.NAME_IS_ADDRESS.format("ada@nhs.example"),)


def test_answers_that_go_elsewhere_are_doubted() -> None:
    found = read(with_header("Reply-To", "x@evil.example"))
    assert found.doubts == (emails.OTHER_REPLY.format("x@evil.example"),)
    assert read(with_header("Reply-To", "ADA.moss@example.org")).doubts == ()


def test_html_is_plain_text_and_nothing_of_it_is_kept() -> None:
    found = read(
        html(
            "<script>alert(1)</script><style>p{}</style><p>Please <b>stop</b></p>"
            "<p style='display:none'>pay me</p><img src='http://evil/x.png' alt='x'>"
            "<a href='javascript:alert(1)'>emailing me</a>"
        )
    )
    assert found.text.split() == ["Please", "stop", "emailing", "me"]


def test_plain_text_is_preferred_to_html() -> None:
    message = EmailMessage()
    message["From"] = "ada@example.org"
    message.set_content("plain words")
    message.add_alternative("<p>other words</p>", subtype="html")
    assert read(message.as_bytes()).text == "plain words\n"


def test_what_turns_or_hides_text_is_taken_out() -> None:
    tricky = PLAIN.replace(b"Ada Moss", "Ada \N{RIGHT-TO-LEFT OVERRIDE}Moss\x07".encode())
    assert read(tricky).sender_name == "Ada Moss"
    assert emails.clean("a\r\nb\rc\N{ZERO WIDTH SPACE}d\x1b[0m") == "a\nb\ncd[0m"


def test_attachments_are_named_and_not_opened() -> None:
    message = EmailMessage()
    message["From"] = "ada@example.org"
    message.set_content("see file")
    message.add_attachment(b"MZ" + bytes(100_000), maintype="application", subtype="x-dosexec",
                           filename="../../form.exe")  # fmt: skip
    message.add_attachment(b"x", maintype="image", subtype="png")
    found = read(message.as_bytes())
    assert [(one.name, one.media_type) for one in found.attachments] == [
        ("../../form.exe", "application/x-dosexec"),
        ("without a name", "image/png"),
    ]


def test_a_long_text_is_cut_and_says_so() -> None:
    found = read(PLAIN + b"more words " * 5_000)
    assert len(found.text) == emails.MOST_TEXT
    assert found.doubts == (emails.CUT,)


def test_an_email_without_a_text_has_none() -> None:
    message = EmailMessage()
    message["From"] = "ada@example.org"
    message["Date"] = "Mon, 23 Nov 2026 08:15:00 +0000"
    message.add_attachment(b"x", maintype="image", subtype="png", filename="x.png")
    assert (read(message.as_bytes()).text, read(message.as_bytes()).own_text) == ("", "")


def test_an_unknown_character_set_is_read_as_far_as_it_goes() -> None:
    odd = PLAIN.replace(b"Subject: Stop", b"Subject: Stop\nContent-Type: text/plain; charset=x-odd")
    assert read(odd).own_text == "Please stop emailing me."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b" \n", emails.NOTHING),
        (emails.OUTLOOK_MARK + b"rest", emails.OUTLOOK),
        (b"%PDF-1.7 and so on", emails.NO_EMAIL),
        (b"Subject: no sender\n\nhello", emails.NO_EMAIL),
        (b"From: nobody in particular\n\nhello", emails.NO_EMAIL),
        (b"From: a@example.org\n\n" + b"x" * emails.MOST_BYTES, emails.TOO_LARGE),
    ],
)
def test_what_is_no_email_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(InvalidInputError) as raised:
        read(content)
    assert (raised.value.message, raised.value.field) == (message, emails.FIELD)


@pytest.mark.parametrize(
    "header",
    [
        b"Received: [\nContent-Type: charset=\x00",
        b'From: "',
        b"From: ?:;\x00\xff;",
        b"Reply-To: \n \n .b@c.de",
    ],
)
def test_headers_that_break_the_readers_own_rules_are_refused(header: bytes) -> None:
    with pytest.raises(InvalidInputError) as raised:
        read(b"From: a@example.org\n" + header + b"\n\nhello\n")
    assert raised.value.message == emails.NO_EMAIL


@pytest.mark.parametrize("depth", [60, 3_000])
def test_parts_within_parts_without_end_are_refused(depth: int) -> None:
    opened = "".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth)
    )
    wide = "".join("--b0\nContent-Type: text/plain\n\nx\n" for _ in range(emails.MOST_PARTS))
    with pytest.raises(InvalidInputError) as raised:
        read(f"From: a@example.org\n{opened}Content-Type: text/plain\n\nx\n{wide}".encode())
    assert raised.value.message == emails.TOO_NESTED


@settings(max_examples=60)
@given(st.binary(max_size=400), st.integers(0, len(PLAIN)))
def test_whatever_is_in_the_file_it_is_read_or_refused(junk: bytes, place: int) -> None:
    try:
        found = read(PLAIN[:place] + junk + PLAIN[place:])
    except InvalidInputError:
        return
    assert found.received_at is None or found.received_at <= NOW
    assert found.text == emails.clean(found.text)
