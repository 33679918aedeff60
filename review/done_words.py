"""What a page says of what was just done, by the name that its address has for it."""

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

DONE: Final[Mapping[str, LazyString]] = {
    "answer": lazy_gettext("Đã gửi cho người gửi thông tin. Họ đọc được khi mở bằng mã theo dõi."),
    "note": lazy_gettext("Đã ghi chú. Người gửi thông tin không đọc được ghi chú."),
    "proposed": lazy_gettext("Đã đề nghị. Việc này chờ một người khác duyệt, chưa có hiệu lực."),
    "recused": lazy_gettext("Đã thôi xử lý: hồ sơ đó không còn trong danh sách của người ấy."),
    "barred": lazy_gettext("Đã ghi: những đơn vị đó không còn hồ sơ, và không nhận lại được."),
    "draft-keep": lazy_gettext("Đã lưu nháp: chỉ bạn mở được. Chưa gửi, chưa ghi gì vào hồ sơ."),
    "draft-words": lazy_gettext("Đã lưu chữ. Tệp không lưu theo nháp: chọn lại khi gửi."),
    "draft-discard": lazy_gettext("Đã bỏ nháp."),
    "taken": lazy_gettext("Đã nhận xử lý: cam kết của bạn nằm trong lịch sử hồ sơ."),
    "given": lazy_gettext("Đã giao. Hồ sơ là của người ấy khi họ đã cam kết không có lợi ích."),
    "left": lazy_gettext("Đã rời đơn vị: khóa của đơn vị đã được thay."),
    "roles-proposed": lazy_gettext("Đã đề nghị đổi vai; chờ một người khác duyệt."),
    "sealed": lazy_gettext("Đã niêm lại một phần hồ sơ cũ bằng khóa mới."),
    "settled": lazy_gettext("Đã ghi quyết định của bạn về đề nghị."),
    "approved": lazy_gettext(
        "Đã duyệt, có hiệu lực ngay. Nếu là xuất trọn hồ sơ: tải ở trang Thời hạn lưu giữ."
    ),
    "not-approved": lazy_gettext("Đã ghi: đề nghị không được duyệt, hoặc đã rút lại."),
    "step": lazy_gettext("Đã ghi bước xử lý. Ai có mã theo dõi thì thấy trạng thái mới."),
    "referral": lazy_gettext("Đã chuyển hồ sơ."),
    "passkey-added": lazy_gettext("Đã thêm khóa truy cập. Từ bây giờ nó đăng nhập được."),
    "passkey-removed": lazy_gettext("Đã gỡ khóa truy cập: nó không mở được gì nữa."),
    "handover": lazy_gettext(
        "Đã giao bản đã che. Đơn vị bạn giữ bản gốc; ai cần xem thì đề nghị ở đây."
    ),
    "asked": lazy_gettext("Đã đề nghị xem bản gốc. Đơn vị giữ bản gốc sẽ trả lời."),
    "original": lazy_gettext("Đã ghi trả lời của bạn về bản gốc."),
    "original-given": lazy_gettext("Đã cho xem bản gốc: chỉ riêng người đã đề nghị đọc được."),
    "original-refused": lazy_gettext("Đã ghi: không cho xem bản gốc, hoặc đã rút lại đề nghị."),
    "passphrase": lazy_gettext("Đã đổi cụm mật khẩu. Lần đăng nhập sau dùng cụm mới."),
    "triage": lazy_gettext("Đã ghi phân loại; thời hạn theo cách xử lý này đã được tính."),
    "mark": lazy_gettext("Đã ghi việc này; thời hạn liên quan đã được tính lại."),
    "extension": lazy_gettext("Đã gia hạn."),
    "outcome": lazy_gettext("Đã ghi kết quả."),
    "link": lazy_gettext("Đã nối hai hồ sơ."),
    "unlink": lazy_gettext("Đã gỡ: hai hồ sơ không còn nối với nhau."),
    "paper": lazy_gettext(
        "Đã vào sổ. Đơn không có trong danh sách của bạn là đơn do đơn vị khác giải quyết."
    ),
    "heard": lazy_gettext("Đã ghi đề nghị bảo vệ; hạn quyết định đã được tính."),
    "protection": lazy_gettext("Đã ghi quyết định về bảo vệ. Người gửi đọc thấy trong trao đổi."),
    "shield": lazy_gettext("Đã ghi biện pháp bảo vệ."),
    "protection-end": lazy_gettext("Đã ghi việc chấm dứt bảo vệ. Người gửi đọc thấy."),
    "reward": lazy_gettext("Đã đề nghị khen thưởng. Người gửi chưa được báo."),
    "reward-decided": lazy_gettext(
        "Đã ghi quyết định. Được thưởng thì người gửi đọc thấy khi mở bằng mã theo dõi."
    ),
    "reward-paid": lazy_gettext("Đã ghi là đã chi. Mã này không dùng được nữa."),
    "hold": lazy_gettext("Đã ghi: hồ sơ được giữ theo yêu cầu, không ai hủy được."),
    "passage": lazy_gettext("Đã chuyển đoạn đó đi và viết lại hồ sơ."),
    "part": lazy_gettext("Đã tách thành hồ sơ riêng."),
    "admitted": lazy_gettext("Đã nhận thành viên: họ mở được hồ sơ của đơn vị từ bây giờ."),
    "recovery": lazy_gettext("Đã niêm khóa của đơn vị cho từng cặp người giữ khóa khôi phục."),
}

# In which part of a case's page it is said: where the address leads.
PLACES: Final[Mapping[str, str]] = {
    "answer": "thread",
    "note": "notes",
    "proposed": "proposals",
    "taken": "handler",
    "given": "handler",
    "asked": "original",
    "original": "original",
    "original-given": "original",
    "original-refused": "original",
}
