"""The certificate of a disposal on the screen: what went, what remains by which rule, the proof."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import streamlit as st

from lib.domain import certificates as rules
from lib.domain.access import Actor
from lib.domain.certificates import Signed
from lib.services import downloads
from lib.services.disposal import certificates
from lib.store.certificates import CertificateRow
from lib.ui import clock, formats, printing, session
from lib.ui.components import blocks
from lib.ui.components.blocks import Column, Fact, Facts, Notice, Notices, Table, Tone, Value

WENT = (Column("What"), Column("Number", is_figure=True))
REMAINS = (Column("What"), Column("Rule", is_short=True), Column("Number", is_figure=True))
SEARCHED = (Column("Where"), Column("Looked through", is_figure=True))
NOTHING_REMAINS = "Nothing of these records remains but this case, without identity."
NOT_ISSUED = "No record went, so there is no certificate. The case note says why."
CHECK = "python -m lib verify --certificate FILE"


def draw(actor: Actor, case_id: UUID) -> None:
    """Draw a case's certificate as it was signed, and the ways to its files."""
    row = certificates.of_case(session.clinic(), actor, case_id)
    if row is None:
        # Nothing was disposed of, as where every record was held back: nothing is to be certified.
        st.caption(NOT_ISSUED)
        return
    signed = certificates.signed_of(session.clinic(), row)
    said = rules.certificate_in(signed.content)
    with st.container(border=True, key="disposal_certificate"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(f"Certificate of disposal {row.number}", anchor=False)
            _draw_files(actor, row)
        blocks.draw([_finding(said), _heading(said)], key="certificate_head")
        went, remains = st.columns(2, gap="large")
        with went:
            blocks.draw([_went(said)], key="certificate_went")
        with remains:
            blocks.draw([_remains(said)], key="certificate_remains")
        blocks.draw([_searched(said), _signature(signed)], key="certificate_proof")


def _finding(said: Mapping[str, Any]) -> Notices:
    hits = int(said["search"]["hits"])
    if hits:
        found = f"{formats.counted(hits, 'trace')} left"
        notice = Notice(found, ("See what remains, and by which rule.",), "error", Tone.ALERT)
    else:
        records = formats.counted(len(said["items"]) + len(said["partial"]), "record")
        title = f"{records} gone: a search of everything that is left found nothing of them"
        notice = Notice(title, (_backups(said),), "verified", Tone.GOOD)
    return Notices("", (notice,))


def _backups(said: Mapping[str, Any]) -> str:
    ends = said.get("backups_end_on")
    if not ends:
        return "No back-up that is kept was made before they went."
    day = formats.day(date.fromisoformat(ends))
    return (
        f"The last back-up that can still hold them ends on {day}. Their pictures cannot be opened "
        "there either: the keys are gone."
    )


def _heading(said: Mapping[str, Any]) -> Facts:
    items, partial = said["items"], said["partial"]
    facts = [
        Fact("Records", (Value(_numbers(items)),)),
        Fact("Method", (Value(formats.words(said["method"])),)),
        Fact("Proposed", (Value(_moment(said["proposed_at"])),)),
        Fact("Approved", (Value(_moment(said["approved_at"]), "by another person"),)),
        Fact("Erased", (Value(_moment(said["erased_at"])),)),
        Fact("Issued", (Value(_moment(said["issued_at"])),)),
    ]
    if partial:
        facts.append(Fact("Vital subset", (Value(_numbers(partial), "kept in part (C7)"),)))
    facts += [Fact(number, (Value(f"Left out: {why}"),)) for number, why in said["skipped"]]
    return Facts("", tuple(facts))


def _numbers(items: list[str]) -> str:
    if not items:
        return "None"
    if len(items) == 1:
        return items[0]
    return f"{formats.figure(len(items))}: {items[0]} to {items[-1]}"


def _moment(written: str) -> str:
    return formats.moment(datetime.fromisoformat(written))


def _went(said: Mapping[str, Any]) -> Table:
    rows = tuple(
        (formats.words(name), formats.figure(count)) for name, count in said["counts"].items()
    )
    return Table("What went", WENT, rows, empty="Nothing went.")


def _remains(said: Mapping[str, Any]) -> Table:
    rows = tuple(
        (formats.words(one["what"]), one["rule"], formats.figure(one["count"]))
        for one in said["remains"]
    )
    return Table("What remains, and by which rule", REMAINS, rows, empty=NOTHING_REMAINS)


def _searched(said: Mapping[str, Any]) -> Table:
    places = said["search"]["places"]
    rows = tuple((formats.words(one["what"]), _amount(one)) for one in places)
    return Table("Where they were looked for", SEARCHED, rows, empty="Nowhere.")


def _amount(place: Mapping[str, Any]) -> str:
    return f"{formats.figure(place['amount'])} {place['unit']}"


def _signature(signed: Signed) -> Facts:
    return Facts(
        "How to check it",
        (
            Fact("SHA-256", (Value(signed.digest),)),
            Fact("Signature", (Value(signed.signature, "Ed25519, with the clinic's own key"),)),
            Fact("Command", (Value(CHECK),)),
        ),
    )


def _draw_files(actor: Actor, row: CertificateRow) -> None:
    pdf = printing.href(printing.CERTIFICATE, row.case_id, is_pdf=True)
    st.link_button("Certificate as PDF", pdf, icon=":material/picture_as_pdf:")
    file = certificates.download(session.clinic(), actor, row.case_id)
    address = downloads.offer(actor, f"certificate-{row.case_id}", file, now=clock.now())
    st.link_button("Certificate as JSON", address, icon=":material/data_object:")
