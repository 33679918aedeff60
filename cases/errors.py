"""The refusals of a case's life. They know no HTTP, no plaintext, no key and no path."""

from datetime import date


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


class DisposedReceiptError(UnknownReceiptError):
    """The case of this receipt was disposed of on that day, when it need not be kept any more."""

    def __init__(self, day: date) -> None:
        super().__init__("disposed of")
        self.day = day


class AlreadyFiledError(DomainError):
    """This very form was filed before and its receipt is no longer shown again."""


class DifferentReportError(DomainError):
    """A form that was filed came again with other words; nothing of it was sent."""


class DraftGoneError(DomainError):
    """Files of the form are with its draft no longer; nothing was filed."""


class DraftQuotaError(DomainError):
    """The room for unfinished forms is full; the reporter can send the files later."""


class DraftChangedError(DomainError):
    """Other words were kept in a draft's place since its page was shown; nothing was kept now."""


class CaseNotFoundError(DomainError):
    """No such case for this reviewer: it does not exist, or its existence is not theirs to know."""


class DisposedCaseError(DomainError):
    """The case was disposed of: figures and days of it are left, and nothing to be done."""

    def __init__(self, ref: str) -> None:
        super().__init__("disposed of")
        self.ref = ref


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


class NobodyLeftError(DomainError):
    """Nobody who may have the case could open it; ``units`` may, once somebody is there."""

    def __init__(self, units: tuple[str, ...]) -> None:
        super().__init__("nobody left")
        self.units = units


class SoleReaderError(DomainError):
    """Nobody else could open what this person is to lose; it can be passed on first."""


class FollowUpOverError(DomainError):
    """Nothing is asked of the reporter now: it was answered, or its day has not come."""


class FeedbackOverError(DomainError):
    """The case is not closed, or its reporter has answered already."""


class SignInError(DomainError):
    """Name and passphrase do not open an account; which of the two is not said."""


class PasskeyLimitError(DomainError):
    """A reviewer has as many passkeys as anybody may; they can remove one."""


class EnrolmentError(DomainError):
    """The enrolment link is unknown, used or expired; an administrator can make another."""


class UnknownRoleError(DomainError):
    """There is no such role, or none at all was given."""


class CombinedRolesError(DomainError):
    """The pack says that one person must not have these roles together; ``row`` is its code."""

    def __init__(self, row: str) -> None:
        super().__init__(row)
        self.row = row


class OfflineUnitError(DomainError):
    """The unit's key is on paper: nobody at the desk can let a member in."""


class RecoveryError(DomainError):
    """A recovery key, or a file of a recovery, is refused; the operator can mend it.

    The message says how, at the terminal only.
    """


class CourierError(DomainError):
    """A key off the network, or a file that is carried there and back, is refused.

    The operator or the officer can mend it; the message says how, at the terminal only.
    """


class IdentityKeyError(DomainError):
    """A key off the network is refused; the operator can mend it. Says how, at the terminal."""


class IdentityClosedError(DomainError):
    """Nobody can give their identity here now: it is not permitted, or there is no key for it."""


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
