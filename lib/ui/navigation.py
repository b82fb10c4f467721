"""The screens there are: where each lives, what it is called, and who may open it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

import streamlit as st

from lib.domain.access import Permission

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One screen. `permission` is None for a screen that anybody signed in may open.

    A screen that needs an id in its address is not listed in the sidebar.
    """

    path: str
    title: str
    icon: str
    url_path: str
    section: str
    permission: Permission | None = None
    is_listed: bool = True


HOME = PageSpec("pages/records/home.py", "Home", ":material/home:", "home", "Today")
LOOKUP = PageSpec(
    "pages/records/lookup.py",
    "Find a patient",
    ":material/search:",
    "patients",
    "Today",
    Permission.SEARCH_PATIENTS,
)
REGISTER = PageSpec(
    "pages/records/register.py",
    "Register a patient",
    ":material/person_add:",
    "register",
    "Today",
    Permission.EDIT_RECORD,
)
FOLLOW_UPS = PageSpec(
    "pages/records/follow_ups.py",
    "Follow-ups",
    ":material/event_repeat:",
    "follow-ups",
    "Today",
    Permission.VIEW_RECORD,
)
HISTORIES = PageSpec(
    "pages/records/histories.py",
    "Histories to review",
    ":material/assignment_late:",
    "histories",
    "Today",
    Permission.VIEW_RECORD,
)
RECORD = PageSpec(
    "pages/records/patient.py",
    "Patient",
    ":material/person:",
    "patient",
    "Today",
    Permission.VIEW_RECORD,
    is_listed=False,
)
TREATMENT = PageSpec(
    "pages/records/treatment.py",
    "Treatment",
    ":material/vaccines:",
    "treatment",
    "Today",
    Permission.VIEW_RECORD,
    is_listed=False,
)
ADVERSE_EVENT = PageSpec(
    "pages/records/adverse_event.py",
    "Adverse event",
    ":material/emergency_home:",
    "adverse-event",
    "Today",
    Permission.RECORD_TREATMENT,
    is_listed=False,
)
MERGE = PageSpec(
    "pages/records/merge.py",
    "Merge two records",
    ":material/merge:",
    "merge",
    "Today",
    Permission.MERGE_RECORDS,
    is_listed=False,
)
MERGES = PageSpec(
    "pages/records/merges.py",
    "Merged records",
    ":material/merge:",
    "merges",
    "Today",
    Permission.MERGE_RECORDS,
    is_listed=False,
)
DUPLICATES = PageSpec(
    "pages/records/duplicates.py",
    "Duplicates",
    ":material/join_inner:",
    "duplicates",
    "Today",
    Permission.MERGE_RECORDS,
)
CAPTURE = PageSpec(
    "pages/records/capture.py",
    "Take photographs",
    ":material/photo_camera:",
    "capture",
    "Today",
    Permission.ADD_MEDIA,
    is_listed=False,
)
PHOTOGRAPHS_MISSING = PageSpec(
    "pages/records/photographs_missing.py",
    "Pictures to take",
    ":material/no_photography:",
    "photographs-missing",
    "Today",
    Permission.ADD_MEDIA,
)
ADD_PHOTOGRAPHS = PageSpec(
    "pages/records/add_photographs.py",
    "Add photographs",
    ":material/add_a_photo:",
    "add-photographs",
    "Today",
    Permission.ADD_MEDIA,
    is_listed=False,
)
EDIT = PageSpec(
    "pages/records/edit.py",
    "Patient's details",
    ":material/edit:",
    "patient-details",
    "Today",
    Permission.VIEW_RECORD,
    is_listed=False,
)
HISTORY = PageSpec(
    "pages/records/history.py",
    "Medical history",
    ":material/medical_information:",
    "medical-history",
    "Today",
    Permission.VIEW_RECORD,
    is_listed=False,
)
COMPARE = PageSpec(
    "pages/records/compare.py",
    "Compare photographs",
    ":material/compare:",
    "compare",
    "Today",
    Permission.VIEW_MEDIA,
    is_listed=False,
)
PHOTOGRAPHS = PageSpec(
    "pages/records/photographs.py",
    "Photographs",
    ":material/photo_library:",
    "photographs",
    "Today",
    Permission.VIEW_MEDIA,
    is_listed=False,
)
PHOTOGRAPH = PageSpec(
    "pages/records/photograph.py",
    "Photograph",
    ":material/photo:",
    "photograph",
    "Today",
    Permission.VIEW_MEDIA,
    is_listed=False,
)
CONSENT = PageSpec(
    "pages/records/consent.py",
    "Consent",
    ":material/contract:",
    "consent",
    "Today",
    Permission.VIEW_RECORD,
    is_listed=False,
)
CONSENT_EMAIL = PageSpec(
    "pages/records/consent_email.py",
    "Withdrawal by email",
    ":material/mail:",
    "consent-email",
    "Today",
    Permission.RECORD_CONSENT,
    is_listed=False,
)
SIGN_CONSENT = PageSpec(
    "pages/records/sign_consent.py",
    "Sign a consent",
    ":material/tablet:",
    "sign-consent",
    "Today",
    Permission.RECORD_CONSENT,
    is_listed=False,
)
CONSENT_TASKS = PageSpec(
    "pages/records/consent_tasks.py",
    "Consent tasks",
    ":material/assignment_turned_in:",
    "consent-tasks",
    "Today",
    Permission.LIST_CONSENT,
)
CONTACTS = PageSpec(
    "pages/records/contacts.py",
    "Keeping in touch",
    ":material/contact_mail:",
    "contacts",
    "Today",
    Permission.VIEW_RECORD,
    is_listed=False,
)
CAMPAIGNS = PageSpec(
    "pages/privacy/campaigns.py",
    "Campaigns",
    ":material/forward_to_inbox:",
    "campaigns",
    "Privacy",
    Permission.RUN_CAMPAIGNS,
)
CAMPAIGN = PageSpec(
    "pages/privacy/campaign.py",
    "Campaign",
    ":material/forward_to_inbox:",
    "campaign",
    "Privacy",
    Permission.RUN_CAMPAIGNS,
    is_listed=False,
)
CLINIC_PHOTOGRAPHS = PageSpec(
    "pages/records/clinic_photographs.py",
    "Clinic photographs",
    ":material/photo_library:",
    "clinic-photographs",
    "Oversight",
    Permission.BROWSE_MEDIA,
)
STOCK = PageSpec(
    "pages/records/stock.py",
    "Stock",
    ":material/inventory_2:",
    "stock",
    "Clinic",
    Permission.MANAGE_CATALOGUE,
)
PRODUCTS = PageSpec(
    "pages/records/products.py",
    "Products",
    ":material/vaccines:",
    "products",
    "Clinic",
    Permission.MANAGE_CATALOGUE,
)
TEMPLATES = PageSpec(
    "pages/oversight/templates.py",
    "Treatment templates",
    ":material/content_paste:",
    "templates",
    "Clinic",
    Permission.MANAGE_CATALOGUE,
)
CONTRAINDICATIONS = PageSpec(
    "pages/oversight/contraindications.py",
    "Contraindications",
    ":material/health_and_safety:",
    "contraindications",
    "Clinic",
    Permission.MANAGE_CATALOGUE,
)
PROTOCOLS = PageSpec(
    "pages/oversight/protocols.py",
    "Protocols of views",
    ":material/photo_camera_front:",
    "protocols",
    "Clinic",
    Permission.MANAGE_CATALOGUE,
)
CONSENT_FORMS = PageSpec(
    "pages/oversight/consent_forms.py",
    "Consent forms",
    ":material/contract_edit:",
    "consent-forms",
    "Clinic",
    Permission.MANAGE_CONSENT_FORMS,
)
RECALLS = PageSpec(
    "pages/records/recalls.py",
    "Recalls",
    ":material/campaign:",
    "recalls",
    "Clinic",
    Permission.RUN_RECALL,
)
RECALL = PageSpec(
    "pages/records/recall.py",
    "Recall",
    ":material/campaign:",
    "recall",
    "Clinic",
    Permission.RUN_RECALL,
    is_listed=False,
)
PEOPLE = PageSpec(
    "pages/oversight/people.py",
    "People",
    ":material/group:",
    "people",
    "Oversight",
    Permission.MANAGE_PEOPLE,
)
IMPORTS = PageSpec(
    "pages/oversight/imports.py",
    "Import",
    ":material/upload_file:",
    "import",
    "Oversight",
    Permission.IMPORT_RECORDS,
)
CONSENT_OVERVIEW = PageSpec(
    "pages/privacy/consent_overview.py",
    "Consent overview",
    ":material/contract:",
    "consent-overview",
    "Privacy",
    Permission.VIEW_CONSENT_OVERVIEW,
)
RECORD_RETENTION = PageSpec(
    "pages/records/retention.py",
    "Retention",
    ":material/auto_delete:",
    "record-retention",
    "Today",
    Permission.VIEW_RECORD,
    is_listed=False,
)
HOLDS = PageSpec(
    "pages/privacy/holds.py",
    "Holds",
    ":material/lock_clock:",
    "holds",
    "Privacy",
    Permission.PLACE_HOLDS,
)
RETENTION = PageSpec(
    "pages/privacy/retention.py",
    "Retention",
    ":material/auto_delete:",
    "retention",
    "Privacy",
    Permission.VIEW_RETENTION,
)
RETENTION_SETTINGS = PageSpec(
    "pages/privacy/retention_settings.py",
    "Settings of retention",
    ":material/tune:",
    "retention-settings",
    "Privacy",
    Permission.SET_RETENTION,
    is_listed=False,
)
DISPOSALS = PageSpec(
    "pages/privacy/disposals.py",
    "Disposals",
    ":material/delete_sweep:",
    "disposals",
    "Privacy",
    Permission.VIEW_DISPOSALS,
)
DISPOSAL = PageSpec(
    "pages/privacy/disposal.py",
    "Disposal",
    ":material/delete_sweep:",
    "disposal",
    "Privacy",
    Permission.VIEW_DISPOSALS,
    is_listed=False,
)
IMPORT_REVIEW = PageSpec(
    "pages/oversight/import_review.py",
    "Import review",
    ":material/person_search:",
    "import-review",
    "Oversight",
    Permission.REVIEW_IMPORTS,
)
AUDIT = PageSpec(
    "pages/oversight/audit.py",
    "Audit trail",
    ":material/policy:",
    "audit",
    "Oversight",
    Permission.VIEW_AUDIT,
)
BACKUPS = PageSpec(
    "pages/oversight/backups.py",
    "Back-ups",
    ":material/backup:",
    "backups",
    "Oversight",
    Permission.MANAGE_BACKUPS,
)
ACCOUNT = PageSpec(
    "pages/oversight/account.py",
    "Your account",
    ":material/account_circle:",
    "account",
    "You",
)

