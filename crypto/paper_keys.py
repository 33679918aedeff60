"""An identity on paper: written out in groups, and typed again from them."""

import unicodedata

from crypto.errors import KeyFormatError
from crypto.keys import IDENTITY_HRP, Identity

GROUP_CHARS = 4
GROUPS_A_LINE = 5
# "1" ends the part before it and is no symbol of what follows (BIP 173).
_BEGINNING = f"{IDENTITY_HRP}1"
_BEGINNING_TYPED = _BEGINNING.replace("-", "")
# An identity has 77; what somebody pastes by mistake is not worked on.
_MOST_CHARS = 400


def paper_lines(identity: Identity) -> tuple[str, ...]:
    """Return an identity in lines for paper; they are as secret as the identity."""
    symbols = identity.encoded().removeprefix(_BEGINNING)
    groups = [symbols[place : place + GROUP_CHARS] for place in range(0, len(symbols), GROUP_CHARS)]
    lines = [
        " ".join(groups[place : place + GROUPS_A_LINE])
        for place in range(0, len(groups), GROUPS_A_LINE)
    ]
    return (_BEGINNING, *lines)


def typed_identity(text: str) -> Identity:
    """Return the identity that somebody typed from paper, with or without its beginning.

    Spaces, dashes, small letters, full-width forms and O for 0 are forgiven.

    Raises:
        KeyFormatError: a symbol is wrong or missing. Up to four wrong ones are always noticed
            (BIP 173).
    """
    plain = unicodedata.normalize("NFKC", text[:_MOST_CHARS]).upper()
    typed = "".join(symbol for symbol in plain if symbol.isalnum())
    if not typed.isascii():
        raise KeyFormatError("an identity has no letter with a mark: switch the input method off")
    # No symbol of Bech32 is an O.
    return Identity.parse(_BEGINNING + typed.removeprefix(_BEGINNING_TYPED).replace("O", "0"))
