"""Ground floor: bytes in, bytes out. Seals, opens, keys, receipt codes, padding; knows no case."""
