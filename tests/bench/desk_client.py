"""A scripted person: speaks Streamlit's websocket protocol, as the browser does, without drawing.

It knows pages, widgets and fragments by the ids that the server sends; it measures the time from
asking for a rerun until the server says that the script has finished.
"""

import json
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

BIGGEST_MESSAGE = 64 * 1024 * 1024


@dataclass(slots=True)
class Run:
    """What one rerun sent back, and how long it took, in milliseconds."""

    milliseconds: float
    messages: list[ForwardMsg] = field(default_factory=list)

    def components(self) -> dict[str, tuple[str, str]]:
        """Return widget id and fragment id of each component drawn, by the component's name."""
        found = {}
        for message in self.messages:
            element = message.delta.new_element
            if element.WhichOneof("type") == "bidi_component":
                component = element.bidi_component
                found[component.component_name] = (component.id, message.delta.fragment_id)
        return found

    def exceptions(self) -> list[str]:
        """Return the type of every exception that the screen showed."""
        return [
            message.delta.new_element.exception.type
            for message in self.messages
            if message.delta.new_element.WhichOneof("type") == "exception"
        ]


class DeskClient:
    """One person's connection to a running server."""

    def __init__(self, url: str, cookie: str) -> None:
        parts = urlsplit(url)
        self._address = f"ws://{parts.netloc}/_stcore/stream"
        self._headers = {"Cookie": cookie}
        self._origin = url
        self._page_hash = ""
        self._pages: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        """Connect."""
        self._socket = await websockets.connect(
            self._address,
            additional_headers=self._headers,
            origin=websockets.Origin(self._origin),
            subprotocols=[websockets.Subprotocol("streamlit")],
            max_size=BIGGEST_MESSAGE,
            compression=None,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up."""
        await self._socket.close()

    async def open(self, page: str, query: str = "") -> Run:
        """Open a page by its address (`lookup`), with a query string."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = query
        return await self._exchange(message)

    async def change(self, widget: tuple[str, str], state: object, query: str = "") -> Run:
        """Set a component's state, as its script in the browser would; rerun its fragment."""
        widget_id, fragment_id = widget
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page_hash
        message.rerun_script.query_string = query
        message.rerun_script.fragment_id = fragment_id
        message.rerun_script.widget_states.widgets.append(
            WidgetState(id=widget_id, json_value=json.dumps(state))
        )
        return await self._exchange(message)

    async def _exchange(self, message: BackMsg) -> Run:
        start = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        messages = []
        while True:
            received = ForwardMsg.FromString(await self._socket.recv(decode=False))
            messages.append(received)
            self._remember(received)
            if received.WhichOneof("type") == "script_finished":
                return Run((time.perf_counter() - start) * 1000, messages)

    def _remember(self, message: ForwardMsg) -> None:
        if message.WhichOneof("type") == "new_session":
            self._page_hash = message.new_session.page_script_hash or self._page_hash
        if message.WhichOneof("type") == "navigation":
            self._page_hash = message.navigation.page_script_hash or self._page_hash
