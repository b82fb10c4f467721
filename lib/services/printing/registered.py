"""The documents that this version prints; a new one adds its line here."""

from lib.services.printing import prepare, recall, record, treatment


def register_all() -> None:
    """Give every document its address."""
    for printable in (record.PRINTABLE, treatment.PRINTABLE, recall.PRINTABLE):
        prepare.register(printable)
