"""What the desk's views work with: bound once by the app, found through the request."""

from dataclasses import dataclass

from flask import current_app, g, session

from cases.office import Office
from cases.reviewers import SignedIn
from cases.signing_in import SignInDesk
from review.brake import SignInBrake
from web.sessions import Visit
from web.settings import Settings

EXTENSION = "liemchinh-desk"


@dataclass(frozen=True, repr=False)
class Desk:
    """Everything that the views of one app share."""

    settings: Settings
    office: Office
    server_secret: bytes
    sign_in_desk: SignInDesk
    brake: SignInBrake
    # On guessing claim codes.
    claim_brake: SignInBrake


def desk() -> Desk:
    """Return the desk of the app that answers this request."""
    found: Desk = current_app.extensions[EXTENSION]
    return found


def the_office() -> Office:
    """Return the office whose cases this desk shows."""
    return desk().office


def reviewer() -> SignedIn:
    """Return who is signed in; the entrance let nobody else come this far."""
    found: SignedIn = g.signed_in
    return found


def visit() -> Visit:
    """Return this browser's session."""
    if not isinstance(session, Visit):
        raise TypeError("the desk keeps its sessions itself")
    return session
