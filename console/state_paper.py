"""The table of states as a paper, drawn from the table itself: docs/states.md."""

from policy.states import BEFORE_CONCLUSION, TRANSITIONS, CaseState

HEADING = """\
# The states of a case

`policy/states.py` holds one table; this page is drawn from it by `make papers`
(`liemchinh policy states`), and a test fails when the two differ. A step that is not in the table
is refused. No step deletes anything: a closed case can be opened again, or two people dispose of
it once it need not be kept any more ([0019](adr/0019-disposal.md)). What each state is called, on
each track, stands in the pack (`states.toml`).

```mermaid
stateDiagram-v2
    [*] --> received
"""
MIDDLE = """\
```

| From | Step | To |
|---|---|---|
"""
ENDING = """
Before the conclusion, and so still able to go up to the superior when the reporter asks for it:
{states}.
"""


def state_paper() -> str:
    """Return the page."""
    arrows = "".join(
        f"    {start} --> {end}: {step}\n" for (start, step), end in TRANSITIONS.items()
    )
    rows = "".join(f"| {start} | {step} | {end} |\n" for (start, step), end in TRANSITIONS.items())
    early = ", ".join(state for state in CaseState if state in BEFORE_CONCLUSION)
    return HEADING + arrows + MIDDLE + rows + ENDING.format(states=early)
