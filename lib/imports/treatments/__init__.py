"""Importing treatments: rows that share an id are one treatment with several areas."""

from lib.imports.importing import Importer
from lib.imports.treatments.checking import check
from lib.imports.treatments.form import FORM
from lib.imports.treatments.plan import plan
from lib.imports.treatments.writing import carry_out

IMPORTER = Importer(FORM, ("treatment row", "treatment rows"), check, plan, carry_out)
