"""The list of short forms."""

from lib.domain.search.folding import fold
from lib.search.nicknames import nicknames


def test_a_short_form_leads_to_its_name_and_back() -> None:
    for short, name in (("liz", "elizabeth"), ("bill", "william"), ("peggy", "margaret")):
        assert name in nicknames()[short]
        assert short in nicknames()[name]


def test_two_short_forms_are_not_each_others() -> None:
    assert "beth" not in nicknames()["libby"]


def test_there_are_at_least_three_hundred_names_and_every_one_is_folded() -> None:
    assert len(nicknames()) >= 300
    assert all(fold(name) == name and name not in others for name, others in nicknames().items())
