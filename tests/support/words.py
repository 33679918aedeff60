"""The words of all pages, as translations/update.py finds them."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog

ROOT = Path(__file__).resolve().parents[2]
# It is a script beside the catalogues, in no package.
_SCRIPT: dict[str, Any] = runpy.run_path(str(ROOT / "translations" / "update.py"))

words_of_pages: Callable[[], Catalog] = _SCRIPT["words"]
read_catalogue: Callable[[Path], Catalog] = _SCRIPT["read_catalogue"]
CATALOGUES: dict[str, Path] = {path.parent.parent.name: path for path in _SCRIPT["catalogues"]()}
