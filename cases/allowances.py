"""Memory that all uploads share: as much as is quickest for a few, less for each of a crowd.

With a mebibyte for each step, 600 visitors who each send two megabytes and then stand still would
hold more than two gibibytes.
"""

from weakref import WeakSet

# So many at once are still given all that helps.
FEW = 32


class Allowance:
    """How many bytes each of those may hold who are at work now."""

    def __init__(self, most_bytes: int, least_bytes: int) -> None:
        """Allow ``FEW`` the most, and each of a crowd a multiple of the least."""
        self._most_bytes = most_bytes
        self._least_bytes = least_bytes
        # Whoever is forgotten without leaving counts no more.
        self._at_work: WeakSet[object] = WeakSet()

    def join(self, who: object) -> int:
        """Count somebody, and return what they may hold at first."""
        self._at_work.add(who)
        return self.bytes_each

    def leave(self, who: object) -> None:
        """Count somebody no more."""
        self._at_work.discard(who)

    @property
    def bytes_each(self) -> int:
        """Return what each may hold now."""
        share = self._most_bytes * FEW // max(FEW, len(self._at_work))
        return max(self._least_bytes, share // self._least_bytes * self._least_bytes)
