"""A handful of invented reports, filed the way every report is."""

import secrets

from cases.filing import Filing, file_report
from cases.office import Office
from cases.once import Once
from cases.reports import Report
from cases.uploads import SealedUpload, SealingSink
from crypto.boxes import KEY_BYTES

# Places and sums are invented; no person is named.
DEMO_REPORTS = (
    Report(
        statement=(
            "Tôi nộp hồ sơ tách thửa đã hai tháng. Mỗi lần hỏi, cán bộ đều bảo thiếu giấy khác"
            " nhau, lần cuối gợi ý bồi dưỡng 5 triệu đồng thì sẽ có ngay."
        ),
        kind="nhung-nhieu",
        where="Bộ phận một cửa",
        when="Đầu tháng 11, buổi sáng",
        evidence="Giấy hẹn trả kết quả ba lần, ghi ba ngày khác nhau.",
    ),
    Report(
        statement=(
            "Đoạn kè mới làm ở bến tàu ghi trong bảng công khai dài 120 mét, tôi đo chỉ được 86"
            " mét. Công trình đã nghiệm thu và thanh toán."
        ),
        urgent=True,
        where="Bến tàu",
        verifiable="Đo lại tại chỗ; so với bảng công khai còn treo ở bến.",
    ),
    Report(
        statement=(
            "Trường thu khoản 'xã hội hóa' 1,2 triệu đồng mỗi em, không có biên lai, không họp phụ"
            " huynh."
        ),
        where="Một trường trong đặc khu",
        evidence="Tin nhắn nhắc nộp tiền trong nhóm phụ huynh.",
    ),
)
DEMO_FILE = ("do-ke.txt", "Số đo ngày 10/11: 86 m, đo bằng thước dây 50 m.\n".encode())


def file_demo_cases(office: Office) -> int:
    """File the invented reports, one of them with an attachment; return how many."""
    for number, report in enumerate(DEMO_REPORTS):
        uploads: tuple[SealedUpload, ...] = ()
        if number == 1:
            sink = SealingSink(office.vault, DEMO_FILE[0])
            sink.write(DEMO_FILE[1])
            uploads = (sink.finish(),)
        file_report(office, Filing(report, uploads, Once(secrets.token_bytes(KEY_BYTES))))
    return len(DEMO_REPORTS)
