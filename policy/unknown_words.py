"""Words of a pack that name nothing."""

from collections.abc import Iterable, Iterator

from policy.errors import Fault


def unknown_words(
    file: str, what: str, known: Iterable[str], used: Iterable[tuple[str, str]]
) -> Iterator[Fault]:
    """Return a fault for each word in use, with its row, that is not known."""
    names = set(known)
    return (Fault(file, row, f"unknown {what} '{word}'") for row, word in used if word not in names)
