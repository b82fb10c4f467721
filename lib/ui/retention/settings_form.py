"""The settings of retention on the screen: the form, what a change would move, earlier versions."""

from collections.abc import Iterable, Mapping

import streamlit as st

from lib.domain import retention_settings as rules
from lib.domain.access import Actor, Permission
from lib.domain.formats import MONTHS
from lib.domain.retention import Setting, Status, Trigger
from lib.domain.retention_schedule import Group, by_status, first_of, months_of
from lib.domain.retention_settings import Chosen
from lib.errors import ClinicError, StaleVersionError
from lib.services.retention import settings
from lib.services.retention.settings import Change, Current, Preview
from lib.store.retention_settings import Version
from lib.ui import clock, drafts, fields, formats, notices, session
from lib.ui.components import blocks
from lib.ui.components.blocks import Column, Entries, Entry, Notice, Notices, Table, Tone
from lib.ui.drafts import FormState
from lib.ui.keys import Keys
from lib.ui.retention import badges

TRIGGERS = {
    Trigger.TREATMENT.value: "Treatments only",
    Trigger.CLINICAL_CONTACT.value: "Consultations too",
}
MONTH_NAMES = {str(number): name for number, name in enumerate(MONTHS, start=1)}
LABELS = {
    "trigger": "What starts the clock again (C2)",
    "years": "Years after the last treatment (C1)",
    "enquiry_months": "Months after an enquiry (C2)",
    "minor_age": "Birthday, treated under 17 (C4)",
    "minor_age_at_17": "Birthday, treated at 17 (C4)",
    "deceased_years": "Years after a death (C5)",
    "financial_years": "Years of financial entries (C9)",
    "accounting_end_month": "Accounting year ends in",
    "accounting_end_day": "On day",
    "case_limit": "Records in one disposal, at most",
}
FIRST = "These are the settings that the privacy notice promises; nobody has changed them yet."
STATES = tuple(Status)


@st.fragment
def draw() -> None:
    """Draw the settings with what a change of them would move, and the versions there were."""
    actor = session.require(Permission.SET_RETENTION)
    holds, versions = settings.show(session.clinic(), actor)
    initial = {**rules.typed_of(holds.chosen), "reason": ""}
    form = drafts.loose(Keys.RETENTION_FORM, {**initial, "version": holds.version})
    left, right = st.columns([0.46, 0.54], gap="large")
    with left:
        faults = _draw_fields(form)
    with right, st.container(key="retention_side"):
        _draw_change(actor, form, holds, faults)
        _draw_versions(versions)


def _draw_fields(form: FormState) -> Mapping[str, str]:
    faults = settings.check(form.values)
    fields.segments(form, "trigger", LABELS["trigger"], TRIGGERS)
    for pair in (
        ("years", "enquiry_months"),
        ("minor_age", "minor_age_at_17"),
        ("deceased_years", "financial_years"),
    ):
        for place, name in zip(st.columns(2), pair, strict=True):
            with place:
                fields.text(form, name, LABELS[name], faults)
    month, day = st.columns(2)
    with month:
        name = "accounting_end_month"
        fields.choice(form, name, LABELS[name], MONTH_NAMES, faults)
    with day:
        fields.text(form, "accounting_end_day", LABELS["accounting_end_day"], faults)
    fields.text(form, "case_limit", LABELS["case_limit"], faults)
    return settings.check(form.values)


def _draw_change(actor: Actor, form: FormState, holds: Current, faults: Mapping[str, str]) -> None:
    """Draw what the change would move; only what was shown can be saved."""
    chosen = rules.read(form.values)[0]
    if set(faults) - {"reason"}:
        st.caption("Correct the fields that are marked to see what a change would move.")
        return
    if chosen == holds.chosen:
        st.caption("Change a setting to see what it would move before you save it.")
        return
    _draw_warnings(chosen.setting)
    if st.session_state.get(Keys.RETENTION_PREVIEWED) != chosen:
        st.button(
            "Show what this would move",
            type="primary",
            icon=":material/visibility:",
            on_click=_show,
            args=(chosen,),
        )
        return
    with st.spinner("Every record is looked at under both settings."):
        found = settings.preview(session.clinic(), actor, chosen.setting, as_of=clock.today())
    draw_preview(found)
    fields.area(form, "reason", "Why the settings change", faults)
    if fields.save_button(form, "Save these settings", "save"):
        _save(actor, form)


