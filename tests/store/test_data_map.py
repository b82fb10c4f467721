"""The live schema and the data map agree, column by column, in both directions."""

from lib.domain import data_map
from lib.services.clinic import Clinic

LIST_COLUMNS = """
SELECT table_name, column_name
FROM information_schema.columns
WHERE table_catalog = 'clinic' AND table_schema = 'main'
"""


def test_every_column_of_the_live_schema_is_in_the_data_map_and_none_besides(
    clinic: Clinic,
) -> None:
    with clinic.store.reading() as cursor:
        live = set(cursor.execute(LIST_COLUMNS).fetchall())
    assert live == {(column.table, column.name) for column in data_map.COLUMNS}
