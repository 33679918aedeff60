"""Padding that hides lengths. Texts: a floor, then Padmé; files: Padmé. Always trailing zeros.

Padmé: Nikitin, Barman, Lueks, Underwood, Hubaux and Ford, "Reducing Metadata Leakage from
Encrypted Files and Communication with PURBs", PETS 2019, §4. It leaks O(log log L) bits of a
length and costs at most 11.11 %.
"""

# Most statements are shorter: below this, all texts have one length.
TEXT_FLOOR_BYTES = 4096


def padme(length: int) -> int:
    """Return the length to which this one is padded.

    Raises:
        ValueError: a length is not negative.
    """
    if length < 0:
        message = "a length is not negative"
        raise ValueError(message)
    exponent = max(length.bit_length() - 1, 0)
    # The mantissa keeps as many bits as the exponent takes to write; the rest is rounded up.
    zeroed_bits = max(exponent - exponent.bit_length(), 0)
    mask = (1 << zeroed_bits) - 1
    return (length + mask) & ~mask


def pad_text(text: bytes) -> bytes:
    """Return a text with zeros up to its padded length.

    Raises:
        ValueError: the text ends in a zero, which could not be told from the padding.
    """
    if text.endswith(b"\0"):
        message = "a text that ends in a zero cannot be padded"
        raise ValueError(message)
    return text.ljust(padme(max(len(text), TEXT_FLOOR_BYTES)), b"\0")


def strip_padding(padded: bytes) -> bytes:
    """Return the text without its padding."""
    return padded.rstrip(b"\0")


def file_padding(length: int) -> int:
    """Return how many zeros follow a file of this length."""
    return padme(length) - length
