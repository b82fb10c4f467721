"""What axe-core finds on a screen; only what is serious or critical counts."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = {"serious", "critical"}


def grave_problems(page: Page) -> list[str]:
    """Return each serious or critical problem with the element that it was found on."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in violations
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]
