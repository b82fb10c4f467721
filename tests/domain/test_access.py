"""The matrix of roles and permissions says exactly who may do what."""

import pytest

from lib.domain import access
from lib.domain.access import Permission, Role
from lib.errors import NotPermittedError
from tests.conftest import actor_with


def test_every_role_is_in_the_matrix() -> None:
    assert set(access.MATRIX) == set(Role)


def test_every_permission_is_held_by_somebody() -> None:
    assert access.permissions_of(frozenset(Role)) == frozenset(Permission)


def test_an_administrator_and_an_owner_see_no_patient() -> None:
    for role in (Role.ADMINISTRATOR, Role.OWNER):
        for permission in (Permission.SEARCH_PATIENTS, Permission.VIEW_RECORD):
            assert not access.can(actor_with(role), permission)


def test_roles_add_up() -> None:
    both = actor_with(Role.STAFF, Role.ADMINISTRATOR)
    assert access.can(both, Permission.VIEW_RECORD)
    assert access.can(both, Permission.MANAGE_PEOPLE)


def test_somebody_without_a_role_may_do_nothing() -> None:
    assert access.permissions_of(frozenset()) == frozenset()
    with pytest.raises(NotPermittedError, match="view a patient's record"):
        access.check(actor_with(), Permission.VIEW_RECORD)


def test_a_check_that_passes_says_nothing() -> None:
    access.check(actor_with(Role.STAFF), Permission.VIEW_RECORD)
