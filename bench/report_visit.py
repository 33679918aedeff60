"""A visitor who files a report: the form, what a browser sends of it, the receipt."""

from bench.programs import Address
from bench.wire import MULTIPART, Answer, Line, between, field, hidden, no_file
from tests.support.html import read_document

# What the page gives each visitor anew; these fields come first in the form.
FRESH = (b"csrf_token", b"draft", b"once")
STATEMENT = (
    "Sáng thứ ba tuần trước tôi đến nộp hồ sơ xin cấp giấy phép xây dựng. Người nhận hồ sơ nói "
    "còn thiếu giấy tờ, nhưng không chịu ghi là thiếu giấy gì. Khi tôi hỏi lại thì người đó nói "
    "nếu muốn nhanh thì phải có chút bồi dưỡng, và viết số tiền ra một mảnh giấy. "
) * 3
TYPED = {"statement": STATEMENT, "where": "Bộ phận một cửa", "when": "thứ ba", "action": "send"}


class Reporter:
    """Files reports, each as a new visitor on a new connection."""

    def __init__(self, address: Address) -> None:
        """Read the form once: what stands on it for everybody need not be read again."""
        self._address = address
        with Line(address) as line:
            self._typed = _typed(line.get(b"/report").page)

    def visit(self) -> str:
        """File a report and return its receipt.

        Raises:
            RuntimeError: none was shown.
        """
        with Line(self._address) as line:
            return receipt_of(self.send(line, line.get(b"/report")))

    def send(self, line: Line, form: Answer) -> Answer:
        """Fill a form that was shown and send it."""
        return line.post(b"/report", form.cookie, MULTIPART, fresh_fields(form.page) + self._typed)


def fresh_fields(page: bytes) -> bytes:
    """Return the fields that the page gave this visitor."""
    return b"".join(field(name, hidden(page, name)) for name in FRESH)


def receipt_of(answer: Answer) -> str:
    """Return the receipt on a page.

    Raises:
        RuntimeError: there is none.
    """
    receipt = between(answer.body, b'id="receipt">', b"<")
    if not receipt:
        raise RuntimeError(f"no receipt: status {answer.status}")
    return receipt.decode("ascii")


def _typed(page: bytes) -> bytes:
    forms = read_document(page.decode()).forms
    form = next(form for form in forms if form.action == "/report" and form.is_multipart)
    fields = [(name.encode(), value.encode()) for name, value in form.filled(TYPED)]
    rest = (field(name, value) for name, value in fields if name not in FRESH)
    return b"".join(rest) + no_file(b"attachments")
