"""What a browser may say over the websocket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.proto.BackMsg_pb2 import BackMsg

from lib.web import frames
from lib.web.frames import Verdict, judge
from tests.web.conftest import frame

EVERY_KIND = {field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
EVERY_PAYLOAD = {
    field.name
    for field in BackMsg.DESCRIPTOR.fields_by_name["backend_operation_request"]
    .message_type.oneofs_by_name["payload"]
    .fields
}


@pytest.mark.parametrize(
    "kind", sorted(EVERY_KIND - frames.SIGNED - {"rerun_script", "backend_operation_request"})
)
@pytest.mark.parametrize("is_signed", [True, False])
def test_what_is_not_named_is_dropped_for_everybody(kind: str, *, is_signed: bool) -> None:
    assert judge(frame(kind), is_signed=is_signed) is Verdict.DROP


def test_the_dangerous_messages_are_among_them() -> None:
    dangerous = {
        "clear_cache",
        "set_run_on_save",
        "load_git_info",
        "debug_disconnect_websocket",
        "debug_shutdown_runtime",
    }
    assert dangerous <= EVERY_KIND - frames.SIGNED


@pytest.mark.parametrize("kind", ["rerun_script", "app_heartbeat", "stop_script"])
def test_the_sign_in_screen_has_what_it_needs(kind: str) -> None:
    assert judge(frame(kind), is_signed=False) is Verdict.PASS


def test_uploads_and_deferred_files_need_a_session() -> None:
    for message in (
        frame("file_urls_request"),
        frame("backend_operation_request", payload="deferred_file"),
        frame("backend_operation_request", payload="dataframe_chunk"),
    ):
        assert judge(message, is_signed=True) is Verdict.PASS
        assert judge(message, is_signed=False) is Verdict.DROP


@pytest.mark.parametrize("payload", sorted(EVERY_PAYLOAD - frames.OPERATIONS))
def test_other_operations_are_dropped(payload: str) -> None:
    message = frame("backend_operation_request", payload=payload)
    assert judge(message, is_signed=True) is Verdict.DROP


@pytest.mark.parametrize("message", [b"", b"\xff\xff", b"not protobuf at all"])
@pytest.mark.parametrize("is_signed", [True, False])
def test_what_cannot_be_read_closes_the_connection(message: bytes, *, is_signed: bool) -> None:
    assert judge(message, is_signed=is_signed) is Verdict.CLOSE


def test_nobody_unsigned_sends_much() -> None:
    long = frame(query="x" * frames.LONGEST_UNSIGNED)
    assert judge(long, is_signed=False) is Verdict.CLOSE
    assert judge(long, is_signed=True) is Verdict.PASS


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail(message: bytes) -> None:
    assert judge(message, is_signed=False) in Verdict
    assert frames.is_by_hand(message) in {True, False}


def test_a_timer_in_the_page_is_not_a_person() -> None:
    assert frames.is_by_hand(frame())
    assert not frames.is_by_hand(frame(is_auto_rerun=True))
    assert not frames.is_by_hand(frame("app_heartbeat"))
    assert not frames.is_by_hand(b"\xff\xff")
