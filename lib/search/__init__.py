"""The live index that finds patients; derived from the store, kept in memory only."""
