"""Settings are complete and right, or the start is refused by the name of the key."""

import stat
from pathlib import Path

import pytest

from tests.support.webapp import ROOT, settings_in
from web.server_secret import create_server_secret, read_server_secret
from web.settings import DEFAULT_FILE, Mode, SettingsError, load_settings, write_default

SECRET_LOOKING = "hunter2-never-printed"


def refused(instance: Path, **changes: str) -> str:
    with pytest.raises(SettingsError) as refusal:
        settings_in(instance, changes)
    return str(refusal.value)


def test_a_new_instance_is_a_try_out_on_this_machine_only(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    assert settings.mode is Mode.TRY_OUT
    assert settings.is_try_out
    assert settings.public_bind.startswith("127.0.0.1:")
    assert settings.desk_bind.startswith("127.0.0.1:")


def test_relative_places_start_at_the_instance_wherever_the_process_was_started(
    tmp_path: Path,
) -> None:
    settings = settings_in(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/liemchinh.db"
    assert settings.vault_url == str(tmp_path / "vault")
    assert settings.server_secret_file == tmp_path / "server_secret"


def test_the_pack_is_found_by_its_name_or_by_a_path(tmp_path: Path) -> None:
    assert settings_in(tmp_path).pack == ROOT / "policy" / "packs" / "cat-hai"
    elsewhere = settings_in(tmp_path, {"pack": "/srv/packs/xa-thu"})
    assert elsewhere.pack == Path("/srv/packs/xa-thu")


def test_each_key_can_be_overridden_by_a_variable_of_its_name(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, {"max_files": "7", "embedded_jobs": "false"})
    assert settings.max_files == 7
    assert settings.embedded_jobs is False


def test_an_address_that_nobody_gave_is_where_the_door_is_bound(tmp_path: Path) -> None:
    bound = settings_in(tmp_path, {"public_bind": "127.0.0.1:8100", "desk_bind": "[::1]:8101"})
    assert (bound.public_origin, bound.desk_origin) == (
        "http://127.0.0.1:8100",
        "http://[::1]:8101",
    )


def test_without_a_variable_the_instance_stands_beside_the_code(tmp_path: Path) -> None:
    write_default(tmp_path / "instance" / "liemchinh.toml")
    assert load_settings(tmp_path, {}).instance == tmp_path / "instance"


def test_an_unknown_key_of_the_file_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "liemchinh.toml").write_text(f'{DEFAULT_FILE}colour = "{SECRET_LOOKING}"\n')
    assert refused(tmp_path) == "unknown: colour (liemchinh.toml)"


def test_an_unknown_variable_is_refused_by_name(tmp_path: Path) -> None:
    assert refused(tmp_path, colour=SECRET_LOOKING) == "unknown: LIEMCHINH_COLOUR (environment)"


def test_what_tests_are_told_about_the_machine_is_no_unknown_variable(tmp_path: Path) -> None:
    assert settings_in(tmp_path, {"chromium": "/usr/bin/chromium"}).is_try_out


def test_every_missing_key_is_named(tmp_path: Path) -> None:
    lines = DEFAULT_FILE.splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(("threads", "vault_url"))]
    (tmp_path / "liemchinh.toml").write_text("".join(kept))
    assert refused(tmp_path) == "missing: threads, vault_url (liemchinh.toml)"


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="liemchinh init"):
        load_settings(ROOT, {"LIEMCHINH_INSTANCE": str(tmp_path)})


