"""What was done about consent lately in the synthetic clinic: real tasks, by the services."""

from tests.demo.conftest import Ask


def test_there_is_something_to_ask_and_something_to_look_at(ask: Ask) -> None:
    found = dict(
        ask("SELECT kind, count(*) FROM consent_task WHERE closed_at IS NULL GROUP BY kind")
    )
    assert found["ask"] == 6
    assert found["look at"] >= 2
    assert found["acknowledge"] >= 1


def test_a_letter_was_keyed_long_after_it_came(ask: Ask) -> None:
    late = "SELECT count(*) FROM consent_event WHERE recorded_at - received_at > INTERVAL 14 DAY"
    assert ask(late)[0][0] >= 1
