"""How the synthetic clinic keeps in touch: details with their source, contacts, two lists."""

from tests.demo.conftest import Ask


def test_most_addresses_say_how_they_were_collected(ask: Ask) -> None:
    ((sources,),) = ask("SELECT count(DISTINCT details_source) FROM contact_collection")
    ((early,),) = ask(
        "SELECT count(*) FROM contact_collection AS c JOIN patient AS p USING (patient_id) "
        "WHERE c.collected_on < p.registered_on"
    )
    assert (sources, early) == (4, 0)


def test_contacts_lie_in_the_past_of_people_who_live(ask: Ask) -> None:
    assert ask(
        "SELECT count(*) FROM contact_log AS l JOIN patient AS p USING (patient_id) "
        "WHERE l.contacted_on < p.registered_on OR p.deceased_on IS NOT NULL"
    ) == [(0,)]


def test_one_list_was_sent_and_one_by_health_data_waits(ask: Ask) -> None:
    assert ask(
        "SELECT channel, uses_health_data, sent_on IS NOT NULL FROM campaign ORDER BY built_at"
    ) == [("email", False, True), ("sms", True, False)]
    ((kinds,),) = ask("SELECT count(DISTINCT reason) FROM campaign_member")
    assert kinds >= 8
    assert ask(
        "SELECT count(*) FROM campaign_member AS m JOIN campaign AS c USING (campaign_id) "
        "WHERE m.is_included AND c.uses_health_data AND m.basis <> 'CONSENT'"
    ) == [(0,)]
    assert ask(
        "SELECT count(*) FROM campaign_member AS m JOIN campaign AS c USING (campaign_id) "
        "WHERE m.is_included AND c.sent_on IS NOT NULL"
    ) == ask("SELECT count(*) FROM contact_log WHERE is_marketing")
