"""Rewards at the desk: proposed for whoever reported what was confirmed, and decided on."""

from typing import Final

from flask import Blueprint, Response, g
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cases.reward_steps import decide_reward, propose_reward
from cases.step_errors import RewardRefusedError
from policy.rights import Action
from review.case_forms import CaseForm, CaseForms
from review.desk import reviewer, the_office
from review.law_forms import DOCUMENT_MISSING
from review.reward_forms import LEVEL_MISSING, parse_proposal, parse_reward_decision
from review.reward_page import reward_page
from review.rights import needs

bp = Blueprint("reward", __name__)

FORMS: Final = CaseForms(
    bp,
    {
        "reward.propose": CaseForm(
            "proposal",
            "reward-level",
            "/cases/{ref}/reward?done=reward",
            ("level", "recovered", "reason"),
        ),
        "reward.decide": CaseForm(
            "decision",
            "outcome",
            "/cases/{ref}/reward?done=reward-decided",
            ("reward", "outcome", "level", "amount", "day", "document", "reason"),
        ),
    },
    reward_page,
    {
        RewardRefusedError: {
            "reward-level": ("reward-level", LEVEL_MISSING),
            "reward-recovered": (
                "reward-recovered",
                lazy_gettext("Giá trị thu hồi chưa đủ cho mức này, hoặc chưa biết lương cơ sở"),
            ),
            "reward-receipt": (
                "reward-level",
                lazy_gettext("Hồ sơ này không có mã theo dõi, nên không báo được người gửi"),
            ),
            "reward-outcome": (
                "reward-level",
                lazy_gettext("Kết quả chưa xác nhận điều đã nêu, nên chưa đề nghị thưởng được"),
            ),
            "reward-open": (
                "reward-level",
                lazy_gettext("Hồ sơ này đã có đề nghị đang chờ, hoặc đã được thưởng"),
            ),
            "decision-reward": (
                "outcome",
                lazy_gettext("Đề nghị này đã được quyết định rồi"),
            ),
            "decision-waits": (
                "outcome",
                lazy_gettext("Đã có quyết định chờ người thứ hai duyệt: duyệt hoặc rút lại trước"),
            ),
            "decision-day": (
                "decision-day",
                lazy_gettext("Ngày phải từ ngày đề nghị đến hôm nay"),
            ),
            "decision-document": ("decision-document", DOCUMENT_MISSING),
            "decision-level": (
                "decision-level",
                lazy_gettext("Giá trị thu hồi chưa đủ cho mức này, hoặc chưa biết lương cơ sở"),
            ),
            "decision-amount": (
                "decision-amount",
                lazy_gettext("Số tiền không đúng mức này: xem mức được phép ở bảng trên"),
            ),
        },
    },
)


@bp.get("/cases/<ref>/reward")
@needs(Action.READ)
def show(ref: str) -> Response:
    """Show what rewards were proposed and decided on in a case."""
    return reward_page(ref)


@bp.post("/cases/<ref>/reward/proposals")
@needs(Action.REWARD)
def propose(ref: str) -> ResponseReturnValue:
    """Propose a reward."""
    proposal = parse_proposal(g.form, the_office().todays_pack, FORMS.tag(ref))
    propose_reward(the_office(), reviewer(), ref, proposal)
    return FORMS.done(ref)


@bp.post("/cases/<ref>/reward/decisions")
@needs(Action.REWARD)
def decide(ref: str) -> ResponseReturnValue:
    """Record what was decided on a reward; what takes two waits for a second person."""
    decision = parse_reward_decision(g.form, the_office().todays_pack, FORMS.tag(ref))
    is_done = decide_reward(the_office(), reviewer(), ref, decision)
    return FORMS.done(ref) if is_done else FORMS.proposed(ref)
