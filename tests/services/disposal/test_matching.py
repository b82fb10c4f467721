"""In which forms a person is found in text and bytes, and what is nobody in particular."""

from functools import cache

import pytest

from lib.domain.identifiers import Identifiers, Kind
from lib.domain.sought import Shared, sought_of
from lib.services.disposal.matching import Matcher
from tests.services.disposal import known as someone

PERSON = Identifiers(
    names=(
        (someone.GIVEN, someone.FAMILY),
        (someone.PREFERRED, someone.FAMILY),
        (someone.GIVEN, someone.FORMER),
    ),
    born_on=(someone.BORN,),
    phones=(someone.PHONE, "07700 900 471"),
    emails=(someone.EMAIL,),
    addresses=((someone.LINE, someone.POSTCODE),),
    references=("J00042K",),
    external_ids=(someone.EXTERNAL,),
    digests=(someone.DIGEST,),
    file_names=(someone.FILE,),
)


@cache
def matcher() -> Matcher:
    return Matcher(sought_of([PERSON], Shared(), "GB"), ())


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Her friend Zoë Quillfeather-O'Shea came along.", Kind.NAME),
        ("QUILLFEATHER O’SHEA, ZOE (friend)", Kind.NAME),  # noqa: RUF001
        ("zoe\u0308 marianne quillfeather oshea", Kind.NAME),
        ("Mrs Quillfeather-O'Shea sends her regards", Kind.NAME),
        ("Z. Quillfeather-O'Shea", Kind.NAME),
        ("spoke to Zozo Quillfeather-Oshea", Kind.NAME),
        ("was Zoe Brackenbury then", Kind.NAME),
        ('{"given_names": "Zo\\u00eb", "family_name": "Brackenbury"}', Kind.NAME),
        ('{"family_name":"Brackenbury","given_names":"Zoë Marianne"}', Kind.NAME),
        ("ring 07700 900471", Kind.PHONE),
        ("ring +44 (0)7700-900-471", Kind.PHONE),
        ("ring 0044 7700 900 471 now", Kind.PHONE),
        ("write to ZOE.QUILL@example.org", Kind.EMAIL),
        ("lives at 47 Larkspur Crescent, Lerwick ZE10AA", Kind.ADDRESS),
        ("see leg-88412-x", Kind.EXTERNAL_ID),
        ("file Zoe Quillfeather scan.pdf", Kind.FILE_NAME),
    ],
)
def test_a_person_is_known_however_it_is_written(words: str, kind: Kind) -> None:
    assert set(matcher().in_values(["", words, "x"])) == {kind}
    assert kind in matcher().in_bytes(words.encode())


@pytest.mark.parametrize(
    "words",
    [
        "Quillfeathers and Brackenburys are other people",
        "Zoe came with her mother",
        "born 9 March 1971",
        "47 Larkspur Crescent, in another town",
        "ZE1 0AA",
        "ring 07700 900472",
        "xzoe.quill@example.organisation",
    ],
)
def test_what_could_be_anybody_is_not_taken_for_the_person(words: str) -> None:
    assert not matcher().in_values([words])
