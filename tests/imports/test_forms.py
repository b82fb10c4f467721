"""Every kind's form: its sample comes in whole, and headings of common exports are known."""

from datetime import date

import pytest

from lib.errors import InvalidInputError
from lib.imports.consents.form import FORM as CONSENTS
from lib.imports.consents.form import ConsentField
from lib.imports.history.form import FORM as HISTORY
from lib.imports.history.form import HistoryField
from lib.imports.kinds import IMPORTERS, Kind
from lib.imports.mapping import Mapping
from lib.imports.mentions import PersonField
from lib.imports.products.form import FORM as PRODUCTS
from lib.imports.products.form import ProductField
from lib.imports.reading import Circumstances
from lib.imports.report import sample_as_csv
from lib.imports.source import read_table
from lib.imports.treatments.form import FORM as TREATMENTS
from lib.imports.treatments.form import TreatmentField


@pytest.mark.parametrize("kind", list(Kind))
def test_the_sample_of_a_kind_is_taken_in_whole(kind: Kind) -> None:
    importer = IMPORTERS[kind]
    table = read_table(sample_as_csv(importer.form.sample))
    mapping = Mapping.guessed(importer.form, table.columns)
    assert mapping.unmapped(table.columns) == ()
    checked = importer.check(table, mapping, Circumstances(date(2026, 11, 24)), lambda _: None)
    assert checked.rejected == []


@pytest.mark.parametrize(
    ("form", "headings"),
    [
        (
            TREATMENTS,
            {
                "Client ID": PersonField.PATIENT_ID,
                "Client Name": PersonField.FULL_NAME,
                "DOB": PersonField.BORN_ON,
                "Mobile": PersonField.PHONE,
                "Email": PersonField.EMAIL,
                "Post Code": PersonField.POSTCODE,
                "Appointment ID": TreatmentField.EXTERNAL_ID,
                "Appointment date": TreatmentField.TREATED_ON,
                "Service": TreatmentField.NAME,
                "Practitioner": TreatmentField.PRACTITIONER,
                "Prescribed by": TreatmentField.PRESCRIBER,
                "Product used": TreatmentField.PRODUCT,
                "Batch No": TreatmentField.LOT_NUMBER,
                "Expiry": TreatmentField.EXPIRES_ON,
                "Treatment area": TreatmentField.AREA,
                "Units": TreatmentField.DOSE,
                "Price": TreatmentField.PRICE,
                "Treatment notes": TreatmentField.NOTES,
                "Review date": TreatmentField.FOLLOW_UP_DUE_ON,
                "Aftercare given": TreatmentField.AFTERCARE,
                "Room": None,
            },
        ),
        (
            TREATMENTS,
            {
                "patient_id": PersonField.PATIENT_ID,
                "first_name": PersonField.GIVEN_NAMES,
                "last_name": PersonField.FAMILY_NAME,
                "id": TreatmentField.EXTERNAL_ID,
                "starts_at": TreatmentField.TREATED_ON,
                "treatment": TreatmentField.NAME,
                "provider": TreatmentField.PRACTITIONER,
                "lot": TreatmentField.LOT_NUMBER,
                "site": TreatmentField.AREA,
                "dose": TreatmentField.DOSE,
            },
        ),
        (
            HISTORY,
            {
                "Patient": PersonField.FULL_NAME,
                "Type": HistoryField.KIND,
                "Name": HistoryField.NAME,
                "Severity": HistoryField.SEVERITY,
                "Active": HistoryField.STATUS,
                "Onset date": HistoryField.STARTED_ON,
                "End date": HistoryField.ENDED_ON,
                "Comments": HistoryField.DETAIL,
                "Reported by": HistoryField.SOURCE,
            },
        ),
        (
            CONSENTS,
            {
                "Client ID": PersonField.PATIENT_ID,
                "Consent type": ConsentField.PURPOSE,
                "Consent status": ConsentField.DECISION,
                "Contact method": ConsentField.CHANNEL,
                "Consent date": ConsentField.RECEIVED_AT,
                "Consent form": ConsentField.FORM,
                "Form version": ConsentField.FORM_VERSION,
                "Obtained by": ConsentField.EVIDENCE,
                "Notes": ConsentField.EVIDENCE,
            },
        ),
        (
            CONSENTS,
            {
                "patient_id": PersonField.PATIENT_ID,
                "purpose": ConsentField.PURPOSE,
                "channel": ConsentField.CHANNEL,
                "opted_in": ConsentField.DECISION,
                "updated_at": ConsentField.RECEIVED_AT,
                "document": ConsentField.FORM,
                "source": ConsentField.EVIDENCE,
            },
        ),
        (
            PRODUCTS,
            {
                "Item Name": ProductField.NAME,
                "Category": ProductField.GROUP,
                "Supplier": ProductField.MANUFACTURER,
                "UOM": ProductField.UNIT,
                "Is POM": ProductField.IS_PRESCRIPTION_ONLY,
                "Ingredients": ProductField.COMPONENTS,
                "Lot/Batch": ProductField.LOT_NUMBER,
                "Exp Date": ProductField.EXPIRES_ON,
                "Delivery date": ProductField.RECEIVED_ON,
                "In stock": ProductField.QUANTITY,
                "Reorder level": None,
            },
        ),
    ],
)
def test_headings_of_common_exports_are_known(form, headings) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    expected = {heading: field for heading, field in headings.items() if field}
    assert Mapping.guessed(form, list(headings)).columns == expected


@pytest.mark.parametrize(
    ("form", "columns", "words"),
    [
        (TREATMENTS, {"a": TreatmentField.TREATED_ON}, "whose row it is"),
        (TREATMENTS, {"a": PersonField.PATIENT_ID}, "date of the treatment"),
        (
            TREATMENTS,
            {"a": PersonField.PATIENT_ID, "b": TreatmentField.TREATED_ON},
            "what was done",
        ),
        (HISTORY, {"a": PersonField.PATIENT_ID, "b": HistoryField.NAME}, "a medicine or a"),
        (HISTORY, {"a": PersonField.PATIENT_ID, "b": HistoryField.KIND}, "what the entry is about"),
        (PRODUCTS, {"a": ProductField.LOT_NUMBER}, "names the product"),
        (CONSENTS, {"a": PersonField.PATIENT_ID}, "what was agreed to"),
        (
            CONSENTS,
            {"a": PersonField.PATIENT_ID, "b": ConsentField.PURPOSE},
            "given, refused or withdrawn",
        ),
        (
            CONSENTS,
            {
                "a": PersonField.PATIENT_ID,
                "b": ConsentField.PURPOSE,
                "c": ConsentField.DECISION,
            },
            "when it reached the clinic",
        ),
    ],
)
def test_what_a_file_must_have_is_told(form, columns, words: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    with pytest.raises(InvalidInputError, match=words):
        Mapping(columns).check(form, tuple(columns))
