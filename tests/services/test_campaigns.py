"""Campaigns: who is in and why, kept as evidence; the file checks everybody again."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
import uuid_utils.compat as uuid7s

from lib.domain.access import Actor
from lib.domain.campaigns import Audience
from lib.domain.consent import Channel, Topic
from lib.domain.marketing import Message, Why
from lib.errors import InvalidInputError, NotFoundError, NotPermittedError
from lib.services import campaign_files, campaigns, contacts
from lib.services.campaigns import Asked, NewCampaign, Page
from lib.services.clinic import Clinic
from tests.consents import BY_EMAIL, add_version, give, withdraw
from tests.in_touch import about, add_address, add_email, add_phone, add_reachable, build, say
from tests.records import (
    NOW,
    TODAY,
    add_patient,
    add_stock,
    add_treatment,
    audit_lines,
    restrict,
)

HOUR = timedelta(hours=1)


def look(clinic: Clinic, actor: Actor, campaign_id: UUID, **asked: object) -> Page:
    wanted = Asked(campaign_id, **asked)  # type: ignore[arg-type]
    return campaigns.open_campaign(clinic, actor, wanted, as_of=TODAY)


def export(clinic: Clinic, actor: Actor, campaign_id: UUID) -> campaign_files.Exported:
    return campaign_files.export(clinic, actor, campaign_id, now=NOW + HOUR, as_of=TODAY)


def rows(made: campaign_files.Exported) -> list[str]:
    return made.download.content.decode("utf-8-sig").splitlines()[1:]


def reference_of(page: Page, patient_id: UUID) -> str:
    (line,) = [one for one in page.lines if one.member.patient_id == patient_id]
    return line.member.reference


def test_everybody_is_in_or_out_for_one_reason(clinic: Clinic, staff: Actor) -> None:
    add_reachable(clinic)
    form = add_version(clinic)
    consenting = add_patient(clinic)
    add_email(clinic, consenting, "bea@example.org")
    give(clinic, staff, consenting, form, BY_EMAIL)
    withdrawn = add_reachable(clinic, "cai@example.org")
    withdraw(clinic, staff, withdrawn, BY_EMAIL)
    say(clinic, staff, add_reachable(clinic, "dee@example.org"))
    restrict(clinic, add_reachable(clinic, "eve@example.org"))
    add_reachable(clinic, "fay@example.org", deceased_on=TODAY)
    add_reachable(clinic, "gil@example.org", born_on=TODAY - timedelta(days=17 * 365))
    add_patient(clinic)
    add_email(clinic, add_patient(clinic), "hal@example.org")
    merged = add_reachable(clinic, "ina@example.org", merged_into_id=consenting)
    page = look(clinic, staff, build(clinic, staff).campaign_id)
    assert page.counts == {
        (True, Why.SOFT_OPT_IN): 1,
        (True, Why.CONSENT): 1,
        (False, Why.WITHDRAWN): 1,
        (False, Why.OPTED_OUT): 1,
        (False, Why.RESTRICTED): 1,
        (False, Why.DECEASED): 1,
        (False, Why.MINOR): 1,
        (False, Why.NO_ADDRESS): 1,
        (False, Why.NOT_RECORDED): 1,
    }
    assert page.included == 2
    assert merged not in [line.member.patient_id for line in page.lines]


def test_of_a_restricted_record_a_list_tells_the_reference_alone(
    clinic: Clinic, staff: Actor
) -> None:
    patient_id = add_reachable(clinic)
    restrict(clinic, patient_id)
    page = look(clinic, staff, build(clinic, staff).campaign_id)
    (line,) = page.lines
    member = line.member
    assert (member.family_name, member.given_names, member.born_on) == ("", "", None)
    assert (member.reason, member.is_restricted) == ("restricted", True)


def test_a_withdrawal_shows_in_the_list_at_once_and_is_left_out_of_the_file(
    clinic: Clinic, staff: Actor, compliance: Actor
) -> None:
    stays, goes = add_reachable(clinic), add_reachable(clinic, "bea@example.org")
    campaign_id = build(clinic, staff).campaign_id
    before = look(clinic, staff, campaign_id)
    assert (before.included, before.since) == (2, 0)
    withdraw(clinic, staff, goes, BY_EMAIL)
    after = look(clinic, staff, campaign_id, only_since=True)
    (line,) = after.lines
    assert (after.included, after.since, line.member.patient_id) == (2, 1, goes)
    assert line.is_out_since
    assert line.now is not None
    assert line.now.why is Why.WITHDRAWN
    made = export(clinic, compliance, campaign_id)
    assert (made.included, made.dropped) == (1, 1)
    assert rows(made) == [f"{reference_of(before, stays)},Ms,Anna,Hart,anna@example.org"]
    exported = [line[2] for line in audit_lines(clinic) if line[0] == "campaign list exported"]
    assert exported == [str(stays), None]
    told = {one.member.patient_id: one.member for one in look(clinic, staff, campaign_id).lines}
    assert (told[goes].exported_at, told[goes].dropped_because) == (None, "withdrawn")
    assert (told[stays].exported_at, told[stays].dropped_because) == (NOW + HOUR, None)


def test_every_patient_shown_and_exported_is_in_the_trail(
    clinic: Clinic, staff: Actor, compliance: Actor
) -> None:
    patient_id = add_reachable(clinic)
    campaign_id = build(clinic, staff).campaign_id
    look(clinic, staff, campaign_id)
    export(clinic, compliance, campaign_id)
    campaign_files.mark_sent(clinic, compliance, campaign_id, TODAY, now=NOW + HOUR, as_of=TODAY)
    assert [(line[0], line[2], line[4]) for line in audit_lines(clinic)] == [
        ("campaign list built", None, '{"included": 1, "left out": 0}'),
        ("patient shown in a campaign list", str(patient_id), "{}"),
        ("campaign list exported", str(patient_id), "{}"),
        ("campaign list exported", None, '{"included": 1, "left out": 0}'),
        ("contact noted", str(patient_id), "{}"),
    ]


def test_a_sent_campaign_is_in_the_log_and_caps_the_next_one(
    clinic: Clinic, staff: Actor, compliance: Actor
) -> None:
    patient_id = add_reachable(clinic)
    campaign_id = build(clinic, staff).campaign_id
    export(clinic, compliance, campaign_id)
    for _ in range(2):
        count = campaign_files.mark_sent(
            clinic, compliance, campaign_id, TODAY, now=NOW + HOUR, as_of=TODAY
        )
        assert count == 1
    told = contacts.open_contacts(clinic, staff, about(patient_id))
    (contact,) = told.contacts
    assert (contact.campaign_name, contact.basis) == ("December news", "SOFT_OPT_IN")
    (line,) = look(clinic, staff, build(clinic, staff).campaign_id).lines
    assert (line.member.reason, line.member.is_included) == ("contacted lately", False)
    assert line.member.next_on == TODAY + timedelta(days=28)
    for _ in range(2):
        campaign_files.take_back_sent(clinic, compliance, campaign_id, now=NOW + 2 * HOUR)
    again = look(clinic, staff, build(clinic, staff).campaign_id)
    assert again.counts == {(True, Why.SOFT_OPT_IN): 1}
    (struck,) = contacts.open_contacts(clinic, staff, about(patient_id)).contacts
    assert struck.voided_at == NOW + 2 * HOUR


def test_only_what_may_be_sent_is_noted_as_sent(clinic: Clinic, compliance: Actor) -> None:
    add_reachable(clinic)
    campaign_id = build(clinic, compliance).campaign_id
    with pytest.raises(InvalidInputError, match="No file was made"):
        campaign_files.mark_sent(clinic, compliance, campaign_id, TODAY, now=NOW, as_of=TODAY)
    export(clinic, compliance, campaign_id)
    for day, reason in ((TODAY + timedelta(days=1), "not come"), (date(2026, 1, 1), "before")):
        with pytest.raises(InvalidInputError, match=reason):
            campaign_files.mark_sent(clinic, compliance, campaign_id, day, now=NOW, as_of=TODAY)
    campaign_files.mark_sent(clinic, compliance, campaign_id, TODAY, now=NOW, as_of=TODAY)
    with pytest.raises(InvalidInputError, match="noted as sent"):
        export(clinic, compliance, campaign_id)


def test_a_closed_campaign_makes_no_file_until_it_is_open_again(
    clinic: Clinic, compliance: Actor
) -> None:
    add_reachable(clinic)
    campaign_id = build(clinic, compliance).campaign_id
    for _ in range(2):
        campaigns.close(clinic, compliance, campaign_id, now=NOW)
    with pytest.raises(InvalidInputError, match="closed"):
        export(clinic, compliance, campaign_id)
    campaigns.reopen(clinic, compliance, campaign_id)
    assert export(clinic, compliance, campaign_id).included == 1
    assert [line[0] for line in audit_lines(clinic)].count("campaign closed") == 2


def test_no_cell_of_the_file_is_a_formula(clinic: Clinic, compliance: Actor) -> None:
    add_reachable(clinic, "=cmd@example.org", family_name="=1+1", given_names="+Ann")
    made = export(clinic, compliance, build(clinic, compliance).campaign_id)
    assert rows(made)[0].split(",", 1)[1] == "Ms,'+Ann,'=1+1,'=cmd@example.org"


def test_numbers_are_written_as_they_are_dialled_and_post_line_by_line(
    clinic: Clinic, compliance: Actor
) -> None:
    form = add_version(clinic)
    patient_id = add_patient(clinic)
    add_phone(clinic, patient_id, "+447700900123")
    add_phone(clinic, patient_id, "+441134960000", "home")
    add_address(clinic, patient_id, "LS6 1AA")
    for channel in (Channel.SMS, Channel.POST):
        give(clinic, compliance, patient_id, form, Topic(BY_EMAIL.purpose, channel))
    by_sms = export(clinic, compliance, build(clinic, compliance, Channel.SMS).campaign_id)
    assert rows(by_sms)[0].endswith("Anna,Hart,07700 900123")
    by_post = export(clinic, compliance, build(clinic, compliance, Channel.POST).campaign_id)
    assert rows(by_post)[0].endswith("Anna,Hart,1 Acorn Road,,,Leeds,,LS6 1AA,")


@pytest.mark.parametrize(
    ("audience", "count"),
    [
        (Audience(), 3),
        (Audience(seen_from=TODAY), 1),
        (Audience(seen_until=TODAY - timedelta(days=1)), 1),
        (Audience(town="leeds "), 2),
        (Audience(postcode="ls6"), 1),
        (Audience(postcode="LS"), 2),
        (Audience(postcode="L"), 0),
        (Audience(postcode="LS6 1"), 1),
        (Audience(postcode="LS61 1AA"), 1),
        (Audience(product_group="toxin"), 1),
        (Audience(product_group="filler"), 0),
        (Audience(practitioner_id=UUID(int=7)), 1),
    ],
)
def test_an_audience_is_everybody_whom_all_of_it_holds_for(
    clinic: Clinic, staff: Actor, audience: Audience, count: int
) -> None:
    seen = add_reachable(
        clinic, "a@example.org", last_seen_on=TODAY, last_practitioner_id=UUID(int=7)
    )
    old = add_reachable(clinic, "b@example.org", last_seen_on=TODAY - timedelta(days=400))
    add_reachable(clinic, "c@example.org")
    add_address(clinic, seen, "LS6 1AA")
    add_address(clinic, old, "LS61 1AA")
    add_treatment(clinic, seen, add_stock(clinic), TODAY)
    page = look(clinic, staff, build(clinic, staff, audience=audience).campaign_id)
    assert sum(page.counts.values()) == count


def test_a_list_chosen_by_treatment_needs_consent_whatever_the_message_says(
    clinic: Clinic, staff: Actor
) -> None:
    form, stock = add_version(clinic), add_stock(clinic)
    people = [add_reachable(clinic, f"{name}@example.org") for name in "ab"]
    for patient_id in people:
        add_treatment(clinic, patient_id, stock, TODAY)
    give(clinic, staff, people[0], form, BY_EMAIL)
    built = build(clinic, staff, audience=Audience(product_group="toxin"))
    assert built.message.uses_health_data
    page = look(clinic, staff, built.campaign_id)
    assert page.counts == {(True, Why.CONSENT): 1, (False, Why.HEALTH_DATA): 1}


def test_a_part_of_a_list_is_looked_at_alone(clinic: Clinic, staff: Actor) -> None:
    inside = add_reachable(clinic)
    add_patient(clinic)
    campaign_id = build(clinic, staff).campaign_id
    everybody = look(clinic, staff, campaign_id)
    reference = reference_of(everybody, inside)
    for asked in (
        {"is_included": True},
        {"why": Why.SOFT_OPT_IN},
        {"reference": f" {reference.lower()} "},
    ):
        found = look(clinic, staff, campaign_id, **asked)
        assert [line.member.patient_id for line in found.lines] == [inside]
    assert look(clinic, staff, campaign_id, page=1).lines == ()
    assert [one.included for one in campaigns.list_campaigns(clinic, staff)] == [1]


def test_building_again_under_the_same_id_changes_nothing(clinic: Clinic, staff: Actor) -> None:
    add_reachable(clinic)
    new = NewCampaign(uuid7s.uuid7(), "News", "Text", Message(Channel.EMAIL))
    first = campaigns.build(clinic, staff, new, now=NOW, as_of=TODAY)
    again = campaigns.build(clinic, staff, replace(new, name="X"), now=NOW, as_of=TODAY)
    assert again == first
    assert look(clinic, staff, first.campaign_id).included == 1


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [(" ", "x", "name"), ("x", "", "text"), ("x" * 201, "x", "name"), ("x", "y" * 4001, "text")],
)
def test_a_campaign_has_a_name_and_a_message(
    clinic: Clinic, staff: Actor, name: str, text: str, field: str
) -> None:
    new = NewCampaign(uuid7s.uuid7(), name, text, Message(Channel.EMAIL))
    with pytest.raises(InvalidInputError) as caught:
        campaigns.build(clinic, staff, new, now=NOW, as_of=TODAY)
    assert caught.value.field == field


def test_who_may_build_may_not_export(clinic: Clinic, staff: Actor, owner: Actor) -> None:
    campaign_id = build(clinic, staff).campaign_id
    with pytest.raises(NotPermittedError):
        export(clinic, staff, campaign_id)
    with pytest.raises(NotPermittedError):
        build(clinic, owner)
    with pytest.raises(NotFoundError):
        look(clinic, staff, uuid7s.uuid7())


def test_a_record_merged_since_is_written_to_once(clinic: Clinic, compliance: Actor) -> None:
    kept, gone = add_reachable(clinic), add_reachable(clinic, "bea@example.org")
    campaign_id = build(clinic, compliance).campaign_id
    clinic.store.transact(
        lambda unit: (
            unit.cursor.execute(
                "UPDATE patient SET merged_into_id = ? WHERE patient_id = ?", [str(kept), str(gone)]
            ),
            unit.cursor.execute(
                "UPDATE campaign_member SET patient_id = ? WHERE patient_id = ?",
                [str(kept), str(gone)],
            ),
        )
    )
    made = export(clinic, compliance, campaign_id)
    assert (made.included, len(rows(made))) == (1, 1)
    count = campaign_files.mark_sent(
        clinic, compliance, campaign_id, TODAY, now=NOW + HOUR, as_of=TODAY
    )
    assert count == 1
