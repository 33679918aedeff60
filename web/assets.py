"""The few files that pages load, read once at the start and served from memory."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Flask, Response, abort, request

TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
}
_COMPRESSED: Final = frozenset({".css", ".js", ".txt"})
# The address changes with the content; an hour, so that a phone does not remember us for a year.
CACHE: Final = "private, max-age=3600, immutable"


@dataclass(frozen=True)
class Asset:
    """One file: its bytes, the same compressed where that helps, and its address."""

    body: bytes
    compressed: bytes | None
    content_type: str
    url: str


def install_assets(app: Flask, folder: Path) -> None:
    """Serve every file of the folder under /static/ and let templates ask ``asset(name)``.

    A file of an unknown type stops the start: the browser would have to guess.
    """
    assets = {path.name: _asset(path) for path in sorted(folder.iterdir()) if path.is_file()}

    def static(name: str) -> Response:
        asset = assets.get(name)
        if asset is None:
            abort(404)
        body, headers = asset.body, {"Cache-Control": CACHE, "Vary": "Accept-Encoding"}
        if asset.compressed is not None and request.accept_encodings.quality("gzip") > 0:
            body, headers["Content-Encoding"] = asset.compressed, "gzip"
        return Response(body, headers=headers, content_type=asset.content_type)

    app.add_url_rule("/static/<name>", "static", static, methods=["GET"])
    app.add_template_global(lambda name: assets[name].url, "asset")


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:12]
    compressed = gzip.compress(body, 9, mtime=0) if path.suffix in _COMPRESSED else None
    return Asset(body, compressed, TYPES[path.suffix], f"/static/{path.name}?{digest}")
