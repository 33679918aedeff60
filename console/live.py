"""`liemchinh init --live`: an instance that takes real reports, never made by starting it."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import func, select

from cases.durable import replace_durable_file
from cases.enrolment import Place, invite
from cases.errors import RecoveryError
from cases.findings import Finding
from cases.going_live import LIVE, list_missing
from cases.office import Office
from cases.records import CaseRecord, ReviewerRecord, UnitKeyRecord
from cases.recovery_keys import NUMBERS, RecoveryKey, add_recovery_key, list_recovery_keys
from cases.tryout import instance_mode, make_vault_once, mark_instance
from cases.vault import local_root
from console.instances import (
    destroy_stores,
    hold_instance,
    open_instance,
    open_schema,
)
from console.recipients import brought
from console.terminal import need_terminal, refuse
from crypto.errors import KeyFormatError
from policy.errors import NoRouteError
from policy.rights import Role
from policy.routing import possible_receivers
from policy.rows import DESK
from web.server_secret import create_server_secret
from web.settings import FILE_NAME, PREFIX, Mode, Settings, SettingsError, load_settings
from web.starting import ROOT, refuse_start, settings_or_exit

FIRST_ROLES = frozenset({Role.HEAD})
DESTROY_WORD = "huy ban thu"
ORIGINS = {
    "public_origin": "Địa chỉ công khai / public address (https://…)",
    "desk_origin": "Địa chỉ bàn làm việc / desk address (https://…)",
}
DESTROYED = """
Ở đây đang có BẢN THỬ. Lên chính thức sẽ HỦY HẲN, không lấy lại được:
There is a TRY-OUT here. Going live DESTROYS for good:

  hồ sơ / cases: {cases}
  người xử lý cùng khóa của họ / reviewers and their keys: {reviewers}
  khóa đơn vị / keys of units: {units}
  tệp trong kho / files of the vault: {files}
  mã bí mật của máy chủ / the server secret
  mọi mã theo dõi đã phát / every receipt that was given
