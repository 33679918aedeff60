"""The report: what the reporter says, plaintext, in memory only."""

import json
from dataclasses import dataclass, field, fields

from cases.uploads import SealedUpload
from crypto.errors import OpenError, OpenFailure
from policy.naming import Naming

MANIFEST_VERSION = 1


@dataclass(frozen=True, repr=False)
class Report:
    """Exactly what was typed and ticked. Never printed, never stored unsealed."""

    statement: str
    kind: str = "ordinary"
    field: str = ""
    act: str = ""
    accused: frozenset[str] = frozenset()
    accused_head: frozenset[str] = frozenset()
    accused_text: str = ""
    not_to: frozenset[str] = frozenset()
    bypass: bool = False
    urgent: bool = False
    when: str = ""
    where: str = ""
    evidence: str = ""
    verifiable: str = ""

    def texts(self) -> tuple[str, ...]:
        """Return the free words, in which people may be named."""
        return (
            self.statement,
            self.accused_text,
            self.when,
            self.where,
            self.evidence,
            self.verifiable,
        )

    def as_json(self) -> dict[str, object]:
        """Return the report as JSON values, sets as sorted lists."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            name: sorted(value) if isinstance(value, frozenset) else value
            for name, value in values.items()
        }


def report_from_json(values: dict[str, object]) -> Report:
    """Return the report that ``Report.as_json`` wrote.

    Raises:
        OpenError: the values are not those of a report.
    """
    sets = {"accused", "accused_head", "not_to"}
    known = {item.name for item in fields(Report)}
    if not set(values) <= known or "statement" not in values:
        raise OpenError(OpenFailure.PAYLOAD)
    return Report(
        **{  # type: ignore[arg-type]  # the names were checked; the values are our own sealed JSON
            name: frozenset(value) if name in sets else value  # type: ignore[call-overload]  # as above
            for name, value in values.items()
        }
    )


@dataclass(frozen=True, repr=False)
class Attachment:
    """What a sealed text says of one of its files."""

    object_key: str
    file_name: str
    length: int
    sha256: str


def attachment_of(upload: SealedUpload) -> Attachment:
    """Return what a sealed text keeps of an upload."""
    return Attachment(upload.object_key, upload.file_name, upload.length, upload.sha256.hex())


@dataclass(frozen=True, repr=False)
class Exclusions:
    """Who must not receive the case: what the report names, and reviewers by their ids."""

    naming: Naming
    people: frozenset[str] = frozenset()


@dataclass(frozen=True, repr=False)
class RoutingNote:
    """Why the case went where it went, as it was said to the reporter."""

    receiver: str
    escalates_to: str | None
    reasons: tuple[str, ...] = field(default=())


def canonical(values: object) -> bytes:
    """Return JSON bytes that are the same for the same values."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
