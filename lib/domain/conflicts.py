"""Two people changed one thing: what each changed since both saw it, and where they disagree; pure.

A field that only one of them changed is settled; one that both changed to the same is too. What is
left are conflicts, and a person decides those.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

Values = Mapping[str, object]


class Choice(StrEnum):
    """Whose value of a field in conflict is kept."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that both changed, each to something else; `base` is what both had seen."""

    name: str
    base: object
    mine: object
    theirs: object


@dataclass(frozen=True, slots=True)
class Comparison:
    """What of mine changes theirs: settled fields with their value, and the conflicts."""

    settled: dict[str, object]
    conflicts: tuple[Conflict, ...]

    def resolved(self, choices: Mapping[str, Choice]) -> dict[str, object] | None:
        """Return what changes once every conflict is decided; None while one is not."""
        if any(conflict.name not in choices for conflict in self.conflicts):
            return None
        mine = {
            conflict.name: conflict.mine
            for conflict in self.conflicts
            if choices[conflict.name] is Choice.MINE
        }
        return {**self.settled, **mine}


def compare(base: Values, mine: Values, theirs: Values) -> Comparison:
    """Return how `mine`, which began from `base`, stands to what is there now.

    All three have the same fields. Laws: nothing of mine is lost (each field that I changed and
    that reads otherwise now is settled or in conflict); what only they changed is never touched;
    without their changes there is no conflict.
    """
    settled: dict[str, object] = {}
    conflicts = []
    for name, before in base.items():
        if mine[name] in (before, theirs[name]):
            continue
        if theirs[name] == before:
            settled[name] = mine[name]
        else:
            conflicts.append(Conflict(name, before, mine[name], theirs[name]))
    return Comparison(settled, tuple(conflicts))
