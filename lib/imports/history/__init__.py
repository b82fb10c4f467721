"""Importing medical history: a row is one condition, allergy, medicine or contraindication."""

from lib.imports.history.checking import check
from lib.imports.history.form import FORM
from lib.imports.history.plan import plan
from lib.imports.history.writing import carry_out
from lib.imports.importing import Importer

IMPORTER = Importer(FORM, ("entry", "entries"), check, plan, carry_out)
