"""What the ground floor refuses, and nothing about the secret that was refused."""

from enum import Enum


class OpenFailure(Enum):
    """Where opening stopped. For the tests and the operator's log; no visitor ever sees it."""

    VERSION = "version"
    HEADER = "header"
    NO_MATCH = "no match"
    HEADER_MAC = "header MAC"
    PAYLOAD = "payload"
    BOX = "box"


class CryptoError(Exception):
    """Anything that this floor refuses."""


class OpenError(CryptoError):
    """A sealed thing cannot be opened, whatever the cause. Nobody can mend it but its sender.

    The message is the same for every cause: telling causes apart to a visitor would be an oracle.
    """

    def __init__(self, kind: OpenFailure = OpenFailure.HEADER) -> None:
        super().__init__("cannot be opened")
        self.kind = kind


class KeyFormatError(CryptoError):
    """A recipient or an identity is written wrongly. Whoever typed or sent it can mend it."""


class PasskeyError(CryptoError):
    """What an authenticator said does not hold, whatever of it. Its holder can try again."""
