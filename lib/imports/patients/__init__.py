"""Importing patients: the columns of a patient list, what they change, and writing it."""

from lib.imports.importing import Importer
from lib.imports.patients.checking import check
from lib.imports.patients.form import FORM
from lib.imports.patients.plan import plan
from lib.imports.patients.writing import carry_out

IMPORTER = Importer(FORM, ("patient", "patients"), check, plan, carry_out)
