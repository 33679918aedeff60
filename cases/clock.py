"""The one clock of the house. Days are those of the office; seconds serve expiry only."""

import time
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

# Việt Nam keeps UTC+7 the whole year (Nghị định 134/2002/NĐ-CP), so no zone table is needed.
OFFICE_ZONE = timezone(timedelta(hours=7))


class Clock(Protocol):
    """Somebody who knows what day and what second it is."""

    def today(self) -> date:
        """Return the office's day."""

    def now(self) -> int:
        """Return seconds since 1970 (UTC)."""


class SystemClock:
    """The machine's clock."""

    def today(self) -> date:
        """Return the office's day."""
        return datetime.now(UTC).astimezone(OFFICE_ZONE).date()

    def now(self) -> int:
        """Return seconds since 1970 (UTC)."""
        return int(time.time())
