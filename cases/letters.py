"""What the house writes to a reviewer: the same words whatever it is about.

No case, no number, no unit, no time but the full hour, no link: who reads the mail of others learns
that a reviewer was written to, and when. Both languages, since no job knows the reader's.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

NOTICE_SUBJECT: Final = "Có việc chờ bạn / Something waits for you"
NOTICE: Final = """\
Ở bàn làm việc có việc đang chờ bạn. Xin mở bàn làm việc như mọi khi.

Thư nào cũng viết đúng như thế này, dù là việc gì, và không bao giờ kèm đường dẫn: thư có đường
dẫn là thư giả. Xin đừng trả lời và đừng chuyển tiếp. Muốn đổi hay bỏ địa chỉ này, xin mở trang
Tài khoản.

There is something at the desk that waits for you. Please open the desk as you always do.

Every letter says exactly this, whatever it is about, and never holds a link: one that does is a
forgery. Please neither answer nor forward it. Your account's page changes or removes this address.
"""
CODE_SUBJECT: Final = "Mã xác nhận địa chỉ / Code for your address"
CODE: Final = """\
Mã xác nhận địa chỉ này: {code}

Xin gõ mã vào trang bạn vừa mở, trong vòng một giờ. Nếu không phải bạn yêu cầu, xin bỏ qua thư này.

The code for this address: {code}

Please type it into the page that you have open, within an hour. If you did not ask for it, please
ignore this letter.
"""
HOUR_SECONDS: Final = 60 * 60
_GROUP_DIGITS: Final = 4


@dataclass(frozen=True, repr=False)
class Letter:
    """What is to be written to whom: notice, or the code of an address."""

    ref: str
    address: str
    code: str | None = None

    def written(self, sender: str, now: int) -> EmailMessage:
        """Return the letter as it goes to the mail server."""
        letter = EmailMessage(policy=SMTP)
        letter["From"] = Address(addr_spec=sender)
        letter["To"] = Address(addr_spec=self.address)
        letter["Subject"] = NOTICE_SUBJECT if self.code is None else CODE_SUBJECT
        # The full hour: mail servers add the moment by themselves, and this adds nothing to it.
        letter["Date"] = format_datetime(datetime.fromtimestamp(now - now % HOUR_SECONDS, UTC))
        # The same at each try, so that a letter whose answer was lost can be told for the same.
        letter["Message-ID"] = f"<{self.ref}@{sender.rpartition('@')[2]}>"
        # RFC 3834: nobody's notice of absence answers it.
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(self._words(), cte="quoted-printable")
        return letter

    def _words(self) -> str:
        if self.code is None:
            return NOTICE
        starts = range(0, len(self.code), _GROUP_DIGITS)
        return CODE.format(code=" ".join(self.code[at : at + _GROUP_DIGITS] for at in starts))
