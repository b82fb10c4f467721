"""The steps of the import screen: file, columns, check, report; asks the services for all else."""

from dataclasses import dataclass

import streamlit as st

from lib.domain.access import Actor, Permission, can
from lib.domain.audit import Action, Event
from lib.domain.dates import Order as DateOrder
from lib.errors import ClinicError
from lib.imports.fields import Field
from lib.imports.kinds import IMPORTERS, Kind
from lib.imports.mapping import Mapping
from lib.imports.report import ImportReport, rejected_as_csv, sample_as_csv
from lib.imports.source import ReadOptions
from lib.imports.text import ENCODINGS, SEPARATORS
from lib.services import downloads, import_jobs, imports
from lib.services.import_jobs import Job, State
from lib.services.imports import Order, Preview, Source
from lib.services.media import manifest
from lib.ui import clock, formats, navigation, session, text
from lib.ui.components import blocks
from lib.ui.components.blocks import Column, Table
from lib.ui.keys import Keys


@dataclass(frozen=True, slots=True)
class Words:
    """How the screen speaks of one kind of file."""

    label: str
    title: str
    file: str
    about: str
    added: str


KINDS = {
    Kind.PATIENTS: Words(
        "Patients",
        "Import patients",
        "Patient list",
        "Bring in the patient list of an earlier program, one row a patient.",
        "New patients",
    ),
    Kind.PRODUCTS: Words(
        "Products and lots",
        "Import products and lots",
        "Product list",
        "Bring in the products that are used and their lots, one row a lot, or a product alone. "
        "Do this before treatments, so that they find their products.",
        "New rows",
    ),
    Kind.TREATMENTS: Words(
        "Treatments",
        "Import treatments",
        "Treatment list",
        "Bring in past treatments. Rows with the same treatment id are one treatment with several "
        "areas. Import patients and products first. Rows whose patient is not certain wait under "
        "“Import review” until somebody has said whose they are.",
        "New rows",
    ),
    Kind.HISTORY: Words(
        "Medical history",
        "Import medical history",
        "History list",
        "Bring in conditions, allergies, medicines and contraindications, one row each. Import "
        "patients first. Rows whose patient is not certain wait under “Import review”.",
        "New entries",
    ),
    Kind.CONSENTS: Words(
        "Consents",
        "Import consents",
        "Consent list",
        "Bring in what patients agreed to, refused or withdrew, one row each. Import patients "
        "first, and put the forms in force that they agreed on. What was given needs its form and "
        "what shows it; a withdrawal needs neither. Rows whose patient is not certain wait under "
        "“Import review”.",
        "New rows",
    ),
}
# What earlier imports held: photographs come in from the console only.
LABELS = {
    **{kind.value: words.label for kind, words in KINDS.items()},
    manifest.KIND: "Photographs and video",
}
# Kinds whose rows are of patients who are here already.
LINKED = frozenset({Kind.TREATMENTS, Kind.HISTORY, Kind.CONSENTS})
LEFT_OUT = "Leave out"
FOUND_OUT = "Find out"
TYPES = ["csv", "tsv", "txt", "xlsx"]
POLL_SECONDS = 1
MOST_SHOWN = 200
LONGEST_SHOWN = 200
REJECTED = (
    Column("Line", is_figure=True, is_short=True),
    Column("Column", is_short=True),
    Column("Value"),
    Column("Reason"),
)
HISTORY = (
    Column("When", is_short=True),
    Column("What", is_short=True),
    Column("By"),
    *(
        Column(label, is_figure=True, is_short=True)
        for label in ("Rows read", "Added", "Changed", "As before", "Rejected")
    ),
)


def kind() -> Kind:
    """Return what is being imported: what was chosen, or what the chosen file holds."""
    source: Source | None = st.session_state.get(Keys.IMPORT_SOURCE)
    chosen = st.session_state.get(Keys.IMPORT_KIND)
    return source.kind if source else Kind(chosen or Kind.PATIENTS)


