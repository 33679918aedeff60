"""Passkeys (W3C Web Authentication, Level 3): what a desk asks of them, and what it accepts.

Whatever an authenticator says is parsed and checked by py_webauthn. It is imported where it is
used: loading it takes as long as a sign-in, and nobody needs it who comes with a code.
"""

import ipaddress
import json
from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from crypto.errors import PasskeyError
from crypto.secret import Secret

if TYPE_CHECKING:
    from webauthn.helpers.cose import COSEAlgorithmIdentifier

RP_NAME: Final = "Liêm Chính"
# What an authenticator says is never longer: certificates that we do not ask for would be.
MOST_ANSWER_CHARS: Final = 16 * 1024
# WebAuthn, 15.1: what a browser gives somebody to find their key.
TIMEOUT_MILLISECONDS: Final = 5 * 60 * 1000
LOCAL_NAME: Final = "localhost"
# An onion service is reached by Tor Browser, which has no WebAuthn.
ONION: Final = ".onion"
DEFAULT_PORTS: Final = {"http": 80, "https": 443}
# What reading a stranger's text can end in besides the library's own refusals.
UNREADABLE: Final = (ValueError, TypeError, KeyError, RecursionError)
COORDINATE_BYTES: Final = 32
# A P-256 public key for ES256 as COSE writes it (RFC 9053, 7.1.1), in front of each coordinate.
COSE_P256_X: Final = bytes.fromhex("a5010203262001215820")
COSE_P256_Y: Final = bytes.fromhex("225820")


@dataclass(frozen=True)
class RelyingParty:
    """The desk as authenticators know it: its host, and its origin as browsers write it."""

    host: str
    origin: str

    @classmethod
    def of(cls, origin: str) -> Self | None:
        """Return the desk of an origin; None where no browser offers passkeys there.

        They need a name: an IP address has none, an onion's belongs to a browser without them,
        and plain http is trusted on the machine itself only.
        """
        parts = urlsplit(origin)
        try:
            host = (parts.hostname or "").encode("idna").decode("ascii")
        except UnicodeError:
            return None
        is_local = host == LOCAL_NAME or host.endswith(f".{LOCAL_NAME}")
        if not host or host.endswith(ONION) or _is_ip(host):
            return None
        if parts.scheme != "https" and not is_local:
            return None
        port = "" if parts.port in {None, DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
        return cls(host, f"{parts.scheme}://{host}{port}")


@dataclass(frozen=True, repr=False)
class Owner:
    """Whose a new passkey is: what the authenticator keeps of them, and which they have."""

    user_handle: bytes
    sign_in_name: str
    credential_ids: Collection[bytes]


class Passkey(Secret):
    """What a desk keeps of one passkey: no secret that signs, but what tells whose it is."""

    __slots__ = ("credential_id", "public_key", "sign_count")

    def __init__(self, credential_id: bytes, public_key: bytes, sign_count: int) -> None:
        self.credential_id = credential_id
        self.public_key = public_key
        self.sign_count = sign_count


@dataclass(frozen=True, repr=False)
class Answer:
    """What a browser brought from an authenticator, as it was sent, and whose it says it is."""

    text: str
    credential_id: bytes
    user_handle: bytes | None


def request_options(site: RelyingParty, challenge: bytes) -> str:
    """Return what the browser is asked with at a sign-in, whoever it is that signs in.

    No credential is named, so the question tells nothing of anybody (WebAuthn, 14.6.3).
    """
    asked = {
        "challenge": urlsafe_b64encode(challenge).rstrip(b"=").decode("ascii"),
        "rpId": site.host,
        "allowCredentials": [],
        "userVerification": "required",
        "timeout": TIMEOUT_MILLISECONDS,
    }
    return json.dumps(asked)


def creation_options(site: RelyingParty, challenge: bytes, owner: Owner) -> str:
    """Return what the browser is asked with for a new passkey.

    It is one that can be found without being named, needs a PIN or a finger each time, and says
    nothing of who made the authenticator.
    """
    from webauthn import generate_registration_options, options_to_json  # noqa: PLC0415 (see above)
    from webauthn.helpers import structs  # noqa: PLC0415 (see above)

    options = generate_registration_options(
        rp_id=site.host,
        rp_name=RP_NAME,
        user_id=owner.user_handle,
        user_name=owner.sign_in_name,
        challenge=challenge,
        timeout=TIMEOUT_MILLISECONDS,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            structs.PublicKeyCredentialDescriptor(each) for each in owner.credential_ids
        ],
        supported_pub_key_algs=_algorithms(),
    )
    return options_to_json(options)


def check_creation(site: RelyingParty, challenge: bytes, text: str) -> Passkey:
    """Return the passkey that an authenticator made when it was asked with a challenge.

    Raises:
        PasskeyError: it was made for another desk, another question or without asking for its
            owner, or it cannot be read.
    """
    from webauthn import verify_registration_response  # noqa: PLC0415 (see above)
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 (see above)

    try:
        made = verify_registration_response(
            credential=_bounded(text),
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
            supported_pub_key_algs=_algorithms(),
        )
    except (WebAuthnException, *UNREADABLE):
        raise PasskeyError("does not hold") from None
    return Passkey(made.credential_id, made.credential_public_key, made.sign_count)


def read_answer(text: str) -> Answer:
    """Return what a browser brought, of which nothing is believed yet.

    Raises:
        PasskeyError: it cannot be read.
    """
    from webauthn.helpers import parse_authentication_credential_json  # noqa: PLC0415 (see above)
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 (see above)

    try:
        said = parse_authentication_credential_json(_bounded(text))
    except (WebAuthnException, *UNREADABLE):
        raise PasskeyError("cannot be read") from None
    return Answer(text, said.raw_id, said.response.user_handle)


def check_answer(site: RelyingParty, challenge: bytes, answer: Answer, passkey: Passkey) -> Passkey:
    """Return the passkey as it is after it answered a challenge.

    Raises:
        PasskeyError: another passkey answered, or another challenge, at another desk, without
            asking for its owner, or with a count that was there before.
    """
    from webauthn import verify_authentication_response  # noqa: PLC0415 (see above)
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415 (see above)

    try:
        found = verify_authentication_response(
            credential=answer.text,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, *UNREADABLE):
        raise PasskeyError("does not hold") from None
    return Passkey(passkey.credential_id, passkey.public_key, found.new_sign_count)


def decoy_passkey() -> Passkey:
    """Return a passkey that nobody has, to be checked against where there is none."""
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    x, y = (each.to_bytes(COORDINATE_BYTES, "big") for each in (numbers.x, numbers.y))
    return Passkey(b"", COSE_P256_X + x + COSE_P256_Y + y, 0)


def _algorithms() -> "list[COSEAlgorithmIdentifier]":
    from webauthn.helpers.cose import COSEAlgorithmIdentifier  # noqa: PLC0415 (see above)

    # WebAuthn, 5.4, names these three; the last is that of the TPM in older Windows machines.
    return [
        COSEAlgorithmIdentifier.ECDSA_SHA_256,
        COSEAlgorithmIdentifier.EDDSA,
        COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
    ]


def _bounded(text: str) -> str:
    if len(text) > MOST_ANSWER_CHARS:
        raise PasskeyError("cannot be read")
    return text


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
