"""What the thread says of a reward, in the reporter's words."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext, lazy_gettext

from cases.rewards import CLAIMED, GRANTED, PAID, number_of
from policy.pack import Pack
from policy.rows import Language
from web.languages import show_number

PLANNED: Final = lazy_gettext(
    "Cách chi không ghi tên còn chờ cơ quan xác nhận (dự kiến). Trước khi tới, hãy hỏi trong phần"
    " trao đổi: chi ở đâu, khi nào."
)


def is_planned(pack: Pack) -> bool:
    """Return whether nobody confirmed yet that somebody can be paid so."""
    return not all(row.confirmed for row in pack.reward_ways)


def payer_name(pack: Pack, payer: str, language: Language) -> str:
    """Return the name of the unit that pays; nothing where the pack has it no more."""
    return pack.unit_name(payer, language) if pack.knows_unit(payer) else ""


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
    told = [
        gettext(
            "Điều bạn báo đã được xác nhận. %(level)s: %(amount)s đồng.",
            level=level,
            amount=show_number(amount),
        )
    ]
    if payer := payer_name(pack, str(values.get("payer")), language):
        told.append(gettext("Nơi chi: %(unit)s.", unit=payer))
    unnamed = gettext("Bạn nhận được mà không cần cho biết mình là ai.")
    return " ".join([*told, str(PLANNED) if is_planned(pack) else unnamed])