# In the order of the sidebar; the first is where everybody begins.
PAGES = (
    HOME,
    LOOKUP,
    REGISTER,
    FOLLOW_UPS,
    HISTORIES,
    PHOTOGRAPHS_MISSING,
    CONSENT_TASKS,
    DUPLICATES,
    RECORD,
    EDIT,
    HISTORY,
    TREATMENT,
    ADD_PHOTOGRAPHS,
    CAPTURE,
    ADVERSE_EVENT,
    MERGE,
    MERGES,
    COMPARE,
    PHOTOGRAPHS,
    PHOTOGRAPH,
    CONSENT,
    SIGN_CONSENT,
    CONTACTS,
    CONSENT_EMAIL,
    RECORD_RETENTION,
    STOCK,
    PRODUCTS,
    TEMPLATES,
    CONTRAINDICATIONS,
    PROTOCOLS,
    CONSENT_FORMS,
    RECALLS,
    RECALL,
    CAMPAIGNS,
    CAMPAIGN,
    CONSENT_OVERVIEW,
    RETENTION,
    RETENTION_SETTINGS,
    HOLDS,
    DISPOSALS,
    DISPOSAL,
    PEOPLE,
    IMPORTS,
    IMPORT_REVIEW,
    CLINIC_PHOTOGRAPHS,
    AUDIT,
    BACKUPS,
    ACCOUNT,
)


