"""Import: records from a file, looked at first, then taken in whole or not at all."""

import streamlit as st

from lib.domain.access import Permission
from lib.imports.kinds import IMPORTERS
from lib.services import import_jobs
from lib.services.import_jobs import State
from lib.services.imports import Order
from lib.ui import clock, formats, imports, session
from lib.ui.keys import Keys

actor = session.require(Permission.IMPORT_RECORDS)

job = import_jobs.job_of(actor, now=clock.now())
kind = job.kind if job else imports.kind()
st.title(imports.KINDS[kind].title)
source = st.session_state.get(Keys.IMPORT_SOURCE)

if job is not None and job.state is State.RUNNING:
    imports.watch()
elif job is not None and job.report is not None:
    report = job.report
    imports.show_report(actor, job, report)
    good = report.added + report.changed + report.waiting
    with st.container(horizontal=True):
        if source is not None and report.is_dry_run and good:
            rows = formats.counted(good, *IMPORTERS[kind].noun)
            partial = bool(report.rejected)
            label = f"Import {rows} and leave {report.rows_rejected} out" if partial else None
            if st.button(label or f"Import {rows}", type="primary"):
                import_jobs.dismiss(actor)
                imports.start(actor, Order(job.order.mapping, partial=partial))
        if source is not None and not report.is_written and st.button("Change the columns"):
            import_jobs.dismiss(actor)
            st.rerun()
        if st.button("Import another file" if report.is_written else "Choose another file"):
            import_jobs.dismiss(actor)
            imports.forget_file()
            st.rerun()
    if report.is_written and source is not None:
        imports.forget_file()
elif job is not None:
    st.error(job.problem or "The import ended.", icon=":material/error:")
    if st.button("Back to the columns" if source is not None else "Choose a file", type="primary"):
        import_jobs.dismiss(actor)
        st.rerun()
elif source is not None:
    preview = st.session_state[Keys.IMPORT_PREVIEW]
    imports.say_what_was_found(preview)
    imports.read_differently(actor, source, preview)
    st.subheader("Which column is what")
    mapping = imports.edit_mapping(preview)
    imports.saved_mappings(actor, mapping)
    with st.container(horizontal=True):
        if st.button("Check the file", type="primary"):
            imports.start(actor, Order(mapping, dry_run=True, partial=True))
        if st.button("Choose another file"):
            imports.forget_file()
            st.rerun()
else:
    kind = imports.choose_kind()
    st.caption(
        "Nothing is stored until you have seen what would be added and changed. The file itself is "
        "never kept."
    )
    imports.choose_file(actor, kind)
    imports.show_history(actor)