"""
LOST = (
    "this is a live instance and its database is not here: bring it back, or set database_url;"
    " nothing was destroyed"
)
RECOVERY = """
Ba nửa công khai của khóa khôi phục (`liemchinh recovery new`, ngoài mạng).
The public halves of the three recovery keys, made off the network.
"""
LINKS = """
Liên kết nhận tài khoản, mỗi liên kết cho một người, dùng một lần, trong một giờ, không có khóa nào
trong đó. Trao tận tay từng trưởng đơn vị; hết giờ thì chạy lại lệnh này.
Links to enrol: one person each, once, within an hour, no key in them. Hand each to the head of its
unit; when the hour is over, run this again.
"""
CLOSED = """
Cổng công khai CHƯA MỞ; còn thiếu / the public side is NOT OPEN yet; still missing:
"""
OPENS = """
Không thiếu gì nữa: cổng công khai tự mở trong một phút khi hệ thống đang chạy.
Nothing is missing: the public side opens by itself within a minute of running.
"""


@dataclass(frozen=True)
class Wanted:
    """What the operator said beforehand; whatever is empty is asked for."""

    public_origin: str
    desk_origin: str
    recovery: tuple[str, ...]


def go_live(wanted: Wanted) -> None:
    """Make a live instance, or go on with one: keys, links, and what is missing."""
    need_terminal()
    before = settings_or_exit()
    hold_instance(before)
    origins = _ask_origins(before, wanted)
    settings = _checked(origins)
    office = open_schema(settings)
    _refuse_lost(before, office)
    is_made = instance_mode(office) == LIVE
    try:
        keys = _ask_recovery(office if is_made else None, wanted.recovery)
    except KeyFormatError as error:
        refuse(f"--recovery: {error}")
    if not is_made:
        _destroy_what_was_tried(settings, office)
    elif not settings.server_secret_file.exists():
        refuse("server_secret_file: it is gone; bring back the copy that is kept apart")
    _write_settings(settings.instance / FILE_NAME, {"mode": LIVE, **origins})
    if not is_made:
        office = _make(settings)
    _add_keys(office, keys)
    open_instance(settings)
    _give_links(office, settings)
    tell_missing(list_missing(office))


def tell_missing(missing: tuple[Finding, ...]) -> None:
    """Say what keeps the public side shut."""
    click.echo(CLOSED if missing else OPENS)
    for finding in missing:
        click.echo(f"  {finding.what}. → {finding.mend}")


def _ask_origins(settings: Settings, wanted: Wanted) -> dict[str, str]:
    given = {"public_origin": wanted.public_origin, "desk_origin": wanted.desk_origin}
    if settings.mode is Mode.LIVE:
        return {key: value or getattr(settings, key) for key, value in given.items()}
    return {key: value or str(click.prompt(ORIGINS[key])).strip() for key, value in given.items()}


def _checked(origins: Mapping[str, str]) -> Settings:
    """Return the settings as they will be: what is wrong is said before anything is destroyed."""
    ours = {f"{PREFIX}{key.upper()}": value for key, value in {"mode": LIVE, **origins}.items()}
    try:
        return load_settings(ROOT, {**os.environ, **ours})
    except SettingsError as error:
        refuse_start(str(error))


def _ask_recovery(office: Office | None, given: tuple[str, ...]) -> list[RecoveryKey]:
    """Return the keys that are not there yet, all of them well formed and different."""
    have: dict[int, RecoveryKey] = {}
    if office is not None:
        with office.database.reading() as session:
            have = {key.number: key for key in list_recovery_keys(session)}
    missing = [number for number in NUMBERS if number not in have]
    if given and len(given) != len(missing):
        refuse(f"--recovery: {len(missing)} keys are wanted, one for each option")
    if missing:
        click.echo(RECOVERY)
    texts = given or ("",) * len(missing)
    keys = [_recovery_key(number, text) for number, text in zip(missing, texts, strict=True)]
    raw = {key.recipient.raw for key in (*have.values(), *keys)}
    if len(raw) != len(have) + len(keys):
        refuse("two of the recovery keys are the same: one person could then open alone")
    return keys


def _recovery_key(number: int, given: str) -> RecoveryKey:
    if given:
        return _shown(RecoveryKey(number, brought(given)))
    while True:
        typed = str(click.prompt(f"Khóa / key {number} (age1pq1…, hoặc tệp / or a file)"))
        try:
            return _shown(RecoveryKey(number, brought(typed)))
        except KeyFormatError as error:
            click.echo(f"Chưa đúng / not right: {error}.")


def _shown(key: RecoveryKey) -> RecoveryKey:
    click.echo(f"  {key.number}: dấu vân khóa / fingerprint {key.fingerprint}")
    return key


def _refuse_lost(before: Settings, office: Office) -> None:
    """Stop where files of reports wait for their database: it is elsewhere, or on a backup.

    A first run that was interrupted has put nothing into its vault yet, and goes on.
    """
    if before.mode is Mode.LIVE and instance_mode(office) is None and _vault_files(before):
        office.database.close()
        refuse(LOST)


def _vault_files(settings: Settings) -> int:
    root = local_root(settings.vault_url)
    return sum(path.is_file() for path in root.rglob("*")) if root is not None else 0


def _destroy_what_was_tried(settings: Settings, office: Office) -> None:
    with office.database.reading() as session:
        counts = {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in (
                ("cases", CaseRecord),
                ("reviewers", ReviewerRecord),
                ("units", UnitKeyRecord),
            )
        }
    files = _vault_files(settings)
    if instance_mode(office) is not None or settings.server_secret_file.exists() or files:
        click.echo(DESTROYED.format(**counts, files=files))
        typed = str(click.prompt(f"Gõ / type “{DESTROY_WORD}”", default="", show_default=False))
        if typed.strip().casefold() != DESTROY_WORD:
            refuse("không hủy gì, không đổi gì / nothing was destroyed and nothing changed")
    destroy_stores(settings, office)


def _write_settings(path: Path, values: Mapping[str, str]) -> None:
    """Replace single keys of the settings, and leave every other line as the operator wrote it."""
    text = path.read_text(encoding="utf-8")
    for key, value in values.items():
        line = f"{key} = {json.dumps(value)}".replace("\\", r"\\")
        text = re.sub(rf"^{key}\s*=.*$", line, text, count=1, flags=re.MULTILINE)
    replace_durable_file(path, text.encode())


def _make(settings: Settings) -> Office:
    office = open_schema(settings)
    make_vault_once(office)
    create_server_secret(settings)
    mark_instance(office, LIVE)
    return office


def _add_keys(office: Office, keys: list[RecoveryKey]) -> None:
    try:
        for key in keys:
            add_recovery_key(office, key)
    except RecoveryError as error:
        refuse(str(error))


def _give_links(office: Office, settings: Settings) -> None:
    with office.database.reading() as session:
        have = set(session.scalars(select(UnitKeyRecord.unit)))
    try:
        receivers = possible_receivers(office.todays_pack, office.clock.today())
    except NoRouteError:
        return
    wanted = [unit for unit in sorted(receivers - have) if office.pack.unit(unit).receives == DESK]
    if wanted:
        click.echo(LINKS)
    for unit in wanted:
        token = invite(office, Place(unit, FIRST_ROLES))
        click.echo(f"  {office.pack.unit_name(unit, 'vi')} ({unit}):")
        click.echo(f"    {settings.desk_origin}/enrol/{token}")
