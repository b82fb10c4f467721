"""What is said at the address of a record that is gone: its number, to those who may know it."""

from uuid import UUID

from lib.domain import disposal_ledger as rules
from lib.domain.access import Actor, Permission, can
from lib.services.clinic import Clinic
from lib.services.disposal import ledger


def number_of(clinic: Clinic, actor: Actor, patient_id: UUID) -> str | None:
    """Return the number under which a record was disposed of, or None.

    None, too, for whoever may not see disposals: there is no such record then. The ledger knows the
    record by a keyed digest of its id alone.
    """
    if not can(actor, Permission.VIEW_DISPOSALS):
        return None
    digest = rules.digest_of(rules.key_of(clinic.master_key), patient_id)
    lines, _ = ledger.read(clinic)
    return next((one.number for one in lines if digest in one.records and not one.is_partial), None)