def choose_kind() -> Kind:
    """Ask what the file holds, and say what such a file is."""
    if st.session_state.get(Keys.IMPORT_KIND) is None:
        st.session_state[Keys.IMPORT_KIND] = Kind.PATIENTS
    chosen = st.segmented_control(
        "What does the file hold?",
        list(Kind),
        format_func=lambda one: KINDS[one].label,
        key=Keys.IMPORT_KIND,
    )
    picked = chosen or Kind.PATIENTS
    st.write(KINDS[picked].about)
    return picked


def choose_file(actor: Actor, kind: Kind) -> None:
    """Ask for a file; once it is read as a table, go on to its columns."""
    uploaded = st.file_uploader(
        KINDS[kind].file,
        type=TYPES,
        key=f"{Keys.IMPORT_FILE}-{_try()}",
        help="CSV or XLSX, as your earlier program exports it.",
    )
    if uploaded is not None:
        _open(actor, Source(uploaded.getvalue(), kind=kind))
    sample = downloads.Download(
        filename=f"{kind.value}-sample.csv",
        media_type="text/csv; charset=utf-8",
        event=Event(Action.IMPORT_SAMPLE_DOWNLOADED, detail={"kind": kind.value}),
        content=sample_as_csv(IMPORTERS[kind].form.sample),
    )
    address = downloads.offer(actor, f"sample {kind.value}", sample, now=clock.now())
    st.link_button("Download a sample file", address, icon=":material/download:")


def _open(actor: Actor, source: Source) -> None:
    try:
        preview = imports.preview(session.clinic(), actor, source)
    except ClinicError as error:
        st.error(text.plain(error.message), icon=":material/error:")
        return
    st.session_state[Keys.IMPORT_SOURCE] = source
    st.session_state[Keys.IMPORT_PREVIEW] = preview
    st.session_state[Keys.IMPORT_MAPPING] = preview.mapping
    _renew_widgets()
    st.rerun()


def forget_file() -> None:
    """Let go of the file's bytes and everything read from it; the next is taken for its kind."""
    st.session_state[Keys.IMPORT_KIND] = kind()
    for key in (Keys.IMPORT_SOURCE, Keys.IMPORT_PREVIEW, Keys.IMPORT_MAPPING):
        st.session_state.pop(key, None)
    _renew_widgets()


def _renew_widgets() -> None:
    # A widget with a new key starts afresh; Streamlit then drops the file of the old one.
    st.session_state[Keys.IMPORT_TRY] = _try() + 1


def _try() -> int:
    return int(st.session_state.get(Keys.IMPORT_TRY, 0))


def say_what_was_found(preview: Preview) -> None:
    """Say how the file was read and what is odd about it."""
    found = preview.found
    parts = (found.form, found.encoding, found.separator, found.sheet)
    counts = (formats.counted(preview.rows, "row"), formats.counted(len(preview.columns), "column"))
    st.markdown(" · ".join(text.plain(part) for part in (*parts, *counts) if part))
    for warning in preview.warnings:
        st.warning(text.plain(warning), icon=":material/warning:")


def read_differently(actor: Actor, source: Source, preview: Preview) -> None:
    """Offer to read the file in another encoding, with another separator, or another sheet."""
    with st.expander("Read the file differently"):
        if preview.found.form == "CSV":
            encoding = _choice("Encoding", list(ENCODINGS), Keys.IMPORT_ENCODING)
            name = _choice("Separator", list(SEPARATORS.values()), Keys.IMPORT_SEPARATOR)
            separator = next((mark for mark, word in SEPARATORS.items() if word == name), None)
            options = ReadOptions(encoding=encoding, separator=separator)
        else:
            options = ReadOptions(
                sheet=_choice("Sheet", list(preview.found.sheets), Keys.IMPORT_SHEET)
            )
        if st.button("Read again", icon=":material/refresh:"):
            _open(actor, Source(source.content, options, source.kind))


