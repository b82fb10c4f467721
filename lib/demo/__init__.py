"""The synthetic clinic: invented people only."""
