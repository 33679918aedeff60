"""The refusals of what a reviewer does with a case: nothing was recorded, and they can mend it."""

from datetime import date

from cases.errors import DomainError


class HandlerRefusedError(DomainError):
    """Nobody becomes the handler so; ``why``: ``declares``, ``taken``, or no such ``member``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class ProtectionRefusedError(DomainError):
    """What is recorded of protection cannot be so; ``why`` is the field that is wrong."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class RewardRefusedError(DomainError):
    """What is recorded of a reward cannot be so; ``why`` is the field that is wrong."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class HandoverRefusedError(DomainError):
    """A redacted copy is not given as asked; ``why`` is what to mend.

    ``nothing`` is hidden, ``marks`` are of another text, ``words`` stand nowhere, the ``reason``
    has them, another copy was ``shown``, or ``proposals`` wait.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class RewardOverError(DomainError):
    """The case has no reward that waits for its reporter, or it was paid already."""


class UnknownClaimError(DomainError):
    """No reward that this reviewer may pay waits for such a claim code."""


class ClaimPaidError(DomainError):
    """A claim code was brought that was paid on ``day`` already."""

    def __init__(self, day: date) -> None:
        super().__init__("paid already")
        self.day = day


class PaymentDayError(DomainError):
    """A reward cannot have been paid on that day."""


class OriginalRefusedError(DomainError):
    """The original is not to be asked for: it is ``held``, or a request for it ``waits``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class TrackRefusedError(DomainError):
    """The case cannot go on that track: it is paper's own, or the case is concluded."""


class MarkRefusedError(DomainError):
    """It cannot be recorded: ``state``, ``day``, ``document`` or ``people``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class StepNotReadyError(DomainError):
    """The step needs something that is not recorded of the case yet."""


class OutcomeRefusedError(DomainError):
    """Nothing was concluded yet, or what was chosen is not of the pack."""


class HoldRefusedError(DomainError):
    """The case is held already, or it is not and so cannot be let go."""


class DisposalRefusedError(DomainError):
    """The case cannot be disposed of; ``why`` says what stands in the way.

    It is ``open``, ``held``, to be kept for some time yet (``young``) or for ever (``kept``);
    something of it still ``waits``, its reporter is ``unanswered`` or ``protected``, or to be
    ``rewarded``: that is not decided yet, or not paid.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class ExportOverError(DomainError):
    """No export of this case is approved, or its days are over; it can be proposed again."""


class SamePersonError(DomainError):
    """What takes two was to be approved by the one who proposed it, under whichever account."""


class NoHeadError(DomainError):
    """What takes two was to be settled without any head of the unit."""


class LinkRefusedError(DomainError):
    """Cases cannot be linked: ``unknown``, the ``same``, a ``duplicate``, or for a ``reader``.

    Or they were never linked, as far as this reviewer may know: ``unlinked``.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class NothingToCarryError(DomainError):
    """No identity was given in this case, and no passage moved."""


class PassageRefusedError(DomainError):
    """A passage cannot be moved: ``key``, ``place`` or ``passage`` says what is missing."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