def _choice(label: str, names: list[str], key: Keys) -> str | None:
    chosen = st.selectbox(label, [FOUND_OUT, *names], key=key)
    return None if chosen == FOUND_OUT else chosen


def edit_mapping(preview: Preview) -> Mapping:
    """Draw a row for each column, with samples and the field it goes to; return what is chosen."""
    mapping: Mapping = st.session_state[Keys.IMPORT_MAPPING]
    source: Source = st.session_state[Keys.IMPORT_SOURCE]
    choices = (LEFT_OUT, *source.importer.form.fields)
    chosen: dict[str, Field] = {}
    for number, column in enumerate(preview.columns):
        name, samples, field = st.columns([3, 4, 3], vertical_alignment="center")
        name.markdown(f"**{text.plain(column)}**")
        shown = " · ".join(sample[:40] for sample in preview.samples[column][:3])
        samples.caption(text.plain(shown) or "No values")
        picked = field.selectbox(
            f"Field for {text.plain(column)}",
            choices,
            index=choices.index(mapping.columns.get(column, LEFT_OUT)),
            format_func=formats.words,
            key=f"{Keys.IMPORT_FIELD}-{_try()}-{number}",
            label_visibility="collapsed",
        )
        if isinstance(picked, Field):
            chosen[column] = picked
    order, system = _fine_points(mapping)
    return Mapping(chosen, system=system, date_order=order)


def _fine_points(mapping: Mapping) -> tuple[DateOrder | None, str | None]:
    with st.expander("Dates and ids"):
        orders = [None, *DateOrder]
        order = st.selectbox(
            "Dates written like 03/04/1985",
            orders,
            index=orders.index(mapping.date_order),
            format_func=lambda one: one.value.capitalize() if one else FOUND_OUT,
            key=f"{Keys.IMPORT_ORDER}-{_try()}",
        )
        system = st.text_input(
            "Program whose ids the file carries",
            value=mapping.system or "",
            key=f"{Keys.IMPORT_SYSTEM}-{_try()}",
            help="Leave empty to find out. Two programs may use the same id for two people.",
        )
    return order, system.strip() or None


def saved_mappings(actor: Actor, mapping: Mapping) -> None:
    """Offer the mappings that were kept by name, and to keep this one."""
    with st.expander("Saved mappings"):
        kept = imports.mappings(session.clinic(), actor, kind())
        name = st.selectbox(
            "Use a saved mapping",
            list(kept),
            index=None,
            key=Keys.IMPORT_SAVED,
            placeholder="Choose one" if kept else "None is saved yet",
        )
        if st.button("Use it", disabled=name is None) and name is not None:
            _use(kept[name])
        new_name = st.text_input("Name for this mapping", key=Keys.IMPORT_NAME)
        if st.button("Save this mapping"):
            try:
                imports.save_mapping(session.clinic(), actor, new_name, mapping, kind())
            except ClinicError as error:
                st.error(error.message)
            else:
                st.toast("The mapping is saved.", icon=":material/check:")


def _use(kept: Mapping) -> None:
    preview: Preview = st.session_state[Keys.IMPORT_PREVIEW]
    fitting = {name: field for name, field in kept.columns.items() if name in preview.columns}
    st.session_state[Keys.IMPORT_MAPPING] = Mapping(fitting, kept.system, kept.date_order)
    _renew_widgets()
    st.rerun()


def start(actor: Actor, order: Order) -> None:
    """Begin an import of the chosen file beside the screen."""
    source: Source = st.session_state[Keys.IMPORT_SOURCE]
    st.session_state[Keys.IMPORT_MAPPING] = order.mapping
    try:
        import_jobs.start(session.clinic(), actor, source, order, now=clock.now())
    except ClinicError as error:
        st.error(error.message)
    else:
        st.rerun()


