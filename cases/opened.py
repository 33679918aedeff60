"""What was opened, in memory only: texts, compartments, files on their way out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from cases.names import CompartmentKind, EntryKind
from cases.reports import Attachment
from crypto.keys import Identity


@dataclass(frozen=True, repr=False)
class OpenedEntry:
    """One text of a case, in memory only."""

    id: str
    kind: EntryKind
    author: str
    day: date
    values: Mapping[str, object]
    attachments: tuple[Attachment, ...]
    seen: bool = False
    # Passages of it may be hidden, and words of the office stayed where they were written.
    is_redacted: bool = False

    def marked(self, *, seen: bool) -> "OpenedEntry":
        """Return the same entry, saying whether the reporter was shown it."""
        return replace(self, seen=seen)

    def text(self, name: str = "text") -> str:
        """Return a value as text, empty when it is absent."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Return a value as texts, none when it is absent."""
        return texts_of(self.values.get(name))

    def texts_by_name(self, name: str) -> dict[str, str]:
        """Return a value as texts by name, none when it is absent."""
        value = self.values.get(name)
        return (
            {str(key): str(each) for key, each in value.items()} if isinstance(value, dict) else {}
        )


def texts_of(value: object) -> list[str]:
    """Return what was sealed as a list as texts."""
    return [str(each) for each in value] if isinstance(value, list) else []


@dataclass(frozen=True, repr=False)
class OpenedCompartment:
    """An epoch whose identity somebody brought the key of."""

    id: str
    kind: CompartmentKind
    epoch: int
    identity: Identity
    # By a seal that was given to this reviewer alone, on request.
    is_given: bool = False


@dataclass(frozen=True, repr=False)
class Download:
    """An attachment on its way out: its name, true length, and its bytes as they are opened."""

    file_name: str
    length: int
    chunks: Iterator[bytes]
