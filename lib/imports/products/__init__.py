"""Importing products and lots: a row is a product, alone or with one of its lots."""

from lib.imports.importing import Importer
from lib.imports.products.checking import check
from lib.imports.products.form import FORM
from lib.imports.products.plan import plan
from lib.imports.products.writing import carry_out

IMPORTER = Importer(FORM, ("product or lot", "products and lots"), check, plan, carry_out)
