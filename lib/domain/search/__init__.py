"""Finding a patient by part of what is known: what was typed, and how well it fits."""
