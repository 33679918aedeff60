"""What the thread says of protection, in the reporter's words: nothing that names anybody."""

from collections.abc import Mapping

from flask_babel import gettext

from cases.identity_boxes import BOX, MOVE_STEP, PURPOSE
from cases.opened import texts_of
from cases.retaliation import ASKED, FOLLOWED_UP, TOLD
from policy.pack import Pack
from policy.rows import Language


def protection_event(pack: Pack, values: Mapping[str, object], language: Language) -> str:
    """Return what an event says of protection; nothing where it is about something else."""
    event = values.get("event")
    if event == ASKED:
        return gettext(
            "Đã nhận đề nghị bảo vệ. Nội dung được khóa kín và không hiện lại ở đây; cơ quan xử lý"
            " trả lời trong phần trao đổi này."
        )
    if event == FOLLOWED_UP:
        return gettext("Bạn đã trả lời câu hỏi thăm. Câu trả lời được khóa kín.")
    return _decided(pack, values, language) if event == TOLD else ""


def identity_line(pack: Pack, values: Mapping[str, object], language: Language) -> str:
    """Return what the thread says of an identity: that it was given, or that a passage was moved.

    Nothing where a line is about something else.
    """
    if values.get("event") == MOVE_STEP:
        return gettext(
            "Một đoạn bạn viết có thể cho biết bạn là ai đã được chuyển khỏi hồ sơ: từ nay chỉ"
            " cán bộ bảo vệ đọc được, bằng khóa không ở máy nào nối mạng."
        )
    if BOX not in values:
        return ""
    plain = {row.code: row.plain(language) for row in pack.identity_purposes}
    purpose = plain.get(str(values.get(PURPOSE))) or gettext("mục đích khác")
    return gettext(
        "Bạn đã cho biết mình là ai (%(purpose)s). Điều đó được niêm kín cho cán bộ bảo vệ, không"
        " hiện lại ở đây.",
        purpose=purpose,
    )


def _decided(pack: Pack, values: Mapping[str, object], language: Language) -> str:
    wanted = set(texts_of(values.get("kinds")))
    rows = (row for row in pack.protection_kinds if row.code in wanted)
    kinds = "; ".join(row.name(language) for row in rows)
    grounds = {row.code: row.plain(language) for row in pack.protection_ends}
    ground = grounds.get(str(values.get("ground")), "")
    said = {
        "granted": gettext("Đã quyết định bảo vệ: %(kinds)s.", kinds=kinds),
        "passed": gettext("Đã đề nghị nơi có thẩm quyền bảo vệ: %(kinds)s.", kinds=kinds),
        "refused": gettext("Không áp dụng biện pháp bảo vệ: %(kinds)s. Lý do:", kinds=kinds),
        "ended": gettext(
            "Việc bảo vệ chấm dứt (%(ground)s): %(kinds)s.", ground=ground, kinds=kinds
        ),
    }
    words = said.get(str(values.get("outcome")), gettext("Có thay đổi về việc bảo vệ."))
    return f"{words} {values.get('words') or ''}".strip()
