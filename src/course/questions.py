"""The words of a question: its options, and what is said of an answer."""

from collections.abc import Mapping
from typing import Any

LETTERS = "ABCDEF"


def question_text(question: Mapping[str, Any]) -> str:
    """The question and its options, as Markdown."""
    options = zip(LETTERS, question["options"], strict=False)
    listed = "\n".join(f"- **{letter}** {option['text']}" for letter, option in options)
    return f"**{question['question']}**\n\n{listed}"


def answer_text(question: Mapping[str, Any], answer: str) -> tuple[str, bool]:
    """What is said of `answer`, a letter, and whether it is right."""
    letter, options = answer.strip(" .)\n").upper(), question["options"]
    if letter not in LETTERS[: len(options)] or len(letter) != 1:
        letters = ", ".join(LETTERS[: len(options)])
        return f"`{answer}` is none of {letters}: write one letter.", False
    option = options[LETTERS.index(letter)]
    right = bool(option.get("right"))
    verdict = "Right." if right else "Not so."
    return f"**{letter}: {verdict}** {option['because']}", right