@st.fragment(run_every=POLL_SECONDS)
def watch() -> None:
    """Show how far the running import is, until it ends; it goes on if the page is left."""
    actor = session.require(Permission.IMPORT_RECORDS)
    job = import_jobs.job_of(actor, now=clock.now())
    if job is None or job.state is not State.RUNNING:
        st.rerun()
    told = job.progress
    share = told.done / told.total if told.total else 0.0
    count = f" · {formats.figure(told.done)} of {formats.figure(told.total)}" if told.total else ""
    st.progress(share, text=f"{told.stage}{count}")
    st.caption("You can leave this page and come back; the import goes on.")
    if st.button("Stop the import", disabled=job.is_cancelled):
        import_jobs.cancel(actor)


def show_report(actor: Actor, job: Job, report: ImportReport) -> None:
    """Show what an import did, or would do, with every rejected row and a way to fetch them."""
    if report.is_written:
        st.success("The import is done.", icon=":material/check_circle:")
    elif not report.is_dry_run:
        st.error("The file was refused: nothing was changed.", icon=":material/error:")
    waiting = (("To review", report.waiting),) if job.kind in LINKED else ()
    figures = (
        ("Rows read", report.rows_read),
        (KINDS[job.kind].added, report.added),
        ("Changed", report.changed),
        ("As before", report.unchanged),
        *waiting,
        ("Rejected", report.rows_rejected),
    )
    for column, (label, value) in zip(st.columns(len(figures)), figures, strict=True):
        column.metric(label, formats.figure(value), border=True)
    if report.warnings:
        told = "\n".join(f"- {text.plain(warning)}" for warning in report.warnings)
        st.warning(told, icon=":material/warning:")
    if report.waiting and report.is_written and can(actor, Permission.REVIEW_IMPORTS):
        st.page_link(navigation.IMPORT_REVIEW.path, label="Go to import review")
    if report.unmapped:
        left = ", ".join(text.plain(name) for name in report.unmapped)
        st.info(f"Columns left out: {left}.", icon=":material/info:")
    if report.rejected:
        _show_rejected(actor, job, report)


def _show_rejected(actor: Actor, job: Job, report: ImportReport) -> None:
    st.subheader("Rejected rows")
    shown = report.rejected[:MOST_SHOWN]
    rows = tuple(
        (formats.figure(row.line), row.column, row.value[:LONGEST_SHOWN], formats.words(row.reason))
        for row in shown
    )
    is_part = len(shown) < len(report.rejected)
    caption = f"The first {MOST_SHOWN} faults; the file has them all" if is_part else "Every fault"
    # Not Streamlit's table: its own download would hand out patients' values past the trail.
    blocks.draw([Table("", REJECTED, rows, caption=caption)], key=Keys.IMPORT_REJECTED)
    file = downloads.Download(
        filename="rejected-rows.csv",
        media_type="text/csv; charset=utf-8",
        event=Event(
            Action.IMPORT_REPORT_DOWNLOADED,
            subject_id=report.import_id,
            detail={"rows": report.rows_rejected},
        ),
        content=rejected_as_csv(report.rejected),
    )
    address = downloads.offer(actor, str(job.job_id), file, now=clock.now())
    st.link_button("Download the rejected rows", address, icon=":material/download:")


def show_history(actor: Actor) -> None:
    """Show the imports there were: counts, nothing of any person."""
    st.subheader("Earlier imports")
    runs = imports.history(session.clinic(), actor)
    if not runs:
        st.caption("Nothing has been imported yet. Choose a file above to begin.")
        return
    rows = tuple(
        (
            formats.moment(run.started_at),
            LABELS.get(run.kind, formats.words(run.kind)),
            name or "Console",
            *map(
                formats.figure,
                (
                    run.rows_read,
                    run.rows_added,
                    run.rows_changed,
                    run.rows_unchanged,
                    run.rows_rejected,
                ),
            ),
        )
        for run, name in runs
    )
    blocks.draw(
        [Table("", HISTORY, rows, caption="Imports, the newest first")], key=Keys.IMPORT_RUNS
    )
