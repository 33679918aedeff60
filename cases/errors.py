"""The refusals of a case's life. They know no HTTP, no plaintext, no key and no path."""


class DomainError(Exception):
    """A refusal that the house makes on purpose."""


class InvalidReportError(DomainError):
    """The form breaks a rule; the reporter can mend it.

    ``faults`` holds (field, rule) pairs in the order of the form; a rule is a short code
    such as ``missing`` or ``too-long`` that the page puts into words.
    """

    def __init__(self, faults: tuple[tuple[str, str], ...]) -> None:
        super().__init__(", ".join(f"{field}: {rule}" for field, rule in faults))
        self.faults = faults


class UnknownReceiptError(DomainError):
    """No case answers to this receipt; the reporter can type it again."""


class AlreadyFiledError(DomainError):
    """This very form was filed before and its receipt is no longer shown again."""


class DifferentReportError(DomainError):
    """A form that was filed came again with other words; nothing of it was sent."""


class DraftGoneError(DomainError):
    """Files of the form are with its draft no longer; nothing was filed."""


class DraftQuotaError(DomainError):
    """The room for unfinished forms is full; the reporter can send the files later."""


class CaseNotFoundError(DomainError):
    """No such case for this reviewer: it does not exist, or its existence is not theirs to know."""


class StaleCaseError(DomainError):
    """Somebody else changed the case meanwhile; the reviewer can look again."""


class NotPermittedError(DomainError):
    """This reviewer may not do this here."""


class BarredUnitError(DomainError):
    """The report names this unit, its head or somebody above it: it must not receive the case."""


class UnstaffedUnitError(DomainError):
    """The unit has no recipient: whatever is sealed to it could never be opened."""


class EscalationClosedError(DomainError):
    """The case stands on the top of its ladder, or is concluded: it cannot go up."""


class LastMemberError(DomainError):
    """Nobody would be left who can open the unit's cases; somebody else can be admitted first."""


class SoleReaderError(DomainError):
    """Nobody else could open what this person is to lose; it can be passed on first."""


class FollowUpOverError(DomainError):
    """Nothing is asked of the reporter now: it was answered, or its day has not come."""


class FeedbackOverError(DomainError):
    """The case is not closed, or its reporter has answered already."""


class ProtectionRefusedError(DomainError):
    """What is recorded of protection cannot be so; ``why`` is the field that is wrong."""

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


class SignInError(DomainError):
    """Name and passphrase do not open an account; which of the two is not said."""


class EnrolmentError(DomainError):
    """The enrolment link is unknown, used or expired; an administrator can make another."""


class RoleNotBuiltError(DomainError):
    """Nobody can be given this role yet: what it is for is not there."""


class CombinedRolesError(DomainError):
    """The pack says that one person must not have these roles together; ``row`` is its code."""

    def __init__(self, row: str) -> None:
        super().__init__(row)
        self.row = row


class RecoveryError(DomainError):
    """A recovery key, or a file of a recovery, is refused; the operator can mend it.

    The message says how, at the terminal only.
    """


class WeakPassphraseError(DomainError):
    """The passphrase would be guessed; the reviewer can choose a longer one."""


class AddressRefusedError(DomainError):
    """Notice cannot go there: it is no ``address``, or codes were asked for too ``often`` today."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class CodeRefusedError(DomainError):
    """It is not the code that was sent, or that one is over; the reviewer can ask for another."""


class MailServerAwayError(Exception):
    """The mail server is away, or takes nothing from us; the operator can mend it.

    Says the kind of failure and the server's number, and nothing of what the server wrote.
    """


class MailboxRefusedError(Exception):
    """The mail server took no letter for this address: for now, or for good (``is_final``)."""

    def __init__(self, *, is_final: bool) -> None:
        super().__init__("for good" if is_final else "for now")
        self.is_final = is_final


class StorageError(Exception):
    """Database or vault did not do what it must; the operator can mend it."""


class StoreUnavailableError(StorageError):
    """Database or vault is away, read-only or full. Nothing was kept by the failed call."""


class UncertainStoreError(StoreUnavailableError):
    """The database went away in the midst of a commit: whether it was kept is not known.

    So nothing that belongs to it may be destroyed; the same form sent again finds out.
    """


class BackupError(StorageError):
    """A backup cannot be made or restored as asked, and nothing is left of it.

    The operator can mend it; the message says how, at the terminal only.
    """


class PublicRoleError(StorageError):
    """The public door's database role is another one than it must be; the operator can mend it.

    Says one thing that it can or cannot do: words of our own tables, never of an address.
    """

    def __init__(self, what: str, example: str) -> None:
        super().__init__(f"{what} ({example})")
