"""Refusals of the policy floor."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong with a pack: the file, the row in it, the rule that it breaks."""

    file: str
    row: str
    rule: str

    def __str__(self) -> str:
        return f"{self.file}: {self.row}: {self.rule}"


class PolicyError(Exception):
    """A pack cannot be used. The operator mends it; the service does not start."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class NoRouteError(Exception):
    """A report bars everybody who could receive it. The reporter mends it by barring fewer."""


class IllegalTransitionError(Exception):
    """A case in this state cannot take this step. The reviewer looks again at the case."""


class ExtensionRefusedError(Exception):
    """A deadline cannot be extended; the reviewer looks again at what the law allows.

    Why: ``none`` further, more ``grounds`` or a ``decision`` are needed, or the time is ``over``.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
