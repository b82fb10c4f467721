"""The forecast at a million patients: from nothing, what it is made of, and the page's rerun of it.

`cold` counts the schedule too, as a server that has just started does.
"""

import json
from dataclasses import replace
from datetime import date
from typing import Any

from lib.demo.accounts import COMPLIANCE
from lib.demo.clinic import recipe_of
from lib.domain.retention import Setting
from lib.domain.returns import life_table
from lib.services.clinic import Clinic, open_clinic
from lib.services.retention import counting, forecasting
from lib.settings import Settings
from tests.bench.bench_consent_overview import once
from tests.bench.bench_recall import timed
from tests.bench.clinics import bench_home


def measured(clinic: Clinic, as_of: date) -> dict[str, Any]:
    """Return the figures of the forecast here."""
    actor = COMPLIANCE.actor()

    def look(setting: Setting | None = None) -> forecasting.Forecast | None:
        return forecasting.forecast(clinic, actor, as_of=as_of, setting=setting, patience=600)

    figures: dict[str, Any] = {"cold": once(look)}
    figures["worked out before"] = timed(look)
    other = replace(Setting(), years=5)
    figures["other years, the schedule counted anew"] = once(lambda: look(other))
    forecasting.forget()
    figures["with the schedule counted"] = once(look)
    spells = forecasting._read(clinic, as_of, Setting().trigger)  # noqa: SLF001
    figures["spells read"] = once(lambda: forecasting._read(clinic, as_of, Setting().trigger))  # noqa: SLF001
    figures["life table"] = once(lambda: life_table(spells, int(spells.began.max()) - 1))
    found = look()
    counting.forget()
    forecasting.forget()
    return {**figures, **(told(found) if found else {})}


def told(found: forecasting.Forecast) -> dict[str, Any]:
    """Return what the forecast came to, and how it would have done."""
    tried = found.tried
    return {
        "seven years": {
            "scheduled": found.whole.span.scheduled,
            "expected": round(found.whole.span.expected),
        },
        "tried": {
            "months": len(tried.months),
            "within": tried.within,
            "off in all": tried.bias,
            "schedule off in all": tried.schedule_bias,
            "by month": tried.error,
            "schedule by month": tried.schedule_error,
        },
    }


def main() -> None:
    """Print the figures as JSON."""
    home = bench_home()
    recipe = recipe_of(home)
    clinic = open_clinic(Settings(home=home))
    as_of = date.fromisoformat(recipe.as_of) if recipe else date.today()  # noqa: DTZ011
    found = measured(clinic, as_of)
    clinic.close()
    print(json.dumps(found))  # noqa: T201


if __name__ == "__main__":
    main()
