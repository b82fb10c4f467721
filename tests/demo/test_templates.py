"""Templates, charts and aftercare of the synthetic clinic: as people would have entered them."""

from datetime import date, timedelta

from lib.demo.catalogue import PROTOCOLS
from lib.demo.templates import RECENT_DAYS
from lib.domain.templates import check
from lib.store.connection import Store
from lib.store.templates import list_templates
from tests.demo.conftest import AS_OF, Ask

RECENT = AS_OF - timedelta(days=RECENT_DAYS)


def test_every_protocol_has_a_template_that_the_rules_accept(store: Store) -> None:
    with store.reading() as cursor:
        found = list_templates(cursor)
    assert {one.name for one in found} == {protocol.name for protocol in PROTOCOLS}
    for one in found:
        check(one)


def test_a_template_uses_a_product_that_is_still_offered(ask: Ask) -> None:
    assert ask(
        "SELECT count(*) FROM treatment_template AS t JOIN product AS p USING (product_id) "
        "WHERE p.is_active"
    ) == [(len(PROTOCOLS),)]


def test_the_leaflet_of_every_product_but_light_and_lasers_names_what_is_in_it(ask: Ask) -> None:
    without = ask("SELECT name FROM product WHERE components IS NULL ORDER BY name")
    assert without == [("LED light panel",), ("Laser hair removal tip",)]


def test_the_points_of_an_area_hold_its_dose_and_lie_on_its_chart(ask: Ask) -> None:
    assert ask(
        "SELECT count(*) FROM (SELECT i.treatment_item_id FROM treatment_point AS p "
        "JOIN treatment_item AS i USING (treatment_item_id) "
        "WHERE i.patient_id = p.patient_id AND i.treatment_id = p.treatment_id "
        "GROUP BY i.treatment_item_id, i.dose HAVING sum(p.dose) <> i.dose)"
    ) == [(0,)]
    assert ask("SELECT DISTINCT chart FROM treatment_point ORDER BY chart")[0] == ("body_back",)
    assert ask("SELECT count(*) FROM treatment_point WHERE dose IS NULL OR dose <= 0") == [(0,)]


def test_only_what_was_given_lately_has_points_and_all_of_it_on_a_chart_has(ask: Ask) -> None:
    (oldest,) = ask(
        "SELECT min(treated_on) FROM treatment_point JOIN treatment USING (treatment_id)"
    )[0]
    assert oldest >= RECENT
    assert ask(
        "SELECT DISTINCT i.area FROM treatment_item AS i JOIN treatment AS t USING (treatment_id) "
        "WHERE i.treatment_item_id NOT IN (SELECT treatment_item_id FROM treatment_point) "
        "AND t.template_id IS NOT NULL"
    ) == [("home use",)]


def test_recent_treatments_say_what_aftercare_was_given_and_older_ones_that_nobody_knows(
    ask: Ask,
) -> None:
    sql = (
        "SELECT is_aftercare_given, aftercare IS NULL, template_id IS NULL, min(treated_on), "
        "max(treated_on) FROM treatment GROUP BY ALL ORDER BY 1 NULLS FIRST"
    )
    older, without, told = ask(sql)
    assert older[:3] == (None, True, True)
    assert older[4] < RECENT
    assert without[:3] == (False, True, False)
    assert told[:3] == (True, False, False)
    assert min(without[3], told[3]) >= RECENT > date(2014, 1, 1)


def test_an_adverse_event_is_the_first_version_of_its_series(ask: Ask) -> None:
    assert ask("SELECT DISTINCT series_id = adverse_event_id, version FROM adverse_event") == [
        (True, 1)
    ]
