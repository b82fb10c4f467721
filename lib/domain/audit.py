"""What the audit trail records and how its entries are chained (rule G1); pure.

The chained hash covers a salted digest of the patient's id, not the id itself: when a patient is
disposed of, id and salt are removed and the chain still verifies.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

GENESIS = "0" * 64


class Action(StrEnum):
    """What was done; the words are those the audit screen shows."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    SIGN_IN_REFUSED = "sign-in refused"
    LOCKED_OUT = "locked out"
    SESSION_ENDED = "session ended"
    PASSWORD_CHANGED = "password changed"  # noqa: S105 - a label, not a password
    SECOND_FACTOR_SET = "second factor set"
    RECOVERY_CODE_USED = "recovery code used"
    RECOVERY_CODES_MADE = "recovery codes made"
    CLINIC_SET_UP = "clinic set up"
    PERSON_INVITED = "person invited"
    PERSON_CHANGED = "person changed"
    PERSON_DISABLED = "person disabled"
    PERSON_ENABLED = "person enabled"
    PERSON_RESET = "person reset"
    PATIENT_SEARCHED = "patient shown in search"
    PATIENT_LISTED = "patient shown in a list"
    SEARCHED = "searched patients"
    RECORD_VIEWED = "record viewed"
    PATIENT_ADDED = "patient added"
    PATIENT_CHANGED = "patient changed"
    DRAFT_KEPT = "unsaved form kept"
    HISTORY_ADDED = "history entry added"
    HISTORY_CORRECTED = "history entry corrected"
    HISTORY_REVIEWED = "history reviewed"
    CONTRAINDICATION_CHANGED = "contraindication changed"
    TREATMENT_ADDED = "treatment added"
    TREATMENT_CORRECTED = "treatment corrected"
    TREATMENT_REFUSED = "treatment refused"
    ADVERSE_EVENT_ADDED = "adverse event added"
    ADVERSE_EVENT_CORRECTED = "adverse event corrected"
    PRODUCT_CHANGED = "product changed"
    LOT_CHANGED = "lot changed"
    TEMPLATE_CHANGED = "treatment template changed"
    RECALL_OPENED = "recall opened"
    RECALL_CONTACT_NOTED = "recall contact noted"
    RECALL_CLOSED = "recall closed"
    RECALL_EXPORTED = "recall exported"
    DUPLICATES_SEARCHED = "duplicates searched"
    DUPLICATE_DECIDED = "duplicate decided"
    RECORDS_MERGED = "records merged"
    MERGE_UNDONE = "merge undone"
    RECORD_PRINTED = "record printed"
    MEDIA_ADDED = "photograph or video added"
    MEDIA_LISTED = "photographs shown in a gallery"
    MEDIA_VIEWED = "photograph or video viewed"
    MEDIA_LABELLED = "photograph or video described"
    MEDIA_REMOVED = "photograph or video removed"
    MEDIA_RESTORED = "photograph or video put back"
    MEDIA_EXPORTED = "photograph or video exported"
    MEDIA_USE_NOTED = "use of a photograph noted"
    MEDIA_ALIGNED = "photographs aligned"
    MEDIA_ANNOTATED = "photograph annotated"
    CONSENT_VIEWED = "consent viewed"
    CONSENT_GIVEN = "consent given"
    CONSENT_REFUSED = "consent refused"
    CONSENT_WITHDRAWN = "consent withdrawn"
    CONSENT_SIGNED = "consent form signed"
    CONSENT_EVIDENCE_ADDED = "evidence of consent added"
    CONSENT_EVIDENCE_VIEWED = "evidence of consent viewed"
    CONSENT_LISTED = "patient shown in a list of consent"
    CONSENT_EXPORTED = "list of consent exported"
    CONSENT_TASK_OPENED = "consent task opened"
    CONSENT_TASK_CLOSED = "consent task closed"
    CONSENT_PURPOSE_CHANGED = "purpose of consent changed"
    CONSENT_FORM_CHANGED = "consent form changed"
    CONTACT_NOTED = "contact noted"
    CONTACT_COLLECTION_NOTED = "how contact details were collected noted"
    CONTACT_SUPPRESSED = "contact suppressed"
    CAMPAIGN_BUILT = "campaign list built"
    CAMPAIGN_VIEWED = "patient shown in a campaign list"
    CAMPAIGN_EXPORTED = "campaign list exported"
    CAMPAIGN_CLOSED = "campaign closed"
    RETENTION_VIEWED = "retention of a record viewed"
    RETENTION_LISTED = "patient shown in a list of retention"
    RETENTION_EXPORTED = "list of retention exported"
    RETENTION_SETTING_CHANGED = "setting of retention changed"
    RETENTION_REVIEWED = "retention of a record reviewed"
    HOLD_PLACED = "hold placed"
    HOLD_CHANGED = "hold changed"
    HOLD_RELEASED = "hold released"
    VITAL_INTEREST_MARKED = "vital interest marked"
    VITAL_INTEREST_REVIEWED = "vital interest reviewed"
    VITAL_INTEREST_RELEASED = "vital interest released"
    DISPOSAL_PROPOSED = "disposal proposed"
    DISPOSAL_APPROVED = "disposal approved"
    DISPOSAL_REFUSED = "disposal sent back"
    DISPOSAL_SKIPPED = "disposal skipped"
    RECORD_DISPOSED = "record disposed of"
    DISPOSAL_FINISHED = "disposal finished"
    DISPOSAL_REPLAYED = "disposal done again after a restore"
    CERTIFICATE_VIEWED = "certificate of disposal viewed"
    BACKUP_MADE = "back-up made"
    BACKUP_CHECKED = "back-up checked"
    BACKUP_REMOVED = "back-up removed"
    CLINIC_RESTORED = "clinic restored from a back-up"
    PROTOCOL_CHANGED = "protocol of views changed"
    IMPORT_ROW_REVIEWED = "imported row reviewed"
    IMPORT_DONE = "import done"
    IMPORT_PREVIEWED = "import previewed"
    IMPORT_SAMPLE_DOWNLOADED = "import sample downloaded"
    IMPORT_REPORT_DOWNLOADED = "import report downloaded"
    MAPPING_SAVED = "import mapping saved"
    MAPPING_REMOVED = "import mapping removed"
    AUDIT_VIEWED = "audit trail viewed"
    AUDIT_EXPORTED = "audit trail exported"
    AUDIT_VERIFIED = "audit trail verified"
    DEMO_BUILT = "synthetic clinic built"
    REFUSED = "refused"


