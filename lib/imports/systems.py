"""Which program's ids a file carries, when nobody says (decision 8)."""

from collections.abc import Sequence

from lib.store.imports import Agreement

FIRST_SYSTEM = "import"


def choose_system(agreements: Sequence[Agreement]) -> str:
    """Return the system whose ids the file carries, when nobody says which.

    The one where most shared ids name the same person. Where ids are shared but name other people,
    the file comes from another program with its own numbers: `import 2`, and so on.
    """
    fitting = [one for one in agreements if 2 * one.agreeing > one.matched]
    if fitting:
        return max(fitting, key=lambda one: one.agreeing).system
    taken = {one.system for one in agreements}
    name, number = FIRST_SYSTEM, 2
    while name in taken:
        name, number = f"{FIRST_SYSTEM} {number}", number + 1
    return name
