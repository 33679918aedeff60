"""The page behind a receipt: state, next date, the thread. The report itself is not shown back.

No unit is named but where a reviewer chose it, in a referral: where routing chose, its name would
tell that a name in the report is a reviewer's (docs/adr/0013-names-in-a-report.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from flask import Response, make_response, render_template
from flask_babel import gettext

from cases.errors import DisposedReceiptError
from cases.names import REPORTER, EntryKind
from cases.office import Office
from cases.opened import OpenedEntry
from cases.reports import Attachment
from cases.rewards import granted_reward
from cases.threads import read_thread
from crypto.receipts import Receipt
from intake.door import Door, door, language
from intake.form_secrets import new_draft, read_secret, written
from intake.forms import STATEMENT_CHARS
from intake.next_day import next_day
from intake.protection_forms import WORDS_CHARS
from intake.protection_page import form_secret, questions_of
from intake.protection_words import identity_line, protection_event
from intake.receipts import kept_receipt
from intake.received import FormWords, LostFile
from intake.reward_words import reward_event
from intake.words import Fault, loss_faults
from policy.pack import Pack
from policy.states import BEFORE_CONCLUSION, CaseState
from web.compression import forbid_compression


@dataclass(frozen=True, repr=False)
class ThreadLine:
    """One message or event, in words."""

    author: str
    is_own: bool
    is_new: bool
    is_event: bool
    day: date
    text: str
    attachments: tuple[Attachment, ...]


def sign_in_page(
    status: HTTPStatus = HTTPStatus.OK, typed: str = "", faults: tuple[Fault, ...] = ()
) -> Response:
    """Return the form that asks for a receipt."""
    page = render_template("intake/sign_in.html", typed=typed, faults=faults)
    return make_response(page, status)


def disposed_page(error: DisposedReceiptError) -> Response:
    """Return that a case was disposed of, and when."""
    page = render_template("intake/disposed.html", day=error.day)
    return make_response(page, HTTPStatus.GONE)


def thread_page(
    bound: Door,
    receipt: Receipt,
    status: HTTPStatus = HTTPStatus.OK,
    typed: FormWords | None = None,
    faults: tuple[Fault, ...] = (),
) -> Response:
    """Return the thread, with a reply that was refused still in its box.

    Raises:
        UnknownReceiptError: no case answers to this receipt.
    """
    office = bound.office
    thread, pack = read_thread(office, receipt), office.todays_pack
    is_open = thread.state in BEFORE_CONCLUSION
    forbid_compression()
    page = render_template(
        "intake/thread.html",
        thread=thread,
        state=pack.state_words(thread.state, thread.track).plain(language()),
        next_day=next_day(pack, thread.told_on, thread.told_rule),
        is_open=is_open,
        lines=tuple(_line(office, entry, thread.track) for entry in thread.messages),
        text=typed.get("text", "") if typed else "",
        once=reply_tag(typed),
        faults=faults,
        text_chars=STATEMENT_CHARS,
        limits=bound.settings,
        questions=questions_of(bound, receipt, thread),
        reward=granted_reward(thread.messages),
        asked_once=form_secret(None),
        most=WORDS_CHARS,
    )
    return make_response(page, status)


def reply_again_page(
    status: HTTPStatus,
    typed: FormWords,
    faults: tuple[Fault, ...],
    lost: tuple[LostFile, ...] = (),
) -> Response:
    """Return a reply that came after the visit was over: its text, and a field for the receipt."""
    page = render_template(
        "intake/reply_again.html",
        text=typed.get("text", ""),
        typed=typed.get("receipt", ""),
        once=reply_tag(typed),
        needs_receipt=kept_receipt() is None,
        faults=(*faults, *loss_faults(lost)),
        text_chars=STATEMENT_CHARS,
        limits=door().settings,
    )
    return make_response(page, status)


def reply_tag(typed: FormWords | None) -> str:
    """Return the secret that keeps a double click single: the form's own, or a fresh one."""
    sent = typed.get("once", "") if typed else ""
    return sent if read_secret(sent) else written(new_draft().secret)


def _unit_words(pack: Pack, unit: object) -> str:
    return pack.unit_name(str(unit), language()) if pack.knows_unit(str(unit)) else ""


def _line(office: Office, entry: OpenedEntry, track: str) -> ThreadLine:
    is_event = entry.kind is EntryKind.EVENT
    is_own = entry.author == REPORTER
    return ThreadLine(
        author=gettext("Bạn") if is_own else gettext("Cơ quan xử lý"),
        is_own=is_own,
        is_new=not entry.seen and not is_own,
        is_event=is_event,
        day=entry.day,
        text=_event_line(office, entry.values, track) if is_event else _message_text(office, entry),
        attachments=entry.attachments,
    )


def _message_text(office: Office, entry: OpenedEntry) -> str:
    return identity_line(office.pack, entry.values, language()) or entry.text()


def _event_line(office: Office, values: Mapping[str, object], track: str) -> str:
    pack = office.todays_pack
    said = protection_event(pack, values, language()) or identity_line(pack, values, language())
    # What was granted under a row of before is still told.
    said = said or reward_event(office.pack, values, language())
    return said or _event_words(office, values, track)


def _event_words(office: Office, values: Mapping[str, object], track: str) -> str:
    pack, kind, to = office.todays_pack, values.get("event"), values.get("to")
    if kind == "escalated":
        return _escalated_words(is_by_you=values.get("by") == REPORTER)
    if kind == "outcome":
        words = office.pack.finding_plain(str(values.get("finding")), language())
        return gettext("Kết quả kiểm tra: %(finding)s.", finding=words)
    if kind == "split":
        return gettext(
            "Một phần tin của bạn thành một hồ sơ riêng, do nơi có thẩm quyền xem xét. Mã này vẫn"
            " mở phần trao đổi của tin gốc."
        )
    if kind == "referred":
        return gettext("Đã chuyển cho đơn vị khác: %(unit)s.", unit=_unit_words(pack, to))
    if to in set(CaseState):
        words = pack.state_words(CaseState(str(to)), track).plain(language())
        return gettext("Tình trạng mới: %(state)s.", state=words)
    return gettext("Có thay đổi trong hồ sơ.")


def _escalated_words(*, is_by_you: bool) -> str:
    if is_by_you:
        return gettext(
            "Bạn đã yêu cầu chuyển lên cấp trên. Từ nay cấp trên giữ tin, trừ người có tên trong"
            " tin; nếu trên đó không còn ai khác thì nơi cũ giữ tiếp."
        )
    return gettext(
        "Chưa ai mở trong thời hạn. Từ nay cấp trên giữ tin, trừ người có tên trong tin; nếu trên"
        " đó không còn ai khác thì nơi cũ giữ tiếp."
    )
