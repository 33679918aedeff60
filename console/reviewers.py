"""The operator's commands about people of the desk: who may come, who goes."""

import click

from cases.clock import SystemClock
from cases.enrolment import Place, fold_sign_in_name, invite
from cases.errors import (
    CombinedRolesError,
    LastMemberError,
    OfflineUnitError,
    SoleReaderError,
)
from cases.leaving import end_place
from cases.members import list_members
from crypto.second_factor import TotpKey
from policy.rights import Role
from web.starting import office_or_exit, settings_or_exit


@click.group()
def reviewer() -> None:
    """Invite people to the desk."""


@reviewer.command("invite")
@click.argument("unit")
@click.option(
    "--role",
    "roles",
    type=click.Choice([role.value for role in Role]),
    default=(Role.HANDLER.value,),
    show_default=True,
    multiple=True,
    help="What they do there; may be said more than once.",
)
def invite_reviewer(unit: str, roles: tuple[str, ...]) -> None:
    """Print a link with which one person can enrol in UNIT, once, within an hour."""
    settings = settings_or_exit()
    office = office_or_exit(settings)
    if unit not in {each.code for each in office.pack.receiving_units()}:
        raise click.BadParameter(f"no unit of this pack receives reports under that code: {unit}")
    try:
        token = invite(office, Place(unit, frozenset(roles)))
    except OfflineUnitError:
        raise click.BadParameter(
            f"the key of {unit} is on paper, so nobody at the desk could let a member in."
            " No link was made.",
            param_hint="UNIT",
        ) from None
    except CombinedRolesError as error:
        raise click.BadParameter(
            f"one person must not have these roles together (separations.toml: {error.row})."
            " No link was made.",
            param_hint="--role",
        ) from None
    click.echo(f"{settings.desk_origin}/enrol/{token}")


@reviewer.command("code")
@click.option("--key", prompt="Key", hide_input=False, help="The key that an app would be given.")
def print_code(key: str) -> None:
    """Print the one-time code of this moment, for whoever has no authenticator app at hand."""
    try:
        click.echo(TotpKey.parse(key).code_at(SystemClock().now()))
    except ValueError:
        raise click.BadParameter("this is no key of one-time codes", param_hint="--key") from None


@reviewer.command("leave")
@click.argument("unit")
@click.argument("name")
def end_membership(unit: str, name: str) -> None:
    """End NAME's place in UNIT at once, when no head of the unit can: its key is replaced."""
    office = office_or_exit(settings_or_exit())
    members = list_members(office, frozenset({unit}))
    found = [each.reviewer_id for each in members if each.sign_in_name == fold_sign_in_name(name)]
    if not found:
        raise click.BadParameter(f"nobody of that name is in {unit}", param_hint="NAME")
    try:
        end_place(office, unit, found[0])
    except (LastMemberError, SoleReaderError):
        raise click.UsageError(
            "nobody would be left who can open the unit's cases: let a member admit another first,"
            " or recover the unit's key (docs/operating.md)."
        ) from None
    click.echo(f"{name} left {unit}; the unit has a new key.")