def test_a_broken_file_is_refused_without_quoting_it(tmp_path: Path) -> None:
    (tmp_path / "liemchinh.toml").write_text(f'database_url = "{SECRET_LOOKING}')
    assert refused(tmp_path) == "liemchinh.toml is not TOML"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("mode", "demo"),
        ("public_bind", "everywhere"),
        ("desk_bind", "127.0.0.1:70000"),
        ("public_origin", "ftp://example.test"),
        ("public_origin", "http://example.test/report"),
        ("desk_origin", "http://user:word@example.test"),
        ("desk_origin", "http://[bad"),
        ("max_files", "0"),
        ("max_files", "many"),
        ("threads", "-1"),
        ("embedded_jobs", "perhaps"),
        ("exit_url", "javascript:alert(1)"),
        ("vault_url", " "),
        ("max_file_bytes", "999999999999"),
        ("notice_hour", "24"),
        ("notice_hour", "0"),
        ("notice_hour", "noon"),
        ("smtp_url", "http://mail.example.test"),
        ("smtp_url", "mail.example.test"),
        ("smtp_url", "smtp://"),
        ("smtp_url", "smtp://mail.example.test:99999"),
        ("smtp_url", "smtp://mail.example.test/inbox"),
        ("smtp_url", "smtp://lan@mail.example.test"),
        ("smtp_url", "smtps://lan:mật@mail.example.test"),
        ("smtp_url", "smtp://[mail"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_key_and_never_shown(
    tmp_path: Path, key: str, value: str
) -> None:
    message = refused(tmp_path, **{key: value})
    assert message.startswith(f"{key}: ")
    assert not value.strip() or value not in message


@pytest.mark.parametrize(
    "sender", ["", "desk", "Desk <desk@example.test>", "a@b.test\nBcc: c@d.test"]
)
def test_notice_that_comes_from_nowhere_is_refused_by_key(tmp_path: Path, sender: str) -> None:
    message = refused(tmp_path, smtp_url="smtps://mail.example.test", notice_from=sender)
    assert message.startswith("notice_from: ")
    assert not sender or sender not in message


@pytest.mark.parametrize("off", ["", "off"])
def test_a_new_instance_sends_no_mail_until_somebody_says_by_which_server(
    tmp_path: Path, off: str
) -> None:
    assert not settings_in(tmp_path).sends_mail
    assert not settings_in(tmp_path, {"smtp_url": off}).sends_mail
    on = {"smtp_url": "smtps://mail.example.test", "notice_from": "desk@example.test"}
    assert settings_in(tmp_path, on).sends_mail


def test_a_number_written_as_truth_is_refused(tmp_path: Path) -> None:
    text = DEFAULT_FILE.replace("max_files = 200", "max_files = true")
    (tmp_path / "liemchinh.toml").write_text(text)
    assert refused(tmp_path).startswith("max_files: ")


def test_several_processes_that_would_each_count_alone_refuse_to_start(tmp_path: Path) -> None:
    assert "LIEMCHINH_LIMITER_URL" in refused(tmp_path, public_processes="2")
    shared = {"public_processes": "2", "limiter_url": "redis://127.0.0.1"}
    assert settings_in(tmp_path, shared).public_processes == 2


@pytest.mark.parametrize("origin", ["https://gui.example.test", "http://abcdef.onion"])
def test_a_live_instance_is_reached_by_tls_or_by_an_onion_address(
    tmp_path: Path, origin: str
) -> None:
    live = {"mode": "live", "public_origin": origin, "desk_origin": "https://desk.example.test"}
    assert settings_in(tmp_path, live).mode is Mode.LIVE


def test_a_live_instance_is_never_reached_in_clear(tmp_path: Path) -> None:
    live = {"mode": "live", "public_origin": "https://a.test", "desk_origin": "http://b.test"}
    assert refused(tmp_path, **live).startswith("desk_origin: ")


def test_settings_do_not_print_what_they_hold(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://office:{SECRET_LOOKING}@db/liemchinh"
    settings = settings_in(tmp_path, {"database_url": url})
    assert settings.database_url == url
    assert SECRET_LOOKING not in repr(settings)


def test_the_default_file_never_replaces_one(tmp_path: Path) -> None:
    settings_in(tmp_path)
    with pytest.raises(FileExistsError):
        write_default(tmp_path / "liemchinh.toml")


def test_the_server_secret_is_random_and_its_owners_alone(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    create_server_secret(settings)
    assert len(read_server_secret(settings)) == 32
    assert stat.S_IMODE(settings.server_secret_file.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        create_server_secret(settings)


@pytest.mark.parametrize("content", ["", "zz", "00" * 16])
def test_a_server_secret_that_is_none_stops_the_start(tmp_path: Path, content: str) -> None:
    settings = settings_in(tmp_path)
    settings.server_secret_file.write_text(content)
    settings.server_secret_file.chmod(0o600)
    with pytest.raises(SettingsError, match="^server_secret_file: "):
        read_server_secret(settings)


def test_a_server_secret_that_others_can_read_stops_the_start(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    create_server_secret(settings)
    settings.server_secret_file.chmod(0o640)
    with pytest.raises(SettingsError, match="owner only"):
        read_server_secret(settings)
