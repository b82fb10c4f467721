"""What our own components were given, which AppTest has no way to ask for."""

import json
from typing import Any

from streamlit.testing.v1 import AppTest


def given(screen: AppTest) -> dict[str, list[Any]]:
    """Return the data of every component of ours on the screen, by the component's name."""
    found: dict[str, list[Any]] = {}

    def walk(block: Any) -> None:  # noqa: ANN401 - AppTest's tree has no type of its own
        for child in getattr(block, "children", {}).values():
            proto = getattr(child, "proto", None)
            name = getattr(proto, "component_name", None)
            if name:
                found.setdefault(name, []).append(json.loads(proto.json))
            walk(child)

    walk(screen._tree)  # noqa: SLF001
    return found


def blocks(screen: AppTest) -> list[dict[str, Any]]:
    """Return every block that is drawn, in order."""
    return [block for data in given(screen).get("desk_blocks", []) for block in data["blocks"]]
