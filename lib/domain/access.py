"""Who may do what: the roles, the permissions and the one matrix that joins them (rule G1).

The functions are pure; the services write the refusal into the audit trail.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from lib.errors import NotPermittedError


class Role(StrEnum):
    """What a person does in the clinic; one person may hold several."""

    STAFF = "staff"
    COMPLIANCE = "compliance"
    OWNER = "owner"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """One thing that can be allowed; services ask for these, never for a role."""

    SEARCH_PATIENTS = "search patients"
    VIEW_RECORD = "view a patient's record"
    EDIT_RECORD = "register patients and change their records"
    RECORD_TREATMENT = "record treatments"
    MANAGE_CATALOGUE = "manage products, lots, templates and warnings"
    RUN_RECALL = "run recalls"
    MERGE_RECORDS = "review and merge duplicate records"
    REVIEW_IMPORTS = "tie imported rows to patients"
    VIEW_MEDIA = "see a patient's photographs and video"
    ADD_MEDIA = "bring in photographs and video and say what they show"
    EXPORT_MEDIA = "export photographs and note where they were used"
    BROWSE_MEDIA = "see photographs across the clinic"
    RECORD_CONSENT = "record consents, refusals and withdrawals"
    MANAGE_CONSENT_FORMS = "manage purposes and forms of consent"
    VIEW_CONSENT_OVERVIEW = "see the state of consent across the clinic"
    LIST_CONSENT = "see which patients have given, refused or withdrawn consent"
    EXPORT_CONSENT = "export lists of consent"
    RUN_CAMPAIGNS = "build lists for messages and note contacts"
    EXPORT_CAMPAIGNS = "export a list for the mailing tool"
    VIEW_RETENTION = "see what expires across the clinic"
    LIST_RETENTION = "see which patients' records expire"
    PLACE_HOLDS = "hold records back from disposal and mark vital interests"
    RELEASE_HOLDS = "release holds and vital interests"
    SET_RETENTION = "change the settings of retention"
    PROPOSE_DISPOSAL = "review what is due and propose disposals"
    APPROVE_DISPOSAL = "approve and carry out disposals"
    VIEW_DISPOSALS = "see disposals and their certificates"
    MANAGE_BACKUPS = "make and check back-ups"
    VIEW_AUDIT = "view the audit trail"
    VERIFY_AUDIT = "verify the audit trail"
    EXPORT_AUDIT = "export the audit trail"
    IMPORT_RECORDS = "import records"
    MANAGE_PEOPLE = "manage people"
    VIEW_CLINIC = "view the clinic's settings and imports"


MATRIX: dict[Role, frozenset[Permission]] = {
    Role.STAFF: frozenset(
        {
            Permission.SEARCH_PATIENTS,
            Permission.VIEW_RECORD,
            Permission.EDIT_RECORD,
            Permission.RECORD_TREATMENT,
            Permission.MANAGE_CATALOGUE,
            Permission.RUN_RECALL,
            Permission.MERGE_RECORDS,
            Permission.REVIEW_IMPORTS,
            Permission.VIEW_MEDIA,
            Permission.ADD_MEDIA,
            Permission.EXPORT_MEDIA,
            Permission.RECORD_CONSENT,
            Permission.LIST_CONSENT,
            Permission.RUN_CAMPAIGNS,
            Permission.PLACE_HOLDS,
        }
    ),
    Role.COMPLIANCE: frozenset(
        {
            Permission.SEARCH_PATIENTS,
            Permission.VIEW_RECORD,
            Permission.RUN_RECALL,
            Permission.MERGE_RECORDS,
            Permission.REVIEW_IMPORTS,
            Permission.VIEW_MEDIA,
            Permission.EXPORT_MEDIA,
            Permission.BROWSE_MEDIA,
            Permission.RECORD_CONSENT,
            Permission.MANAGE_CONSENT_FORMS,
            Permission.VIEW_CONSENT_OVERVIEW,
            Permission.LIST_CONSENT,
            Permission.EXPORT_CONSENT,
            Permission.RUN_CAMPAIGNS,
            Permission.EXPORT_CAMPAIGNS,
            Permission.VIEW_RETENTION,
            Permission.LIST_RETENTION,
            Permission.PLACE_HOLDS,
            Permission.RELEASE_HOLDS,
            Permission.SET_RETENTION,
            Permission.PROPOSE_DISPOSAL,
            Permission.APPROVE_DISPOSAL,
            Permission.VIEW_DISPOSALS,
            Permission.VIEW_AUDIT,
            Permission.VERIFY_AUDIT,
            Permission.EXPORT_AUDIT,
            Permission.IMPORT_RECORDS,
            Permission.VIEW_CLINIC,
        }
    ),
    # The trail names patients by reference, so it is not for an owner or an administrator. An owner
    # approves a disposal by its figures and reasons, without a name.
    Role.OWNER: frozenset(
        {
            Permission.VIEW_CLINIC,
            Permission.MANAGE_CATALOGUE,
            Permission.MANAGE_CONSENT_FORMS,
            Permission.VIEW_CONSENT_OVERVIEW,
            Permission.VIEW_RETENTION,
            Permission.SET_RETENTION,
            Permission.APPROVE_DISPOSAL,
            Permission.VIEW_DISPOSALS,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.MANAGE_PEOPLE,
            Permission.IMPORT_RECORDS,
            Permission.VIEW_CLINIC,
            Permission.MANAGE_BACKUPS,
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind an act, as the session proved them."""

    person_id: UUID
    username: str
    display_name: str
    roles: frozenset[Role]
    session_id: UUID | None = None
    address: str | None = None


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Return everything that the roles together allow."""
    return frozenset().union(*(MATRIX[role] for role in roles))


def can(actor: Actor, permission: Permission) -> bool:
    """Tell whether the actor holds the permission through any role."""
    return permission in permissions_of(actor.roles)


def check(actor: Actor, permission: Permission) -> None:
    """Raise `NotPermittedError` unless the actor holds the permission."""
    if not can(actor, permission):
        message = (
            f"Your roles do not include permission to {permission.value}. "
            "Ask an administrator if you need it."
        )
        raise NotPermittedError(message)
