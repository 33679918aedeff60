"""Find every word that a page shows and put the new ones into each language's catalogue.

Run from anywhere: ``.venv/bin/python translations/update.py``; then fill in what it names.
Vietnamese is the source language, so it has no catalogue.
"""

import sys
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDERS: Final = ("web", "intake", "review", "templates")
KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}


def words() -> Catalog:
    """Return every word of the pages, with the files that show it."""
    with (ROOT / "translations" / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # it ships half its types
    found = Catalog(charset="utf-8")
    for folder in FOLDERS:
        for path, line, message, comments, context in extract_from_dir(
            ROOT / folder, methods, options, keywords=KEYWORDS
        ):
            found.add(message, None, [(f"{folder}/{path}", line)], (), comments, context=context)
    return found


def catalogues() -> list[Path]:
    """Return the catalogue of each language."""
    return sorted((ROOT / "translations").glob("*/LC_MESSAGES/messages.po"))


def read_catalogue(path: Path) -> Catalog:
    """Return what a language says."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def missing(template: Catalog, said: Catalog) -> list[str]:
    """Return the words that a language does not say yet, or says by a guess."""
    named = [message for message in template if message.id]
    return sorted(str(each.id) for each in named if not _is_said(said.get(each.id)))


def main() -> int:
    """Update every catalogue; return 1 when one of them has words to fill in."""
    template, is_complete = words(), True
    for path in catalogues():
        said = read_catalogue(path)
        said.update(template, no_fuzzy_matching=True, update_header_comment=False)
        said.obsolete.clear()
        out = BytesIO()
        write_po(out, said, width=100, no_location=True)
        path.write_bytes(out.getvalue())
        for word in missing(template, said):
            sys.stdout.write(f"{path.parent.parent.name}: {word}\n")
            is_complete = False
    return 0 if is_complete else 1


def _is_said(message: object) -> bool:
    string = getattr(message, "string", "")
    texts = string if isinstance(string, (tuple, list)) else (string,)
    return bool(texts) and all(texts) and not getattr(message, "fuzzy", True)


if __name__ == "__main__":
    raise SystemExit(main())
