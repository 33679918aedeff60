"""Copies of a case's files, sealed anew: what goes along to another case or to another reader."""

from collections.abc import Iterable

from cases.case_file import open_case_file
from cases.office import Office
from cases.reviewers import SignedIn
from cases.uploads import SealedUpload, SealingSink


def copies_of(
    office: Office, signed_in: SignedIn, ref: str, named: Iterable[tuple[str, str]]
) -> tuple[SealedUpload, ...]:
    """Return copies of files of a case, each by its key and the name that it is to have.

    Raises:
        CaseNotFoundError: the case has no such file.
        OpenError: one was altered.
        StoreUnavailableError: the vault is away.
    """
    made: list[SealedUpload] = []
    for object_key, name in named:
        download = open_case_file(office, signed_in, ref, object_key)
        sink = SealingSink(office.vault, name)
        try:
            for chunk in download.chunks:
                sink.write(chunk)
            made.append(sink.finish())
        except BaseException:
            sink.abort()
            raise
    return tuple(made)
