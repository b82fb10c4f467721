"""What is believed of what the list of due records sends."""

import json
from uuid import UUID

import pytest

from lib.ui.components.blocks import Act
from lib.ui.components.due import Asked, Due, DueList, read

HERE, ELSEWHERE = UUID(int=1), UUID(int=2)
ROW = Due(str(HERE), "HART, Anna", "J00001Q", "", "", (), (), acts=(Act("Hold", "lock", "hold"),))
LIST = DueList("Due", (), (ROW,), 100, 0, "Nothing")


def test_records_of_other_pages_are_proposed_too_and_each_once() -> None:
    sent = json.dumps([str(HERE), str(ELSEWHERE), str(HERE)])
    assert read(LIST, sent, None) == Asked(proposed=(HERE, ELSEWHERE))


@pytest.mark.parametrize("sent", ["", "x", "{}", "[1]", '["x"]', "null", 3, None, [str(HERE)]])
def test_what_makes_no_sense_proposes_nothing(sent: object) -> None:
    assert read(LIST, sent, None) == Asked()


def test_an_act_is_one_that_was_offered_for_a_record_of_this_page() -> None:
    assert read(LIST, None, f"hold:{HERE}") == Asked(act="hold", of=HERE)
    for sent in (f"erase:{HERE}", f"hold:{ELSEWHERE}", "hold", "hold:x", 7):
        assert read(LIST, None, sent) == Asked()
