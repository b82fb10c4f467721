"""Every key that the screens keep in the session's state; a literal key elsewhere is a defect."""

from enum import StrEnum


class Keys(StrEnum):
    """Keys of the session's state."""

    # Sign-in under way
    STAGE = "stage"
    SIGN_IN_PROBLEM = "sign_in_problem"
    TICKET = "ticket"
    ENROLMENT = "enrolment"
    NEW_RECOVERY_CODES = "new_recovery_codes"

    # The account page and the people page
    ACCOUNT_ENROLMENT = "account_enrolment"
    ACCOUNT_ENROLLING = "account_enrolling"
    ACCOUNT_CODES = "account_codes"
    PEOPLE_SELECTED = "people_selected"
    PEOPLE_UNDO = "people_undo"
    PEOPLE_FIRST_PASSWORD = "people_first_password"  # noqa: S105 - a key's name

    # The import page
    IMPORT_KIND = "import_kind"
    IMPORT_FILE = "import_file"
    IMPORT_SOURCE = "import_source"
    IMPORT_PREVIEW = "import_preview"
    IMPORT_MAPPING = "import_mapping"
    IMPORT_TRY = "import_try"
    IMPORT_FIELD = "import_field"
    IMPORT_SAVED = "import_saved"
    IMPORT_NAME = "import_name"
    IMPORT_SYSTEM = "import_system"
    IMPORT_ORDER = "import_order"
    IMPORT_ENCODING = "import_encoding"
    IMPORT_SEPARATOR = "import_separator"
    IMPORT_SHEET = "import_sheet"
    IMPORT_REJECTED = "import_rejected"
    IMPORT_RUNS = "import_runs"

    # A withdrawal by email
    CONSENT_EMAIL = "consent_email"
    CONSENT_EMAIL_FILE = "consent_email_file"
    CONSENT_EMAIL_TURN = "consent_email_turn"
    CONSENT_EMAIL_SEARCH = "consent_email_search"

    # The import review
    REVIEW_STATE = "review_state"
    REVIEW_PAGE = "review_page"
    REVIEW_SEEKING = "review_seeking"
    REVIEW_CHOSEN = "review_chosen"
    REVIEW_BOX = "review_box"

    # The audit page
    AUDIT_VERIFIED = "audit_verified"
    AUDIT_PERSON = "audit_person"
    AUDIT_ACTION = "audit_action"
    AUDIT_OUTCOME = "audit_outcome"
    AUDIT_REFERENCE = "audit_reference"
    AUDIT_SINCE = "audit_since"
    AUDIT_UNTIL = "audit_until"
    AUDIT_FILTER = "audit_filter"
    AUDIT_PLACES = "audit_places"
    AUDIT_TABLE = "audit_table"
    AUDIT_EXPORT = "audit_export"

    # The lookup and the record
    LOOKUP_BOX = "lookup_box"
    LOOKUP_TEXT = "lookup_text"
    LOOKUP_PRACTITIONER = "lookup_practitioner"
    LOOKUP_PERIOD = "lookup_period"
    LOOKUP_DECEASED = "lookup_deceased"
    LOOKUP_FILTERS = "lookup_filters"
    RECORD_GROUND = "record_ground"
    RECORD_PLACES = "record_places"
    FOLLOW_UPS_PAGE = "follow_ups_page"
    HISTORIES_PAGE = "histories_page"

    # Merging two records, and undoing it
    MERGE_BOX = "merge_box"
    MERGE_GROUNDS = "merge_grounds"
    MERGE_MINTED = "merge_minted"
    MERGE_FIELD = "merge_field"
    MERGES_PAGE = "merges_page"
    MERGES_KEPT = "merges_kept"

    # Forms that keep what is typed
    FORMS = "forms"
    REGISTER_BOX = "register_box"
    RECORD_SAID = "record_said"
    RECORD_UNDO = "record_undo"
    HISTORY_OPEN = "history_open"
    HISTORY_KIND = "history_kind"
    HISTORY_CONFLICT = "history_conflict"
    HISTORY_AS_OF = "history_as_of"
    HISTORY_FROM = "history_from"
    HISTORY_TO = "history_to"
    HISTORY_REVIEW = "history_review"
    EDIT_CONFLICT = "edit_conflict"
    EDIT_FROM = "edit_from"
    EDIT_TO = "edit_to"

    # Treatments and adverse events
    TREATMENT_CONFLICT = "treatment_conflict"
    TREATMENT_PRESCRIBER = "treatment_prescriber"
    TREATMENT_CHART = "treatment_chart"
    ADVERSE_EVENT_CONFLICT = "adverse_event_conflict"

    # The duplicates page
    DUPLICATES_PAGE = "duplicates_page"
    DUPLICATES_DECIDED = "duplicates_decided"
    DUPLICATES_PAIRS = "duplicates_pairs"
    LIKELY_DUPLICATES = "likely_duplicates"
    LIKELY_FOUND = "likely_found"

    # Bringing photographs in
    ADDING = "adding"
    ADDING_TREATMENT = "adding_treatment"

    # Stock and recalls
    STOCK_VIEW = "stock_view"
    STOCK_PRODUCT = "stock_product"
    STOCK_PAGE = "stock_page"
    STOCK_PANEL = "stock_panel"
    STOCK_UNDO = "stock_undo"
    STOCK_NEW = "stock_new"
    PRODUCT_FORM = "product_form"
    TEMPLATE_FORM = "template_form"
    TEMPLATE_OPEN = "template_open"
    CONTRAINDICATION_FORM = "contraindication_form"
    CONTRAINDICATION_OPEN = "contraindication_open"
    RECALL_PAGE = "recall_page"
    RECALL_NEW = "recall_new"
    RECALL_NOTE = "recall_note"

    # Guided capture and its protocols, annotations
    PROTOCOL_FORM = "protocol_form"
    PROTOCOL_VIEWS = "protocol_views"
    PROTOCOL_NEXT_VIEW = "protocol_next_view"
    PROTOCOL_NEXT_EXPRESSION = "protocol_next_expression"
    ANNOTATING = "annotating"
    CAPTURE_TREATMENT = "capture_treatment"

    # Photographs
    GALLERY_FILTER = "gallery_filter"
    GALLERY_PAGE = "gallery_page"
    GALLERY_TURN = "gallery_turn"
    GALLERY_LABELS = "gallery_labels"
    GALLERY_REMOVAL = "gallery_removal"
    PHOTOGRAPH_USE = "photograph_use"

    # Consent
    CONSENT_AS_OF = "consent_as_of"
    CONSENT_SIGNED = "consent_signed"
    CONSENT_SIGNING = "consent_signing"
    CONSENT_WITHDRAWAL = "consent_withdrawal"
    CONSENT_SET_OFF = "consent_set_off"
    CONSENT_ANSWERS = "consent_answers"
    CONSENT_IDS = "consent_ids"
    CONSENT_CLOSING = "consent_closing"
    CONSENT_TASKS_KIND = "consent_tasks_kind"
    CONSENT_TASKS_PAGE = "consent_tasks_page"

    # Comparing photographs
    COMPARE_BOX = "compare_box"
    COMPARE_POSE = "compare_pose"
    COMPARE_COURSE = "compare_course"
    COMPARE_ANSWER = "compare_answer"

    # Keeping in touch, and campaigns
    CONTACT_FORM = "contact_form"
    COLLECTION_FORM = "collection_form"
    CAMPAIGN_FORM = "campaign_form"
    CAMPAIGN_SHOWN = "campaign_shown"
    CAMPAIGN_REFERENCE = "campaign_reference"
    CAMPAIGN_PAGE = "campaign_page"
    CAMPAIGN_FILE = "campaign_file"
    CAMPAIGN_PROBLEM = "campaign_problem"
    SUPPRESSION_FORM = "suppression_form"

    # Forms of consent and purposes
    CONSENT_FORMS_VIEW = "consent_forms_view"
    CONSENT_FORM_OPEN = "consent_form_open"
    CONSENT_FORM_NEW = "consent_form_new"
    CONSENT_FORM_TEXT = "consent_form_text"
    CONSENT_FORM_NAME = "consent_form_name"
    CONSENT_FORM_OLD = "consent_form_old"
    CONSENT_FORM_OTHER = "consent_form_other"
    CONSENT_PURPOSE_FORM = "consent_purpose_form"

    # Consent across the clinic
    CONSENT_SEEN_BY = "consent_seen_by"
    CONSENT_BOOKED = "consent_booked"
    CONSENT_SINCE = "consent_since"
    CONSENT_PAGE = "consent_page"
    CONSENT_ASKED = "consent_asked"
    CONSENT_PAST = "consent_past"

    # Disposals
    DISPOSAL_TURN = "disposal_turn"
    DISPOSAL_SHOWN = "disposal_shown"
    DISPOSAL_PAGE = "disposal_page"
    DISPOSAL_FORM = "disposal_form"
    DISPOSAL_ITEMS = "disposal_items"

    # Holds and vital interests
    HOLD_FORM = "hold_form"
    VITAL_FORM = "vital_form"
    HOLDS_SHOW = "holds_show"
    HOLDS_KIND = "holds_kind"
    HOLDS_MINE = "holds_mine"
    HOLDS_PAGE = "holds_page"

    # Retention
    RETENTION_ON = "retention_on"
    RETENTION_WHY = "retention_why"
    RETENTION_MINORS = "retention_minors"
    RETENTION_PAGE = "retention_page"
    RETENTION_MEASURE = "retention_measure"
    RETENTION_FORECAST = "retention_forecast"
    RETENTION_NEAR = "retention_near"
    RETENTION_IF_YEARS = "retention_if_years"
    RETENTION_IF_MONTHS = "retention_if_months"
    RETENTION_IF_TRIGGER = "retention_if_trigger"
    RETENTION_FORM = "retention_form"
    RETENTION_PREVIEWED = "retention_previewed"

    # Back-ups
    BACKUPS_TABLE = "backups_table"
    BACKUPS_CHOSEN = "backups_chosen"
    BACKUPS_MIRROR = "backups_mirror"