def _show(chosen: Chosen) -> None:
    st.session_state[Keys.RETENTION_PREVIEWED] = chosen


def _draw_warnings(setting: Setting) -> None:
    notes = tuple(
        Notice(warning, icon="warning", tone=Tone.WARN) for warning in rules.warnings_of(setting)
    )
    if notes:
        blocks.draw([Notices("", notes)], key="retention_warnings")


def draw_preview(found: Preview) -> None:
    """Draw what would be in which state, and what would reach its date in which year."""
    blocks.draw(
        [Notices("", (_gist(found),)), _states(found), _years(found)], key="retention_preview"
    )


def _gist(found: Preview) -> Notice:
    lines = []
    if found.due_at_once:
        records = formats.counted(found.due_at_once, "record")
        lines.append(f"{records} kept today would be past their date at once.")
    if found.kept_again:
        records = formats.counted(found.kept_again, "record")
        lines.append(f"{records} past their date today would be kept longer.")
    if not lines:
        return Notice("Nothing would move today", ("No record changes its state today.",))
    tone = Tone.ALERT if found.due_at_once else Tone.WARN
    return Notice("What would move today", tuple(lines), "swap_vert", tone)


def _states(found: Preview) -> Table:
    before, after = by_status(found.before), by_status(found.after)
    columns = (Column("State today"), *(Column(one, is_figure=True) for one in HEADS))
    rows = tuple(
        (badges.mark(one), *_three(before[one].records, after[one].records)) for one in STATES
    )
    return Table("", columns, rows, "Records by state, today")


def _years(found: Preview) -> Table:
    today = clock.today()
    before, after = _by_year(found.before), _by_year(found.after)
    columns = (Column("Year"), *(Column(one, is_figure=True) for one in HEADS))
    years = range(today.year, first_of(months_of((), today)[-1].number).year + 1)
    rows = tuple((str(year), *_three(before.get(year, 0), after.get(year, 0))) for year in years)
    return Table("", columns, rows, "Records that reach their date, by year")


HEADS = ("Now", "After", "Difference")


def _by_year(groups: Iterable[Group]) -> dict[int, int]:
    found: dict[int, int] = {}
    for month in months_of(groups, clock.today()):
        year = first_of(month.number).year
        found[year] = found.get(year, 0) + month.whole.records
    return found


def _three(before: int, after: int) -> tuple[str, str, str]:
    sign = "+" if after > before else "\N{MINUS SIGN}" if after < before else ""
    return formats.figure(before), formats.figure(after), f"{sign}{abs(after - before):,}"


def _save(actor: Actor, form: FormState) -> None:
    wanted = Change(form.form_id, int(str(form.base["version"])), form.values)
    try:
        settings.change(session.clinic(), actor, wanted, now=clock.now())
    except StaleVersionError as error:
        st.error(error.message, icon=":material/error:")
    except ClinicError as error:
        fields.problem(error.message)
    else:
        for key in (Keys.RETENTION_FORM, Keys.RETENTION_PREVIEWED):
            st.session_state.pop(key, None)
        notices.say_later("The settings are saved. They hold from now on.")
        st.rerun()


def _draw_versions(versions: list[Version]) -> None:
    entries = tuple(
        Entry(
            when=formats.moment(one.changed_at),
            title=f"Version {one.version}",
            aside=one.changed_by or "",
            lines=(_line(one.chosen),),
            said=one.reason,
        )
        for one in versions
    )
    count = formats.figure(len(entries)) if entries else ""
    blocks.draw([Entries("Changes so far", entries, FIRST, count)], key="retention_versions")


def _line(chosen: Chosen) -> str:
    setting = chosen.setting
    parts = (
        f"{setting.years} years",
        f"enquiries {setting.enquiry_months} months",
        f"minors to {setting.minor_age} and {setting.minor_age_at_17}",
        f"{setting.deceased_years} years after a death",
        f"finances {setting.financial_years} years",
        TRIGGERS[setting.trigger.value].lower(),
        f"{chosen.case_limit} records a case",
    )
    return ", ".join(parts)
