"""What a failure's message must be: five lines that teach, none about the mock."""

from collections.abc import Iterator

from course.audit import Fault

MOST_LINES = 6
LABELS = ("came back:", "expected:", "why:", "look at:")  # after the call itself
_INNER_WORDS = ("respx", "allmocked", "httpcore", "<mock", "magicmock")


def faults_of_message(test: str, message: str) -> Iterator[Fault]:
    """What is wrong with the `message` of `test`."""
    lines = message.splitlines()
    if len(lines) > MOST_LINES:
        yield Fault(
            f"`{test}` fails with {len(lines)} lines, limit {MOST_LINES}: {lines[0]}",
            "Say the one thing that helps most.",
        )
    missing = [label for label in LABELS if label not in message]
    if missing or not lines or lines[0].lstrip().startswith(LABELS):
        lacks = ", ".join(missing) or "what was called"
        yield Fault(
            f"`{test}` fails without {lacks} {message[:80]!r}",
            "Fail through `course.expect`: `call(…).returns(…)` or `fail(…)`.",
        )
    for word in _INNER_WORDS:
        if word in message.casefold():
            yield Fault(
                f"`{test}` shows the inside of the mock: {word}.",
                "Look at `route.called` first, and say what was asked of whom.",
            )
