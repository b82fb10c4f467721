"""The live search index (being written)."""

from lib.store.connection import Store


class LiveIndex:
    """Holds the searchable form of every patient in memory."""

    def __init__(self, store: Store) -> None:
        self._store = store
