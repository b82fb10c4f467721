"""The story the synthetic clinic tells: nothing in it is impossible, and it looks like a clinic."""

from datetime import date, timedelta

import phonenumbers
import pytest

from tests.demo.conftest import AS_OF, PATIENTS, Ask

OF_PATIENT = (
    "patient_external_id",
    "patient_name",
    "patient_phone",
    "patient_email",
    "patient_address",
    "reasonable_adjustment",
    "restriction",
    "contact_preference",
    "recent_record",
    "history_entry",
    "history_review",
    "treatment",
    "treatment_item",
    "adverse_event",
    "consultation",
    "appointment",
)

# Each finds rows that cannot be; none may.
IMPOSSIBLE = {
    "treated on or after the day of death": """
        SELECT * FROM treatment JOIN patient USING (patient_id) WHERE treated_on >= deceased_on""",
    "consulted after death": """
        SELECT * FROM consultation JOIN patient USING (patient_id)
        WHERE consulted_on >= deceased_on""",
    "kept or booked an appointment after death": """
        SELECT * FROM appointment JOIN patient USING (patient_id)
        WHERE CAST(starts_at AS DATE) >= deceased_on AND status IN ('attended', 'booked')""",
    "treated before the 18th birthday": """
        SELECT * FROM treatment JOIN patient USING (patient_id)
        WHERE treated_on < born_on + INTERVAL 18 YEAR""",
    "treated before registration": """
        SELECT * FROM treatment JOIN patient USING (patient_id) WHERE treated_on < registered_on""",
    "treated in the future": "SELECT * FROM treatment WHERE treated_on >= DATE '2026-11-20'",
    "recorded before it happened": """
        SELECT * FROM treatment WHERE CAST(recorded_at AS DATE) < treated_on""",
    "born after registration": "SELECT * FROM patient WHERE born_on >= registered_on",
    "died before registration": "SELECT * FROM patient WHERE deceased_on <= registered_on",
    "turned away as a minor at 18 or more": """
        SELECT * FROM consultation JOIN patient USING (patient_id)
        WHERE outcome = 'under_age'
        AND (born_on IS NULL OR consulted_on >= born_on + INTERVAL 18 YEAR)""",
    "a minor at the consultation who was not turned away": """
        SELECT * FROM consultation JOIN patient USING (patient_id)
        WHERE outcome <> 'under_age' AND consulted_on < born_on + INTERVAL 18 YEAR""",
    "treated on a closed Sunday": "SELECT * FROM treatment WHERE dayofweek(treated_on) = 0",
    "treated during a lockdown": """
        SELECT * FROM treatment
        WHERE treated_on BETWEEN DATE '2020-03-23' AND DATE '2020-07-12'""",
    "a lot used before it came": """
        SELECT * FROM treatment_item JOIN treatment USING (treatment_id) JOIN lot USING (lot_id)
        WHERE treated_on < received_on""",
    "a lot of another product": """
        SELECT * FROM treatment_item i JOIN lot USING (lot_id)
        WHERE lot.product_id <> i.product_id""",
    "an item of another patient's treatment": """
        SELECT * FROM treatment_item i JOIN treatment t USING (treatment_id)
        WHERE i.patient_id <> t.patient_id""",
    "an item in another unit than its product": """
        SELECT * FROM treatment_item i JOIN product p USING (product_id) WHERE i.unit <> p.unit""",
    "a dose of nothing": "SELECT * FROM treatment_item WHERE dose IS NULL OR dose <= 0",
    "a follow-up before or long after the treatment": """
        SELECT * FROM treatment
        WHERE follow_up_due_on <= treated_on OR follow_up_due_on > treated_on + 60""",
    "a treatment without an item": """
        SELECT * FROM treatment WHERE treatment_id NOT IN (SELECT treatment_id FROM treatment_item)
        """,
    "somebody who was not there": """
        SELECT * FROM treatment t JOIN practitioner p USING (practitioner_id)
        WHERE treated_on < active_from OR treated_on > active_until""",
    "a prescription-only product without a prescriber": """
        SELECT * FROM treatment t JOIN treatment_item USING (treatment_id)
        JOIN product p USING (product_id)
        WHERE is_prescription_only AND (prescriber_id IS NULL OR prescriber_id NOT IN
            (SELECT practitioner_id FROM practitioner WHERE is_prescriber))""",
    "an injection by a therapist": """
        SELECT * FROM treatment t JOIN treatment_item USING (treatment_id)
        JOIN product USING (product_id) JOIN practitioner USING (practitioner_id)
        WHERE product_group IN ('toxin', 'filler') AND profession = 'Aesthetic therapist'""",
    "the first version of a series with another's id": """
        SELECT * FROM treatment WHERE version = 1 AND series_id <> treatment_id""",
    "a later version without a reason, or whose forerunner still stands": """
        SELECT * FROM treatment later LEFT JOIN treatment first
            ON first.treatment_id = later.series_id
        WHERE later.version > 1 AND (later.correction_reason IS NULL
            OR first.superseded_at IS NULL OR first.superseded_at <> later.recorded_at
            OR first.patient_id <> later.patient_id)""",
    "a correction that changes more than the dose": """
        SELECT * FROM treatment later JOIN treatment first ON first.treatment_id = later.series_id
        WHERE later.version = 2 AND (later.notes IS DISTINCT FROM first.notes
            OR later.follow_up_due_on IS DISTINCT FROM first.follow_up_due_on
            OR later.price_pence <> first.price_pence OR later.name <> first.name
            OR later.treated_on <> first.treated_on
            OR later.practitioner_id <> first.practitioner_id)""",
    "a correction that leaves the dose as it was": """
        WITH given AS (SELECT treatment_id, sum(dose) AS dose FROM treatment_item GROUP BY 1)
        SELECT * FROM treatment later JOIN given a ON a.treatment_id = later.treatment_id
        JOIN given b ON b.treatment_id = later.series_id
        WHERE later.version = 2 AND a.dose >= b.dose""",
    "a superseded version with nothing after it": """
        SELECT * FROM treatment WHERE superseded_at IS NOT NULL
        AND series_id NOT IN (SELECT series_id FROM treatment WHERE version = 2)""",
    "last seen on another day than the records say": """
        WITH seen AS (
            SELECT patient_id, treated_on AS seen_on FROM treatment
            UNION ALL SELECT patient_id, consulted_on FROM consultation)
        SELECT * FROM patient p LEFT JOIN
            (SELECT patient_id, max(seen_on) AS last_on FROM seen GROUP BY patient_id)
            USING (patient_id)
        WHERE p.last_seen_on IS DISTINCT FROM last_on AND p.merged_into_id IS NULL""",
    "last seen by somebody who did not see them": """
        SELECT * FROM patient p WHERE last_practitioner_id IS NOT NULL
        AND merged_into_id IS NULL AND NOT EXISTS
            (SELECT 1 FROM treatment t WHERE t.patient_id = p.patient_id
                AND t.treated_on = p.last_seen_on AND t.practitioner_id = p.last_practitioner_id)
        AND NOT EXISTS
            (SELECT 1 FROM consultation c WHERE c.patient_id = p.patient_id
                AND c.consulted_on = p.last_seen_on AND c.practitioner_id = p.last_practitioner_id)
        """,
    "never seen, but by somebody": """
        SELECT * FROM patient WHERE (last_seen_on IS NULL) <> (last_practitioner_id IS NULL)""",
    "an adverse event before its treatment, after as_of or after death": """
        SELECT * FROM adverse_event JOIN treatment t USING (treatment_id)
        JOIN patient p ON p.patient_id = t.patient_id
        WHERE occurred_on <= treated_on OR occurred_on >= deceased_on
            OR occurred_on >= DATE '2026-11-20'
        """,
    "an adverse event with another lot than its treatment": """
        SELECT * FROM adverse_event a WHERE NOT EXISTS
            (SELECT 1 FROM treatment_item i WHERE i.treatment_id = a.treatment_id
                AND i.patient_id = a.patient_id AND i.product_id = a.product_id
                AND i.lot_id = a.lot_id)""",
    "reported without a day, or a day without a report": """
        SELECT * FROM adverse_event WHERE is_reported <> (reported_on IS NOT NULL)""",
    "an appointment booked in the past or kept in the future": """
        SELECT * FROM appointment
        WHERE (status = 'booked' AND starts_at < TIMESTAMP '2026-11-20 00:00:00')
        OR (status IN ('attended', 'missed') AND starts_at > TIMESTAMP '2026-11-20 00:00:00')""",
    "written down on as_of or later": """
        SELECT changed_at FROM patient WHERE changed_at >= DATE '2026-11-20'
        UNION ALL SELECT recorded_at FROM treatment WHERE recorded_at >= DATE '2026-11-20'
        UNION ALL SELECT superseded_at FROM treatment WHERE superseded_at >= DATE '2026-11-20'
        UNION ALL SELECT recorded_at FROM consultation WHERE recorded_at >= DATE '2026-11-20'
        UNION ALL SELECT recorded_at FROM appointment WHERE recorded_at >= DATE '2026-11-20'
        UNION ALL SELECT recorded_at FROM adverse_event WHERE recorded_at >= DATE '2026-11-20'
        UNION ALL SELECT recorded_at FROM history_entry WHERE recorded_at > DATE '2026-11-20'
        UNION ALL SELECT recorded_at FROM history_review WHERE recorded_at >= DATE '2026-11-20'
        UNION ALL SELECT placed_at FROM restriction WHERE placed_at >= DATE '2026-11-20'
        UNION ALL SELECT lifted_at FROM restriction WHERE lifted_at >= DATE '2026-11-20'
        UNION ALL SELECT occurred_at FROM audit_entry
            WHERE occurred_at >= DATE '2026-11-20' AND chain_id NOT IN
                -- What services did while it was built has the time of day of the build.
                (SELECT chain_id FROM audit_entry WHERE action = 'synthetic clinic built')""",
    "no known allergies beside an allergy": """
        SELECT * FROM history_entry a JOIN history_entry b USING (patient_id)
        WHERE a.kind = 'allergy' AND b.kind = 'no_known_allergies'""",
    "a history correction without a reason": """
        SELECT * FROM history_entry WHERE (version > 1) <> (correction_reason IS NOT NULL)""",
    "a history reviewed before anybody came, or after they were here last": """
        SELECT * FROM history_review JOIN patient USING (patient_id)
        WHERE reviewed_on <= registered_on OR last_seen_on IS NULL
        OR reviewed_on > last_seen_on""",
    "a history reviewed that has no entry": """
        SELECT * FROM history_review
        WHERE patient_id NOT IN (SELECT patient_id FROM history_entry)""",
    "a condition that began before birth": """
        SELECT * FROM history_entry JOIN patient USING (patient_id) WHERE started_on <= born_on""",
    "two preferred addresses": """
        SELECT patient_id FROM patient_address WHERE is_preferred
        GROUP BY patient_id HAVING count(*) > 1""",
    "two preferred phones": """
        SELECT patient_id FROM patient_phone WHERE is_preferred
        GROUP BY patient_id HAVING count(*) > 1""",
    "an address that ended before it began": """
        SELECT * FROM patient_address WHERE valid_until < valid_from""",
    "changed before it was made": "SELECT * FROM patient WHERE changed_at < created_at",
    "a family name of nothing": "SELECT * FROM patient WHERE trim(family_name) = ''",
    "an email outside the reserved domains": """
        SELECT * FROM patient_email WHERE NOT regexp_full_match(
            email, '[a-z0-9._]+@(mail\\.|post\\.)?example\\.(org|com|net)')""",
    "a postcode that is none": """
        SELECT * FROM patient_address
        WHERE NOT regexp_full_match(postcode, '[A-Z]{1,2}[0-9]{1,2} [0-9][ABD-HJLNP-UW-Z]{2}')""",
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_nothing_impossible_happened(ask: Ask, name: str) -> None:
    assert ask(IMPOSSIBLE[name]) == []


@pytest.mark.parametrize("table", OF_PATIENT)
def test_every_row_belongs_to_a_patient(ask: Ask, table: str) -> None:
    assert ask(f"SELECT count(*) > 0 FROM {table}") == [(True,)]  # noqa: S608
    assert (
        ask(f"SELECT * FROM {table} WHERE patient_id NOT IN (SELECT patient_id FROM patient)")  # noqa: S608
        == []
    )


def test_exactly_two_treatments_used_a_lot_out_of_date(ask: Ask) -> None:
    assert ask("""
        SELECT count(DISTINCT treatment_id) FROM treatment_item
        JOIN treatment USING (treatment_id) JOIN lot USING (lot_id) WHERE treated_on > expires_on
    """) == [(2,)]


def test_phones_are_valid_numbers_of_the_united_kingdom(ask: Ask) -> None:
    rows = ask("SELECT number, number_as_given, kind FROM patient_phone")
    for number, as_given, kind in rows[::5]:
        parsed = phonenumbers.parse(as_given, "GB")
        assert phonenumbers.is_valid_number(parsed)
        assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == number
        is_mobile = phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE
        assert is_mobile == (kind == "mobile")


def test_landlines_are_in_the_ranges_kept_for_drama(ask: Ask) -> None:
    numbers = [row[0] for row in ask("SELECT number FROM patient_phone WHERE kind = 'home'")]
    drama = ("4960", "4980", "79460", "20180", "96496")
    assert len(numbers) > 200
    assert all(any(number[5:].startswith(range_) or range_ in number for range_ in drama)
               for number in numbers)  # fmt: skip


def share(ask: Ask, sql: str) -> float:
    return float(ask(sql)[0][0])


def test_most_patients_are_women_and_adults_of_working_age(ask: Ask) -> None:
    women = share(ask, "SELECT avg(CASE WHEN sex = 'female' THEN 1 ELSE 0 END) FROM patient")
    assert 0.82 < women < 0.88
    age = "date_diff('day', born_on, registered_on) / 365.25"
    assert 32 < share(ask, f"SELECT median({age}) FROM patient") < 42  # noqa: S608
    assert share(ask, f"SELECT max({age}) FROM patient") <= 80.1  # noqa: S608


def test_patients_return(ask: Ask) -> None:
    counts = "(SELECT patient_id, count(*) AS n FROM treatment WHERE version = 1 GROUP BY 1)"
    assert 0.70 < share(ask, f"SELECT avg(CASE WHEN n > 1 THEN 1 ELSE 0 END) FROM {counts}") < 0.95  # noqa: S608
    assert 9 < share(ask, "SELECT count(*) FROM treatment") / PATIENTS < 12


def test_toxin_returns_in_three_to_five_months_and_filler_in_nine_to_fifteen(ask: Ask) -> None:
    gaps = """
        WITH visit AS (
            SELECT DISTINCT patient_id, treated_on FROM treatment
            WHERE treated_on > DATE '2021-06-01' AND ({names}) ORDER BY 1, 2),
        gap AS (SELECT treated_on - lag(treated_on) OVER
            (PARTITION BY patient_id ORDER BY treated_on) AS days FROM visit)
        SELECT quantile_cont(days, [0.1, 0.5, 0.9]) FROM gap WHERE days IS NOT NULL
    """
    toxin = ask(gaps.format(names="name LIKE 'Wrinkle relaxing%'"))[0][0]
    filler = ask(gaps.format(names="name LIKE '%filler%' OR name LIKE 'Jawline%'"))[0][0]
    assert 75 < toxin[0] < toxin[2] < 175
    assert 260 < filler[1] < 460


def test_seasons_show(ask: Ask) -> None:
    months = dict(
        ask("""
        SELECT month(treated_on), count(*) FROM treatment
        WHERE year(treated_on) IN (2016, 2017, 2018, 2019, 2022, 2023, 2024, 2025) GROUP BY 1
    """)
    )
    average = sum(months.values()) / 12
    assert months[1] < 0.85 * average
    assert months[11] > 1.08 * average
    assert months[6] > 1.05 * average


def test_the_clinic_grows_and_the_lockdown_shows(ask: Ask) -> None:
    years = dict(ask("SELECT year(treated_on), count(*) FROM treatment GROUP BY 1"))
    assert years[2015] < years[2019] < years[2022] < years[2025]
    assert years[2020] < 0.8 * years[2019]


def test_prices_rise(ask: Ask) -> None:
    median = dict(
        ask("""
        SELECT year(treated_on), median(price_pence) FROM treatment
        WHERE name = 'Wrinkle relaxing, 3 areas' GROUP BY 1
    """)
    )
    assert 1.25 < median[2026] / median[2015] < 1.6
    assert ask("SELECT min(price_pence) FROM treatment") == [(0,)]


def test_everything_the_brief_names_is_there(ask: Ask) -> None:
    def count(sql: str) -> int:
        return int(ask(f"SELECT count(*) FROM {sql}")[0][0])  # noqa: S608

    assert count("consultation WHERE outcome = 'under_age'") >= 5
    assert count("patient WHERE deceased_on IS NOT NULL") >= 8
    assert count("patient WHERE born_on IS NULL") >= 10
    assert count("patient WHERE given_names = ''") >= 1
    assert count("patient WHERE family_name LIKE '%-%'") >= 20
    assert count("patient WHERE family_name LIKE 'O''%'") >= 5
    assert count("patient_name WHERE kind = 'former'") >= 100
    assert (
        count(
            "patient_name WHERE regexp_matches(given_names, '[^\\x00-\\x{24F}\\x{1E00}-\\x{1EFF}]')"
        )
        >= 10
    )
    assert count("restriction WHERE lifted_at IS NULL") >= 2
    assert count("treatment WHERE version = 2") >= 30
    assert count("history_entry WHERE version = 2") >= 30
    assert count("adverse_event WHERE is_reported") >= 3
    assert count("practitioner WHERE active_until IS NOT NULL") >= 1
    assert count("product WHERE NOT is_active") >= 1
    assert count("patient WHERE last_seen_on IS NULL") >= 100
    assert count("appointment WHERE status = 'booked'") >= 200
    assert count("appointment WHERE status = 'missed'") >= 50
    assert count("lot") == count("(SELECT DISTINCT lot_number FROM lot)")
    without = "WHERE patient_id NOT IN (SELECT patient_id FROM {})"
    for table in ("patient_phone", "patient_email", "patient_address"):
        assert count("patient " + without.format(table)) >= 30


def test_twins_share_a_birthday_and_an_address_but_not_a_name(ask: Ask) -> None:
    pairs = ask("""
        SELECT a.given_names, b.given_names FROM patient a JOIN patient b
            ON a.born_on = b.born_on AND a.family_name = b.family_name
            AND a.patient_id < b.patient_id AND a.registered_on = b.registered_on
        JOIN patient_address x ON x.patient_id = a.patient_id
        JOIN patient_address y ON y.patient_id = b.patient_id AND x.postcode = y.postcode
        WHERE a.given_names <> b.given_names
    """)
    assert len(pairs) >= 2


def test_people_with_one_name_and_birthday_but_different_lives_exist(ask: Ask) -> None:
    assert share(ask, """
        SELECT count(*) FROM patient a JOIN patient b
            ON a.born_on = b.born_on AND a.family_name = b.family_name
            AND a.given_names = b.given_names AND a.patient_id < b.patient_id
        WHERE a.registered_on = b.registered_on
    """) >= 2  # fmt: skip


def test_some_people_are_recorded_twice(ask: Ask) -> None:
    same_mobile = share(ask, """
        SELECT count(*) FROM (SELECT number FROM patient_phone WHERE kind = 'mobile'
            GROUP BY number HAVING count(DISTINCT patient_id) = 2)
    """)  # fmt: skip
    assert 0.005 < same_mobile / PATIENTS < 0.03


def test_some_second_records_have_the_same_email(ask: Ask) -> None:
    same = ask("""
        SELECT count(*) FROM (SELECT email FROM patient_email
            GROUP BY email HAVING count(DISTINCT patient_id) = 2)
    """)
    assert 0.004 < same[0][0] / PATIENTS < 0.05


def test_somebody_is_expected_today(ask: Ask) -> None:
    assert ask("""
        SELECT count(*) > 0 FROM appointment
        WHERE status = 'booked' AND CAST(starts_at AS DATE) = DATE '2026-11-20'
    """) == [(True,)]


def test_no_practitioner_has_two_booked_appointments_at_once(ask: Ask) -> None:
    assert ask("""
        SELECT practitioner_id, starts_at FROM appointment WHERE status = 'booked'
        GROUP BY 1, 2 HAVING count(*) > 1
    """) == []  # fmt: skip


def test_the_twelve_years_are_full(ask: Ask) -> None:
    first, last = ask("SELECT min(treated_on), max(treated_on) FROM treatment")[0]
    assert first < date(2015, 3, 1)
    assert AS_OF - timedelta(days=4) < last < AS_OF