def href(spec: PageSpec, query: Mapping[str, str] | None = None) -> str:
    """Return the address of a screen; the query holds opaque values only, never a name."""
    path = "/" if spec is PAGES[0] else f"/{spec.url_path}"
    return f"{path}?{urlencode(query)}" if query else path


def record_href(patient_id: UUID) -> str:
    """Return the address of a patient's record."""
    return href(RECORD, {"id": str(patient_id)})


def by_path(path: str) -> PageSpec:
    """Return the screen whose file this is. Raises `KeyError` for a file that is no screen."""
    return {spec.path: spec for spec in PAGES}[path]


def follow(address: str) -> None:
    """Go to the screen at one of our own addresses; anything else is left alone."""
    parts = urlsplit(address)
    spec = next((one for one in PAGES if href(one) == parts.path), None)
    if spec is not None and not parts.netloc:
        st.switch_page(spec.path, query_params=dict(parse_qsl(parts.query)))


def back_to_record(patient_id: UUID) -> None:
    """Draw the way back to a patient's record."""
    st.page_link(
        RECORD.path,
        label="Back to the record",
        icon=":material/arrow_back:",
        query_params={"id": str(patient_id)},
    )


def back_to_photographs(patient_id: UUID) -> None:
    """Draw the way back to a patient's photographs."""
    st.page_link(
        PHOTOGRAPHS.path,
        label="Back to the photographs",
        icon=":material/arrow_back:",
        query_params={"id": str(patient_id)},
    )


def back_to_consent(patient_id: UUID) -> None:
    """Draw the way back to what a patient consented to."""
    st.page_link(
        CONSENT.path,
        label="Back to consent",
        icon=":material/arrow_back:",
        query_params={"id": str(patient_id)},
    )


def to_withdrawal_by_email(patient_id: UUID | None = None) -> None:
    """Draw the way to a withdrawal that came by email; of a patient, or of nobody yet."""
    st.page_link(
        CONSENT_EMAIL.path,
        label="Withdrawal by email",
        icon=":material/mail:",
        query_params={"id": str(patient_id)} if patient_id else {},
    )


def to_contacts(patient_id: UUID) -> None:
    """Draw the way to whether and how a patient may be written to."""
    st.page_link(
        CONTACTS.path,
        label=CONTACTS.title,
        icon=CONTACTS.icon,
        query_params={"id": str(patient_id)},
    )
