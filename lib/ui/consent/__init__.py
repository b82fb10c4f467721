"""Consent on the screens: badges, the patient's consent, withdrawal, tasks."""
