"""Security headers of every answer, from both doors."""

from typing import Final

from flask import Flask, Response, g, request

# One line each, so that a difference shows. No script: none is needed but to ask an authenticator.
POLICY: Final = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
# What a page may do that asks an authenticator, and no other page.
SCRIPT: Final = {"script-src": "'self'"}
ASKING: Final = ("publickey-credentials-create", "publickey-credentials-get")
FEATURES: Final = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)
NO_FEATURES: Final = ", ".join(f"{feature}=()" for feature in FEATURES)
ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not even our own pages learn which page of ours came before; CSRF does not rest on it.
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",
}
# Two years, as the preload list of browsers asks.
TRANSPORT: Final = "max-age=63072000; includeSubDomains; preload"


def install_headers(app: Flask, *, is_secure: bool, is_indexed: bool) -> None:
    """Put the headers on every answer of the app, error pages included."""

    def add(response: Response) -> Response:
        response.headers.update(ALWAYS)
        response.headers["Content-Security-Policy"] = content_security_policy()
        response.headers["Permissions-Policy"] = permissions_policy()
        if is_secure:
            response.headers["Strict-Transport-Security"] = TRANSPORT
        if not is_indexed:
            response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    app.after_request(add)


def allow_data_images() -> None:
    """Let this answer show an image written into the page itself (a receipt's QR code)."""
    g.allows_data_images = True


def allow_own_script() -> None:
    """Let this answer run the desk's own script and ask an authenticator."""
    g.runs_own_script = True


def content_security_policy() -> str:
    """Return the policy of this answer."""
    images = "'self' data:" if g.get("allows_data_images") else POLICY["img-src"]
    rules = POLICY | {"img-src": images} | (SCRIPT if g.get("runs_own_script") else {})
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def permissions_policy() -> str:
    """Return what of the browser this answer may use."""
    if not g.get("runs_own_script"):
        return NO_FEATURES
    return ", ".join(f"{feature}=({'self' if feature in ASKING else ''})" for feature in FEATURES)
