"""Text from strangers, made harmless for whoever reads it: one function a reader.

What arrives may hold terminal escapes, marks that turn the direction of reading, line
breaks in names, formulas, markup, half a character, or a megabyte.
"""

import html
import re
import unicodedata

MOST_NAME, MOST_MESSAGE, MOST_LINES = 100, 2_000, 40
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&$@:])")
_FORMULA = ("=", "+", "-", "@")


def printable(text: str, most: int = MOST_NAME) -> str:
    """`text` in one line, with what cannot be seen written out, cut in the middle."""
    if len(text) > 4 * most:
        text = f"{text[: 2 * most]}…{text[-2 * most :]}"
    line = "".join(c if _is_visible(c) else _written_out(c) for c in text)
    if len(line) <= most:
        return line
    half = (most - 1) // 2
    return f"{line[:half]}…{line[-half:]}"


def message(text: str) -> str:
    """Lines of a message: few enough to read, nothing in them but text.

    An address in memory differs from run to run, and says nothing: `0x…`.
    """
    rows = text[: 4 * MOST_MESSAGE].splitlines()[:MOST_LINES]
    tidy = "\n".join(printable(row, 400) for row in rows)
    tidy = _ADDRESS.sub("0x…", tidy)
    cut = len(tidy) > MOST_MESSAGE or len(text) > 4 * MOST_MESSAGE
    return f"{tidy[:MOST_MESSAGE]}…" if cut else tidy


def cell(value: object) -> str:
    """`value` for a table that a spreadsheet opens: never read as a formula."""
    text = str(value)
    if isinstance(value, int | float):
        return f"{value:g}"
    risky = text.lstrip().startswith(_FORMULA) or text[:1] in ("\t", "\r")
    return f"'{text}" if risky else text


def markdown(text: str) -> str:
    """`text` so that Markdown, and the HTML in it, shows it as it is."""
    return html.escape(_MARKDOWN.sub(r"\\\1", text), quote=False).replace("\\&", "&")


def code_block(text: str) -> str:
    """`text` as an indented code block of Markdown, where nothing in it has meaning."""
    return "\n".join(f"    {row}" for row in text.splitlines())


def file_name(text: str) -> str:
    """A name for a file: letters, digits, `-`, `_` and `.` of ASCII, at most 80."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", text).strip("._")[:80] or "_"


def _is_visible(c: str) -> bool:
    return c == " " or (c.isprintable() and unicodedata.category(c) not in ("Cf", "Co"))


def _written_out(c: str) -> str:
    number = ord(c)
    if 0xDC80 <= number <= 0xDCFF:  # a byte that is no text, as `os.listdir` gives it
        return f"\\x{number - 0xDC00:02x}"
    if c in "\n\r\t":
        return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}[c]
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"
