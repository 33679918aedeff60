"""Which action each page of the desk is: declared with the view, checked before it runs."""

from collections.abc import Callable
from typing import Final, TypeVar

from flask import current_app, request

from cases.errors import NotPermittedError
from policy.rights import Action, any_may
from review.desk import reviewer

View = TypeVar("View", bound=Callable[..., object])

_DECLARED: Final = "needed_action"


def needs(action: Action) -> Callable[[View], View]:
    """Declare which action a view is; tests/architecture fails for a view without one."""

    def declare(view: View) -> View:
        setattr(view, _DECLARED, action)
        return view

    return declare


def declared_action(view: Callable[..., object]) -> Action | None:
    """Return which action a view declares."""
    found = getattr(view, _DECLARED, None)
    return found if isinstance(found, Action) else None


def check_right() -> None:
    """Refuse a page that is no business of any role of this reviewer, whatever case it is about.

    Where the address names a unit, only what they are there counts. Whether it is theirs to do with
    this very case, the step itself asks (``cases.access``).

    Raises:
        NotPermittedError: none of their roles has that action, or the page declares none.
    """
    action = declared_action(current_app.view_functions[request.endpoint or ""])
    unit = (request.view_args or {}).get("unit")
    roles = reviewer().every_role if unit is None else reviewer().roles_in(unit)
    if action is None or not any_may(roles, action):
        raise NotPermittedError
