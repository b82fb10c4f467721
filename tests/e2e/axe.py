"""What axe-core finds on a screen; only what is serious or critical counts."""

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

GRAVE = {"serious", "critical"}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# The rules that a colour can break: all that is left to look at under the second scheme.
COLOURS = ("color-contrast", "link-in-text-block")
LOOKS = 4
BETWEEN_LOOKS = 700
# One that is never drawn never ends, so a while is enough.
TRANSITIONS_DONE = """
Promise.race([
  Promise.allSettled(
    document.getAnimations().filter((one) => one instanceof CSSTransition)
      .map((one) => one.finished)
  ),
  new Promise((yes) => setTimeout(yes, 3000)),
]).then(() => null)
"""


Part = dict[str, object] | None


def grave_in_both(page: Page, context: Part = None) -> dict[str, list[str]]:
    """Return the problems of one screen under either of the system's colour schemes."""
    found = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)
        # A colour that is still on its way from one scheme to the other is nobody's colour.
        page.evaluate(TRANSITIONS_DONE)
        found[scheme] = grave_problems(page, context, COLOURS if found else ())
    return {scheme: problems for scheme, problems in found.items() if problems}


def grave_problems(page: Page, context: Part = None, rules: tuple[str, ...] = ()) -> list[str]:
    """Return each serious or critical problem with the element that it was found on.

    `context` (axe-core's own) says which part is looked at; without it everything is. `rules` are
    the only ones that are tried, if there are any.
    """
    # What a script is still drawing is faded until it is done: nobody's colour either.
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.locator('[data-stale="true"]')).to_have_count(0)
    page.evaluate(TRANSITIONS_DONE)
    found: list[str] = []
    for _ in range(LOOKS):
        found = _problems(page, context, rules)
        if not found:
            break
        # A screen that is still fading in has nobody's colours; what is wrong stays wrong.
        page.wait_for_timeout(BETWEEN_LOOKS)
    return found


def _problems(page: Page, context: Part, rules: tuple[str, ...]) -> list[str]:
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    violations = Axe().run(page, context, options).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in violations
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]