class Outcome(StrEnum):
    """Whether the act happened or was refused."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Event:
    """One act, before it is given its place in a chain. `detail` never holds a name or value."""

    action: Action
    patient_id: UUID | None = None
    subject_id: UUID | None = None
    ground: str | None = None
    outcome: Outcome = Outcome.DONE
    detail: dict[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the trail, chained to the one before it."""

    entry_id: UUID
    chain_id: UUID
    position: int
    occurred_at: datetime
    person_id: UUID | None
    session_id: UUID | None
    address: str | None
    action: str
    outcome: str
    patient_id: UUID | None
    patient_salt: str | None
    patient_digest: str | None
    subject_id: UUID | None
    ground: str | None
    detail: str
    previous_hash: str
    entry_hash: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What the entries of one act have in common, already in the form that is hashed."""

    chain: str
    before_digest: str
    after_digest: str


def digest_of_patient(salt: str, patient_id: UUID | str) -> str:
    """Return the salted digest that stands for the patient in the chain."""
    return hashlib.sha256(f"{salt}:{patient_id}".encode()).hexdigest()


def frame_of(entry: Entry) -> Frame:
    """Return what `entry` shares with the entries of the same act on other patients."""
    before = (
        entry.occurred_at.isoformat(),
        str(entry.person_id),
        str(entry.session_id),
        entry.address,
        entry.action,
        entry.outcome,
    )
    after = (str(entry.subject_id), entry.ground, entry.detail)
    return Frame(_json(str(entry.chain_id)), _json(before)[1:-1], _json(after)[1:-1])


def hash_in(
    frame: Frame, entry_id: UUID | str, position: int, digest: str | None, previous: str
) -> str:
    """Return the hash of one entry of the act that `frame` describes (a JSON list, hashed)."""
    # Quoting by hand is what makes a hundred thousand entries cheap; a digest is hexadecimal, and
    # one that was tampered with goes the careful way.
    quoted = f'"{digest}"' if digest and digest.isascii() and digest.isalnum() else _json(digest)
    canonical = (
        f'["{entry_id}",{frame.chain},{position},{frame.before_digest},{quoted},'
        f'{frame.after_digest},"{previous}"]'
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def hash_of(entry: Entry) -> str:
    """Return the hash that an entry must carry: over every field but the patient's id and salt."""
    return hash_in(
        frame_of(entry),
        entry.entry_id,
        entry.position,
        entry.patient_digest,
        entry.previous_hash,
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def fault_of(entry: Entry, *, expected_position: int, expected_previous: str) -> str | None:
    """Return what is wrong with an entry at its place in the chain, or None."""
    if entry.position != expected_position:
        return f"entry {expected_position} is missing"
    if entry.previous_hash != expected_previous:
        return f"entry {entry.position} does not follow the one before it"
    if entry.entry_hash != hash_of(entry):
        return f"entry {entry.position} was changed"
    if entry.patient_id is not None and (
        entry.patient_salt is None
        or entry.patient_digest != digest_of_patient(entry.patient_salt, entry.patient_id)
    ):
        return f"entry {entry.position} names another patient than was recorded"
    return None
