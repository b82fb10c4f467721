"""What a browser may say over the websocket: the messages that are let through, by name."""

from enum import Enum

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg

# Enough for a form with a password; nothing that is not signed in may make us hold more.
LONGEST_UNSIGNED = 64 * 1024
UNSIGNED = frozenset({"rerun_script", "app_heartbeat", "stop_script"})
SIGNED = UNSIGNED | {"file_urls_request", "backend_operation_request"}
OPERATIONS = frozenset({"deferred_file", "dataframe_chunk"})
ASKS_FOR_A_PATIENT = frozenset({"rerun_script", "backend_operation_request", "file_urls_request"})


class Verdict(Enum):
    """What becomes of a frame."""

    PASS = "pass"  # noqa: S105 - a verdict
    DROP = "drop"
    CLOSE = "close"


def judge(frame: bytes, *, is_signed: bool) -> Verdict:
    """Return what becomes of a frame: unknown and dangerous ones never reach the app.

    `clear_cache`, `set_run_on_save`, `load_git_info` and the debug messages are dropped for
    everybody; what cannot be read closes the connection.
    """
    if not is_signed and len(frame) > LONGEST_UNSIGNED:
        return Verdict.CLOSE
    message = _parsed(frame)
    kind = message.WhichOneof("type") if message else None
    if message is None or kind is None:
        return Verdict.CLOSE
    if kind not in (SIGNED if is_signed else UNSIGNED):
        return Verdict.DROP
    if kind == "backend_operation_request":
        operation = message.backend_operation_request.WhichOneof("payload")
        return Verdict.PASS if operation in OPERATIONS else Verdict.DROP
    return Verdict.PASS


def is_by_hand(frame: bytes) -> bool:
    """Tell whether a person did something, as opposed to a timer in the page."""
    message = _parsed(frame)
    if message is None or message.WhichOneof("type") not in ASKS_FOR_A_PATIENT:
        return False
    return not message.rerun_script.is_auto_rerun


def _parsed(frame: bytes) -> BackMsg | None:
    message = BackMsg()
    try:
        message.ParseFromString(frame)
    except DecodeError:
        return None
    return message
