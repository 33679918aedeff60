"""What the thread says of a reward, in the reporter's words."""

from collections.abc import Mapping

from flask_babel import gettext

from cases.rewards import CLAIMED, GRANTED, PAID, number_of
from policy.pack import Pack
from policy.rows import Language
from web.languages import show_number


def reward_event(pack: Pack, values: Mapping[str, object], language: Language) -> str:
    """Return what an event says of a reward; nothing where it is about something else."""
    event = values.get("event")
    if event == CLAIMED:
        return gettext(
            "Bạn đã lấy một mã nhận thưởng. Nếu không phải bạn lấy: có người khác cầm mã theo dõi"
            " của bạn; lấy mã mới thì mã kia hết hiệu lực."
        )
    if event == PAID:
        return gettext("Tiền thưởng đã được chi cho người mang mã nhận thưởng tới.")
    return _granted(pack, values, language) if event == GRANTED else ""


def _granted(pack: Pack, values: Mapping[str, object], language: Language) -> str:
    levels = {row.code: row.plain(language) for row in pack.reward_levels}
    level, amount = levels.get(str(values.get("level")), ""), number_of(values, "amount")
    if not amount:
        return gettext("Điều bạn báo đã được xác nhận. %(level)s.", level=level)
    return gettext(
        "Điều bạn báo đã được xác nhận. %(level)s: %(amount)s đồng. Bạn nhận được mà không cần cho"
        " biết mình là ai.",
        level=level,
        amount=show_number(amount),
    )
