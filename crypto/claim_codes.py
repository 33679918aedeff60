"""The claim code of a reward: whoever brings it is paid, and is asked for nothing else.

It is one of the codes that count once (``crypto.second_factor``), half as long as a receipt, so
that nobody takes one for the other. The tag is keyed with the server secret: a stolen table cannot
be searched for it.
"""

from crypto.boxes import keyed_digest
from crypto.errors import CryptoError
from crypto.receipts import MistypedReceiptError, Receipt
from crypto.second_factor import SPARE_SYMBOLS, grouped_code, paper_code, plain_code

LABEL = "reward claim code"


class MistypedClaimError(CryptoError):
    """A text is no claim code; ``symbols`` says how many symbols were typed."""

    def __init__(self, symbols: int) -> None:
        super().__init__("no claim code")
        self.symbols = symbols


class ReceiptTypedError(CryptoError):
    """Somebody typed a receipt where the claim code belongs: it opens a case, and pays nothing."""


def claim_code(secret: bytes, reward_id: str) -> str:
    """Return the code that a secret has for a reward, as it is shown: about 57 bits.

    The same form makes the same one again, so a page that is loaded twice ends no code.
    """
    return paper_code(keyed_digest(secret, "claim code of a form", reward_id.encode("ascii")))


def shown_code(typed: str) -> str:
    """Return a claim code that somebody typed as the page of its reporter showed it."""
    return grouped_code(plain_code(typed))


def claim_tag(server_secret: bytes, typed: str) -> bytes:
    """Return what storage knows a claim code by, whatever its case and spacing.

    Raises:
        MistypedClaimError: it has not as many symbols as each claim code has.
        ReceiptTypedError: it is a receipt.
    """
    plain = plain_code(typed)
    if len(plain) != SPARE_SYMBOLS:
        if _is_receipt(typed):
            raise ReceiptTypedError
        raise MistypedClaimError(len(plain))
    return keyed_digest(server_secret, LABEL, plain.encode("utf-8", "surrogatepass"))


def _is_receipt(typed: str) -> bool:
    try:
        Receipt.parse(typed)
    except MistypedReceiptError:
        return False
    return True
