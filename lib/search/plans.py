"""The ways to read a query: as it stands, and with a part split up or two names joined."""

from collections.abc import Iterator

from lib.domain.search.query import Token
from lib.search.expansion import Expansions

SHORTEST_SPLIT = 6
SHORTEST_HALF = 3
# A query of many tokens is read fewer ways, so that it costs no more than others.
MOST_PLANS = 6

Plan = tuple[Token, ...]


def plans(tokens: Plan, expansions: Expansions) -> list[Plan]:
    """Return the readings worth trying, the query as it stands first."""
    found = dict.fromkeys([tokens, *_others(tokens, expansions)])
    return [plan for plan in found if plan][:MOST_PLANS]


def _others(tokens: Plan, expansions: Expansions) -> Iterator[Plan]:
    for place, token in enumerate(tokens):
        before, after = tokens[:place], tokens[place + 1 :]
        # The parts of a phone number say nothing that the whole of it does not.
        if token.parts and (token.born or not expansions.of(token).fits_anybody()):
            yield (*before, *token.parts, *after)
        if halves := _halves(token, expansions):
            yield (*before, *halves, *after)
        if after and (joined := _joined(token, after[0], expansions)):
            yield (*before, joined, *after[1:])


def _joined(first: Token, second: Token, expansions: Expansions) -> Token | None:
    """Return two name words as one (`o brien`) where that is a name, or they are none apart."""
    if not (_is_name(first) and _is_name(second)):
        return None
    joined = Token(first.text + second.text, word=first.word + second.word)
    apart = expansions.is_word(first.word) and expansions.is_word(second.word)
    return joined if not apart or expansions.of(joined).fits_anybody() else None


def _halves(token: Token, expansions: Expansions) -> Plan:
    """Return a name that nobody has as the two names that it runs together (`maryanne`)."""
    word = token.word
    if not _is_name(token) or len(word) < SHORTEST_SPLIT or expansions.of(token).fits_anybody():
        return ()
    for cut in range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1):
        first, second = word[:cut], word[cut:]
        if expansions.is_word(first) and expansions.is_word(second):
            return Token(first, word=first), Token(second, word=second)
    return ()


def _is_name(token: Token) -> bool:
    return token.kinds() == ("word",)
