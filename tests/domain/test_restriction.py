"""Rule E1: a restricted record is used on a named ground only."""

import pytest

from lib.domain.restriction import Ground, check_use
from lib.errors import GroundNeededError


def test_a_restricted_record_needs_a_ground() -> None:
    with pytest.raises(GroundNeededError):
        check_use(is_restricted=True, ground=None)


@pytest.mark.parametrize("ground", list(Ground))
def test_each_of_the_four_grounds_opens_it(ground: Ground) -> None:
    check_use(is_restricted=True, ground=ground)


def test_a_record_that_is_not_restricted_needs_none() -> None:
    check_use(is_restricted=False, ground=None)
