"""The kinds of file that can be imported, and who does each."""

from enum import StrEnum
from typing import Any

from lib.imports import consents, history, patients, products, treatments
from lib.imports.importing import Importer


class Kind(StrEnum):
    """What a file holds; the words are those of the console and the store."""

    PATIENTS = "patients"
    PRODUCTS = "products"
    TREATMENTS = "treatments"
    HISTORY = "history"
    CONSENTS = "consents"


IMPORTERS: dict[Kind, Importer[Any, Any]] = {
    Kind.PATIENTS: patients.IMPORTER,
    Kind.PRODUCTS: products.IMPORTER,
    Kind.TREATMENTS: treatments.IMPORTER,
    Kind.HISTORY: history.IMPORTER,
    Kind.CONSENTS: consents.IMPORTER,
}
