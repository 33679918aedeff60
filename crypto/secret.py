"""What every secret of the house has in common: it cannot be shown or written out by accident."""

from typing import NoReturn


class Secret:
    """A value that no log, traceback, session or pickle may hold. Subclasses add the value."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce__(self) -> NoReturn:
        message = "a secret is never written out"
        raise TypeError(message)
