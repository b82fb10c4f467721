"""SQL of the suppression list: keyed hashes of addresses, and when it was said; no patient."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import pyarrow as pa

from lib.domain.consent import Channel
from lib.store import bulk
from lib.store.connection import Cursor

LIST_DIGESTS = """
SELECT digest, max(coalesce(said_at, recorded_at)) FROM suppression WHERE channel = ?
GROUP BY digest
"""
COUNT = "SELECT channel, count(DISTINCT digest) FROM suppression GROUP BY channel"


def list_digests(cursor: Cursor, channel: Channel) -> dict[str, datetime]:
    """Return the hashes of a channel's addresses, each with when it was said last (UTC)."""
    return dict(cursor.execute(LIST_DIGESTS, [channel.value]).fetchall())


def count_addresses(cursor: Cursor) -> dict[Channel, int]:
    """Return how many addresses of each channel are on the list."""
    return {Channel(name): count for name, count in cursor.execute(COUNT).fetchall()}


def insert_digests(
    cursor: Cursor,
    channel: Channel,
    said: Mapping[str, datetime],
    recorded: tuple[datetime, UUID],
) -> None:
    """Put hashes on the list, each with when it was said; `recorded` is when and by whom."""
    if not said:
        return
    count, (at, by) = len(said), recorded
    columns = {
        "suppression_id": bulk.new_ids(count),
        "channel": [channel.value] * count,
        "digest": list(said),
        "said_at": list(said.values()),
        "recorded_at": [at] * count,
        "recorded_by": [str(by)] * count,
    }
    bulk.insert_rows(cursor, "suppression", pa.table(columns))
