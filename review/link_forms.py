"""The forms that link a case with an older one, and that undo it: parsed, or refused by field."""

from typing import Final

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from cases.links import LINK_KINDS, Link, Unlink
from review.forms import parse_version
from review.law_forms import FaultList, checked_reason, line

OTHER_MISSING: Final = lazy_gettext("Chưa ghi số của hồ sơ kia")
LINKED_MISSING: Final = lazy_gettext("Chưa chọn hồ sơ đang nối trong danh sách")
KIND_MISSING: Final = lazy_gettext("Chưa chọn hai hồ sơ liên quan thế nào")


def parse_link(form: MultiDict[str, str], tag: bytes | None) -> Link:
    """Return which case this one belongs to.

    Raises:
        RefusedFormError: no number, or nothing said about how they belong together.
    """
    faults: FaultList = []
    other, kind = line(form, "other", faults, "other").strip(), form.get("kind", "")
    if not other:
        faults.append(("other", OTHER_MISSING))
    if kind not in LINK_KINDS:
        faults.append(("kind", KIND_MISSING))
    reason = checked_reason(form, "link-reason", faults)
    return Link(other=other, kind=kind, reason=reason, version=parse_version(form), form_tag=tag)


def parse_unlink(form: MultiDict[str, str], tag: bytes | None) -> Unlink:
    """Return which link of the case does not stand after all.

    Raises:
        RefusedFormError: none is chosen, or no reason.
    """
    faults: FaultList = []
    other = line(form, "linked", faults, "linked")
    if not other:
        faults.append(("linked", LINKED_MISSING))
    reason = checked_reason(form, "unlink-reason", faults)
    return Unlink(other=other, reason=reason, version=parse_version(form), form_tag=tag)
