"""Administering accounts: who may, and what it does."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from lib.domain.access import Actor, Role
from lib.domain.sign_in import Step
from lib.errors import InvalidInputError, NotFoundError, NotPermittedError, SignInRefusedError
from lib.services import people, sessions, sign_in
from lib.services.clinic import Clinic
from lib.services.people import Invitation, Listed, State
from tests.services.conftest import (
    NOW,
    PASSWORD,
    VISITOR,
    Known,
    actions,
    actor_of,
    add_person,
    everything_in_the_trail,
    open_session,
)

KIM = Invitation(" Kim ", "Kim O'Neil", " kim@example.org ", frozenset({Role.STAFF}))
NEW = "violet kettle orbit saddle"


def listed(clinic: Clinic, alex: Known, username: str, after: timedelta = timedelta()) -> Listed:
    rows = people.list_people(clinic, actor_of(clinic, alex), now=NOW + after)
    return next(row for row in rows if row.username == username)


def test_an_invited_person_signs_in_with_the_password_handed_over(
    clinic: Clinic, alex: Known
) -> None:
    first = people.invite(clinic, actor_of(clinic, alex), KIM, now=NOW)
    assert listed(clinic, alex, "kim").state is State.INVITED
    assert listed(clinic, alex, "kim").email == "kim@example.org"
    stage = sign_in.check_password(clinic, "kim", first.password, VISITOR, now=NOW)
    assert sign_in.next_step(clinic, stage) is Step.CHANGE_PASSWORD
    sign_in.change_first_password(clinic, stage, NEW, now=NOW)
    assert listed(clinic, alex, "kim").state is State.ACTIVE


def test_an_invitation_expires(clinic: Clinic, alex: Known) -> None:
    first = people.invite(clinic, actor_of(clinic, alex), KIM, now=NOW)
    week = timedelta(days=7)
    assert first.expires_at == NOW + week
    assert listed(clinic, alex, "kim", week).state is State.INVITATION_EXPIRED


def test_a_first_password_is_kept_nowhere_in_clear(clinic: Clinic, alex: Known) -> None:
    first = people.invite(clinic, actor_of(clinic, alex), KIM, now=NOW)
    with clinic.store.reading() as cursor:
        kept = str(cursor.execute("SELECT * FROM person").fetchall())
    assert first.password not in kept + everything_in_the_trail(clinic)


@pytest.mark.usefixtures("sam")
def test_a_username_is_given_once(clinic: Clinic, alex: Known) -> None:
    again = Invitation("SAM", "Another Sam", None, frozenset({Role.STAFF}))
    with pytest.raises(InvalidInputError, match="already"):
        people.invite(clinic, actor_of(clinic, alex), again, now=NOW)


@pytest.mark.parametrize(
    "invitation",
    [
        Invitation("k", "Kim", None, frozenset({Role.STAFF})),
        Invitation("kim", "", None, frozenset({Role.STAFF})),
        Invitation("kim", "Kim", None, frozenset()),
    ],
)
def test_an_invitation_that_will_not_do_adds_nobody(
    clinic: Clinic, alex: Known, invitation: Invitation
) -> None:
    with pytest.raises(InvalidInputError):
        people.invite(clinic, actor_of(clinic, alex), invitation, now=NOW)
    assert len(people.list_people(clinic, actor_of(clinic, alex), now=NOW)) == 1


def test_a_disabled_person_cannot_sign_in_until_enabled(
    clinic: Clinic, alex: Known, sam: Known
) -> None:
    actor = actor_of(clinic, alex)
    people.disable(clinic, actor, sam.person_id, now=NOW)
    assert listed(clinic, alex, "sam").state is State.DISABLED
    with pytest.raises(SignInRefusedError):
        sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=NOW)
    people.enable(clinic, actor, sam.person_id)
    assert sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=NOW)
    done = [action for action, _ in actions(clinic)]
    assert done[-3:] == ["person disabled", "sign-in refused", "person enabled"]


def test_nobody_disables_themselves(clinic: Clinic, alex: Known) -> None:
    add_person(clinic, "robin", Role.ADMINISTRATOR)
    with pytest.raises(InvalidInputError, match="your own"):
        people.disable(clinic, actor_of(clinic, alex), alex.person_id, now=NOW)


def test_the_last_administrator_stays(clinic: Clinic, alex: Known) -> None:
    actor = actor_of(clinic, alex)
    with pytest.raises(InvalidInputError, match="last administrator"):
        people.set_roles(clinic, actor, alex.person_id, frozenset({Role.STAFF}), now=NOW)
    robin = add_person(clinic, "robin", Role.ADMINISTRATOR)
    people.disable(clinic, actor, robin.person_id, now=NOW)
    with pytest.raises(InvalidInputError, match="last administrator"):
        people.set_roles(clinic, actor, alex.person_id, frozenset({Role.STAFF}), now=NOW)


def test_somebody_else_cannot_disable_the_last_administrator_either(
    clinic: Clinic, alex: Known
) -> None:
    robin = actor_of(clinic, add_person(clinic, "robin", Role.ADMINISTRATOR))
    people.disable(clinic, actor_of(clinic, alex), robin.person_id, now=NOW)
    with pytest.raises(InvalidInputError, match="last administrator"):
        people.disable(clinic, robin, alex.person_id, now=NOW)


def test_one_of_two_administrators_may_go(clinic: Clinic, alex: Known) -> None:
    robin = add_person(clinic, "robin", Role.ADMINISTRATOR)
    roles = frozenset({Role.OWNER})
    people.set_roles(clinic, actor_of(clinic, alex), robin.person_id, roles, now=NOW)
    assert listed(clinic, alex, "robin").roles == roles


def test_roles_are_replaced_and_the_trail_says_how(clinic: Clinic, alex: Known, sam: Known) -> None:
    roles = frozenset({Role.STAFF, Role.COMPLIANCE})
    people.set_roles(clinic, actor_of(clinic, alex), sam.person_id, roles, now=NOW)
    assert listed(clinic, alex, "sam").roles == roles
    assert '"to": "compliance, staff"' in everything_in_the_trail(clinic)


def test_roles_that_stay_the_same_end_no_session(clinic: Clinic, alex: Known, sam: Known) -> None:
    opened = open_session(clinic, sam, NOW)
    roles = frozenset({Role.STAFF})
    people.set_roles(clinic, actor_of(clinic, alex), sam.person_id, roles, now=NOW)
    assert sessions.by_id(clinic, opened.session_id, now=NOW)


def test_a_reset_password_lifts_the_lock_out_and_keeps_the_second_factor(
    clinic: Clinic, alex: Known, sam: Known
) -> None:
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            sign_in.check_password(clinic, "sam", "wrong", VISITOR, now=NOW)
    later = NOW + timedelta(seconds=1)
    first = people.reset_password(clinic, actor_of(clinic, alex), sam.person_id, now=later)
    stage = sign_in.check_password(clinic, "sam", first.password, VISITOR, now=later)
    assert sign_in.next_step(clinic, stage) is Step.CODE
    with pytest.raises(SignInRefusedError):
        sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=later)


def test_a_reset_after_sign_in_is_told_apart_from_an_invitation(
    clinic: Clinic, alex: Known, sam: Known
) -> None:
    open_session(clinic, sam, NOW)
    people.reset_password(clinic, actor_of(clinic, alex), sam.person_id, now=NOW)
    assert listed(clinic, alex, "sam").state is State.RESET
    assert listed(clinic, alex, "sam").open_sessions == 0


def test_a_reset_second_factor_is_set_up_anew(clinic: Clinic, alex: Known, sam: Known) -> None:
    opened = open_session(clinic, sam, NOW)
    people.reset_second_factor(clinic, actor_of(clinic, alex), sam.person_id, now=NOW)
    assert sessions.by_id(clinic, opened.session_id, now=NOW) is None
    stage = sign_in.check_password(clinic, "sam", PASSWORD, VISITOR, now=NOW)
    assert sign_in.next_step(clinic, stage) is Step.ENROL
    with pytest.raises(SignInRefusedError):
        sign_in.check_code(clinic, stage, sam.codes[0], VISITOR, now=NOW)


def test_an_administrator_ends_the_sessions_of_another(
    clinic: Clinic, alex: Known, sam: Known
) -> None:
    opened = open_session(clinic, sam, NOW)
    assert listed(clinic, alex, "sam").open_sessions == 1
    assert people.end_sessions(clinic, actor_of(clinic, alex), sam.person_id, now=NOW) == 1
    assert sessions.by_id(clinic, opened.session_id, now=NOW) is None


def test_somebody_who_is_gone_is_not_found(clinic: Clinic, alex: Known) -> None:
    with pytest.raises(NotFoundError):
        people.enable(clinic, actor_of(clinic, alex), uuid4())


Act = Callable[[Clinic, Actor, Known], object]
ACTS: dict[str, Act] = {
    "list": lambda clinic, actor, _: people.list_people(clinic, actor, now=NOW),
    "invite": lambda clinic, actor, _: people.invite(clinic, actor, KIM, now=NOW),
    "roles": lambda clinic, actor, who: people.set_roles(
        clinic, actor, who.person_id, frozenset({Role.ADMINISTRATOR}), now=NOW
    ),
    "disable": lambda clinic, actor, who: people.disable(clinic, actor, who.person_id, now=NOW),
    "enable": lambda clinic, actor, who: people.enable(clinic, actor, who.person_id),
    "password": lambda clinic, actor, who: people.reset_password(
        clinic, actor, who.person_id, now=NOW
    ),
    "factor": lambda clinic, actor, who: people.reset_second_factor(
        clinic, actor, who.person_id, now=NOW
    ),
    "sessions": lambda clinic, actor, who: people.end_sessions(
        clinic, actor, who.person_id, now=NOW
    ),
}


@pytest.mark.parametrize("role", [Role.STAFF, Role.COMPLIANCE, Role.OWNER])
@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
def test_only_an_administrator_may_and_the_attempt_is_in_the_trail(
    clinic: Clinic, act: Act, role: Role
) -> None:
    known = add_person(clinic, "kit", role)
    with pytest.raises(NotPermittedError):
        act(clinic, actor_of(clinic, known), known)
    assert actions(clinic) == [("refused", "refused")]
