"""The server writes an upload to one file: the sealed one."""

from pathlib import Path

from tests.seizure.traces import new_trace
from tests.support.served import UPLOAD_END, served, upload_head


def test_an_upload_opens_no_file_but_the_sealed_one(tmp_path: Path) -> None:
    trace = new_trace(tmp_path)
    content = b"canary" * 500_000
    with served(tmp_path, *trace.watcher) as server:
        before = trace.opened_for_writing()
        answer = server.ask(upload_head(len(content)) + content + UPLOAD_END)
        assert answer.endswith(str(len(content)).encode())
        written = trace.opened_for_writing() - before
        [sealed] = server.stored()
    assert written
    assert {path for path in written if not path.startswith(str(sealed))} == set()
    assert b"canary" not in sealed.read_bytes()
