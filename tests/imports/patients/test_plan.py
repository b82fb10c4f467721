"""Telling one program's ids from another's, and digests that give nothing away."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.imports.mapping import Mapping
from lib.imports.patients.checking import check
from lib.imports.patients.form import FORM
from lib.imports.patients.people import People
from lib.imports.patients.plan import digests_of
from lib.imports.reading import Circumstances
from lib.imports.source import read_table
from lib.imports.systems import choose_system
from lib.store.imports import Agreement

KEY = b"k" * 32


def people(text: str) -> People:
    table = read_table(text.encode())
    mapping = Mapping.guessed(FORM, table.columns)
    return check(table, mapping, Circumstances(date(2026, 11, 23)), lambda _: None).content


@pytest.mark.parametrize(
    ("agreements", "system"),
    [
        ([], "import"),
        ([Agreement("import", 10, 10)], "import"),
        ([Agreement("import", 10, 6)], "import"),
        ([Agreement("import", 10, 5)], "import 2"),
        ([Agreement("import", 10, 0), Agreement("import 2", 9, 1)], "import 3"),
        ([Agreement("import", 10, 0), Agreement("import 2", 9, 9)], "import 2"),
        ([Agreement("old desk", 3, 3), Agreement("import", 10, 1)], "old desk"),
    ],
)
def test_ids_belong_to_the_system_where_they_name_the_same_people(
    agreements: list[Agreement], system: str
) -> None:
    assert choose_system(agreements) == system


def test_the_same_values_written_otherwise_have_the_same_digest() -> None:
    one = people("surname,dob,mobile,postcode\nLee,14/07/1945,07700 900123,ls11aa\n")
    other = people("surname,dob,mobile,postcode\n Lee,1945-07-14,+447700900123,LS1 1AA\n")
    assert digests_of(one, KEY, "import") == digests_of(other, KEY, "import")


@given(st.sampled_from(["surname", "dob", "mobile", "email", "notes", "sex", "sms marketing"]))
def test_any_other_value_has_another_digest(column: str) -> None:
    values = {"surname": "Lee", "dob": "14/07/1945", "mobile": "", "email": "", "notes": ""}
    values |= {"sex": "", "sms marketing": ""}
    changed = {
        "surname": "Roe",
        "dob": "15/07/1945",
        "mobile": "07700900123",
        "email": "a@x.com",
        "notes": "x",
        "sex": "F",
        "sms marketing": "no",
    }
    header = ",".join(values)
    before = people(f"{header}\n{','.join(values.values())}\n")
    after = people(f"{header}\n{','.join((values | {column: changed[column]}).values())}\n")
    assert digests_of(before, KEY, "import") != digests_of(after, KEY, "import")


def test_a_digest_needs_the_clinics_key() -> None:
    one = people("surname\nLee\n")
    assert digests_of(one, KEY, "import") != digests_of(one, b"x" * 32, "import")
    assert digests_of(one, KEY, "import") != digests_of(one, KEY, "import 2")


def test_values_do_not_run_into_each_other() -> None:
    one = people("first name,surname\nAnn Lee,Roe\n")
    other = people("first name,surname\nAnn,Lee Roe\n")
    assert digests_of(one, KEY, "import") != digests_of(other, KEY, "import")
