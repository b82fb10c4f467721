"""Rule E1: a restricted record is used on a named ground only."""

import pytest

from lib.domain.restriction import Ground, check_use
from lib.errors import GroundNeededError
from tests.vector_files import Row, rows

# The words of the vectors; any other is no ground.
GROUNDS = {
    "consent": Ground.CONSENT,
    "legal_claims": Ground.LEGAL_CLAIMS,
    "protect_person": Ground.PROTECT_PERSON,
    "public_interest": Ground.PUBLIC_INTEREST,
}


def test_a_restricted_record_needs_a_ground() -> None:
    with pytest.raises(GroundNeededError):
        check_use(is_restricted=True, ground=None)


@pytest.mark.parametrize("ground", list(Ground))
def test_each_of_the_four_grounds_opens_it(ground: Ground) -> None:
    check_use(is_restricted=True, ground=ground)


def test_a_record_that_is_not_restricted_needs_none() -> None:
    check_use(is_restricted=False, ground=None)


@pytest.mark.parametrize("row", rows("restriction.csv"))
def test_a_record_is_viewed_as_the_vectors_say(row: Row) -> None:
    if row["operation"] != "view_record":
        pytest.skip(f"{row['operation']} is not built yet")
    ground = GROUNDS.get(row["ground"])
    if row["decision"] == "ALLOW":
        check_use(is_restricted=True, ground=ground)
    else:
        with pytest.raises(GroundNeededError):
            check_use(is_restricted=True, ground=ground)
