"""Importing consents: a row is one thing that a patient said about one purpose."""

from lib.imports.consents.checking import check
from lib.imports.consents.form import FORM
from lib.imports.consents.plan import plan
from lib.imports.consents.writing import carry_out
from lib.imports.importing import Importer

IMPORTER = Importer(FORM, ("consent", "consents"), check, plan, carry_out)
