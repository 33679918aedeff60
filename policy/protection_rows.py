"""The rows of a pack by which those who report are protected, and asked how they are."""

from dataclasses import dataclass

from policy.rows import Named, Worded


@dataclass(frozen=True, kw_only=True)
class ProtectionKind(Worded):
    """Something of somebody that can be protected, and who decides on it (``deciders``)."""

    deciders: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ProtectionDecider(Named):
    """Who decides on protection.

    Whoever is ``outside`` is asked by the office, and answers it: ``asked`` and ``answered`` are
    the marks that say so.
    """

    outside: bool
    asked: str = ""
    answered: str = ""


@dataclass(frozen=True, kw_only=True)
class ProtectedPerson(Worded):
    """Whom the law protects: who reports, or somebody who belongs to them."""


@dataclass(frozen=True, kw_only=True)
class ProtectionMeasure(Named):
    """A lawful step that shields a person, of one ``kind``."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class ProtectionEnd(Worded):
    """A ground on which protection ends."""


@dataclass(frozen=True, kw_only=True)
class IdentityPurpose(Worded):
    """What somebody can only be given who says who they are: to be heard, protected, rewarded."""


@dataclass(frozen=True, kw_only=True)
class IdentityPermit(Named):
    """A document that lets this system take identities sealed, to a key kept off the network.

    Without one in force nobody is offered the box (``basis``: its number, day and who signed it).
    """


@dataclass(frozen=True, kw_only=True)
class FollowUp(Named):
    """After how many ``days`` the reporter is asked whether anything happened to them."""

    days: int
