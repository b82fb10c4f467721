"""Phone numbers as they are dialled within the clinic's country and from abroad."""

import pytest

from lib.domain.search.dialling import Dialling


@pytest.mark.parametrize(
    ("region", "digits", "starts"),
    [
        ("GB", "077009", ["4477009"]),
        ("GB", "4477009", ["4477009"]),
        ("GB", "77009", []),
        ("AU", "041234", ["6141234"]),
        ("IT", "06698", ["3906698"]),
        ("US", "21255", ["121255"]),
        ("US", "121255", ["121255"]),
    ],
)
def test_a_number_typed_from_its_start_begins_with_the_calling_code(
    region: str, digits: str, starts: list[str]
) -> None:
    assert Dialling.of_region(region).starts(digits) == starts


@pytest.mark.parametrize(
    ("region", "digits", "ends"),
    [
        ("GB", "07700900417", ["07700900417", "7700900417"]),
        ("GB", "4407700900417", ["4407700900417", "7700900417"]),
        ("GB", "0417", ["0417"]),
        ("IT", "0669812345", ["0669812345"]),
        ("AU", "0412345678", ["0412345678", "412345678"]),
    ],
)
def test_a_number_typed_whole_may_lack_what_is_dialled_within_the_country(
    region: str, digits: str, ends: list[str]
) -> None:
    assert Dialling.of_region(region).ends(digits) == ends


def test_the_default_is_the_united_kingdom_and_a_region_not_known_has_no_code() -> None:
    assert Dialling.of_region("GB") == Dialling()
    assert Dialling.of_region("XX") == Dialling("", "")
