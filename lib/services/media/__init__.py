"""Photographs and video: bringing them in, showing them, saying what they show; sealed at rest."""
