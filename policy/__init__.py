"""The law and the office as data and pure decisions: no clock, and no I/O but reading packs."""
