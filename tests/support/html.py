"""What a test reads of a page: its forms as a browser would send them, its texts, its links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
# Elements whose address the browser loads by itself; links are followed by people.
LOADING = {"img": "src", "link": "href", "script": "src", "iframe": "src", "source": "src"}
BUTTON_KINDS = {"submit", "image"}


@dataclass
class Control:
    """One field of a form, as it stands on the page."""

    kind: str
    name: str
    value: str
    is_on: bool = True
    # Neither a choice, nor hidden, nor masked: what somebody wrote and wants to see again.
    is_written: bool = False
    # What a list offers.
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """One form of a page."""

    action: str
    method: str
    is_multipart: bool
    controls: list[Control] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """Return the names of everything that can be filled or pressed."""
        return {control.name for control in self.controls}

    def value(self, name: str) -> str:
        """Return what a field holds on the page."""
        return next(control.value for control in self.controls if control.name == name)

    def offered(self, name: str) -> list[str]:
        """Return what can be chosen under a name: the rows of a list, or one of several buttons."""
        controls = [control for control in self.controls if control.name == name]
        return [value for each in controls for value in each.options or [each.value]]

    def filled(self, typed: Mapping[str, str | Sequence[str]]) -> list[tuple[str, str]]:
        """Return the fields in the page's order, with what was typed, ticked or pressed.

        Raises:
            LookupError: something was typed that the form has no field for.
        """
        unknown = set(typed) - self.names
        if unknown:
            raise LookupError(f"the form has no {sorted(unknown)}: it has {sorted(self.names)}")
        sent: list[tuple[str, str]] = []
        for control in self.controls:
            sent += _sent(control, typed)
        return sent


def _sent(control: Control, typed: Mapping[str, str | Sequence[str]]) -> list[tuple[str, str]]:
    given = typed.get(control.name)
    if control.kind == "file":
        return []
    if control.kind == "button":
        return [(control.name, control.value)] if given == control.value else []
    if control.kind == "tick":
        wanted = [given] if isinstance(given, str) else given
        is_on = control.is_on if wanted is None else control.value in wanted
        return [(control.name, control.value)] if is_on else []
    return [(control.name, control.value if given is None else str(given))]


class Document(HTMLParser):
    """A page taken apart: ``forms``, ``texts`` by id, ``links``, ``loads``, ``title``."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.texts: dict[str, str] = {}
        self.tags: list[str] = []
        self.words = ""
        self._open: list[tuple[str, str]] = []
        self._select: Control | None = None
        self._has_option = False
        self._text_area: Control | None = None

    @property
    def title(self) -> str:
        """Return the page's title."""
        return self.texts.get("<title>", "").strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        if tag not in VOID:
            name = "<title>" if tag == "title" and not self._open_tag("svg") else ""
            self._open.append((tag, given.get("id", name)))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if given.get(LOADING.get(tag, ""), ""):
            self.loads.append(given[LOADING[tag]])
        if tag == "form":
            is_multipart = given.get("enctype") == "multipart/form-data"
            method = given.get("method", "get").upper()
            self.forms.append(Form(given.get("action", ""), method, is_multipart))
        elif self.forms and self._open_tag("form"):
            self._start_control(tag, given)

    def _open_tag(self, tag: str) -> bool:
        return any(name == tag for name, _ in self._open)

    def _start_control(self, tag: str, given: Mapping[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text").lower()
        if tag == "option" and self._select is not None:
            self._choose(given)
        elif not name or "disabled" in given:
            return
        elif tag == "input":
            self._add(_input(name, kind, given))
        elif tag == "button" and given.get("type", "submit").lower() == "submit":
            self._add(Control("button", name, given.get("value", "")))
        elif tag == "textarea":
            self._text_area = self._add(Control("text", name, "", is_written=True))
        elif tag == "select":
            self._select, self._has_option = self._add(Control("text", name, "")), False

    def _choose(self, given: Mapping[str, str]) -> None:
        if self._select is not None:
            self._select.options.append(given.get("value", ""))
        # Browsers send the first option where none is chosen.
        if self._select is not None and ("selected" in given or not self._has_option):
            self._select.value, self._has_option = given.get("value", ""), True

    def _add(self, control: Control) -> Control:
        self.forms[-1].controls.append(control)
        return control

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            name, _ = self._open.pop()
            if name == tag:
                break
        if tag == "select":
            self._select = None
        if tag == "textarea" and self._text_area is not None:
            # A first line break after the start tag is not part of the text (HTML §13.1.2.5).
            self._text_area.value = self._text_area.value.removeprefix("\n")
            self._text_area = None

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._text_area is not None:
            self._text_area.value += data
        for _, name in self._open:
            if name:
                self.texts[name] = self.texts.get(name, "") + data


def _input(name: str, kind: str, given: Mapping[str, str]) -> Control:
    if kind in {"checkbox", "radio"}:
        return Control("tick", name, given.get("value", "on"), "checked" in given)
    if kind in BUTTON_KINDS:
        return Control("button", name, given.get("value", ""))
    # A code that counts once is nothing that anybody would want to see again.
    is_once = given.get("autocomplete") == "one-time-code"
    is_written = kind not in {"file", "hidden", "password"} and not is_once
    kind = "file" if kind == "file" else "text"
    return Control(kind, name, given.get("value", ""), is_written=is_written)


def read_document(text: str) -> Document:
    """Return a page taken apart."""
    document = Document()
    document.feed(text)
    document.close()
    return document
