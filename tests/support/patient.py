"""An instance to be examined, on a machine whose facts a test chooses."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cases.office import Office
from cases.vault import new_object_key
from console.doctor import Machine, examine
from web.settings import Settings


@dataclass
class Patient:
    """An instance with cases, and the machine that it seems to run on."""

    settings: Settings
    machine: Machine
    office: Office

    @property
    def folder(self) -> Path:
        return self.settings.instance

    @property
    def objects(self) -> list[Path]:
        return [each for each in (self.folder / "vault").rglob("*") if each.is_file()]

    def said(self) -> str:
        return "\n".join(f"{each.grade}: {each.what}" for each in examine(*self.asked))

    @property
    def asked(self) -> tuple[Settings, Machine]:
        return self.settings, self.machine

    def orphan(self, day: date) -> Path:
        key = new_object_key()
        with self.office.vault.open_writer(key) as writer:
            writer.write(bytes(32))
        path = self.folder / "vault" / key
        moment = (day - date(1970, 1, 1)).total_seconds()
        os.utime(path, (moment, moment))
        return path


def of_the_instance(said: str) -> list[str]:
    """Return what a check-up found, but for what only the machine can mend that tests run on."""
    of_machines = ("swap", "disk", "time service", "Ổn / well")
    return [line for line in said.splitlines() if not any(each in line for each in of_machines)]
