"""What axe-core finds on a screen; only what is serious or critical counts."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

GRAVE = {"serious", "critical"}
LOOKS = 4
BETWEEN_LOOKS = 700
TRANSITIONS_DONE = """
Promise.allSettled(
  document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished)
).then(() => null)
"""


def grave_problems(page: Page, context: dict[str, object] | None = None) -> list[str]:
    """Return each serious or critical problem with the element that it was found on.

    `context` (axe-core's own) says which part is looked at; without it everything is.
    """
    # What a script is still drawing is faded until it is done: nobody's colour either.
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.locator('[data-stale="true"]')).to_have_count(0)
    page.evaluate(TRANSITIONS_DONE)
    found: list[str] = []
    for _ in range(LOOKS):
        found = _problems(page, context)
        if not found:
            break
        # A screen that is still fading in has nobody's colours; what is wrong stays wrong.
        page.wait_for_timeout(BETWEEN_LOOKS)
    return found


def _problems(page: Page, context: dict[str, object] | None) -> list[str]:
    violations = Axe().run(page, context).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in violations
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]
