"""The rows of a pack that say how the people of the desk work together."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated

from policy.rights import Role
from policy.rows import Language, Named, OneOf, Row


@dataclass(frozen=True, kw_only=True)
class Separation(Row):
    """Roles that one person must not have beside another one, in whichever units, and why."""

    role: Annotated[str, OneOf("role", tuple(Role))]
    never_with: Annotated[tuple[str, ...], OneOf("role", tuple(Role))]
    why_vi: str
    why_en: str

    def why(self, language: Language) -> str:
        """Return the reason in words."""
        return self.why_en if language == "en" else self.why_vi

    def forbids(self, roles: Collection[str]) -> bool:
        """Return whether these roles are such as nobody may have together."""
        return self.role in roles and not set(self.never_with).isdisjoint(roles)


@dataclass(frozen=True, kw_only=True)
class SavedAnswer(Named):
    """Words that the desk can begin an answer to the reporter with."""

    text_vi: str
    text_en: str

    def text(self, language: Language) -> str:
        """Return the words."""
        return self.text_en if language == "en" else self.text_vi
