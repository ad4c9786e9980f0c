"""What is done before a check: sooner is the same, but for the time."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from course import prepare, spare
from course.content import Course
from course.runner import check
from course.verdict import Verdict
from course.workshop import Workshop


@pytest.fixture(params=["workshop", "a process of its own"])
def came_back(
    request: pytest.FixtureRequest, small: Course, workshop: Workshop
) -> Callable[[str], str]:
    """What `double(0)` gives, where it is written as `expression`."""

    exercise = small.exercise("half")
    text = exercise.file.read_text("utf-8")

    def ask(expression: str) -> str:
        exercise.file.write_text(text.replace("number + 2", expression), "utf-8")
        alone = request.param != "workshop"
        check_it = check if alone else workshop.check
        failure = check_it(exercise, exercise.file).first_failure
        assert failure is not None
        return failure.message.splitlines()[1].strip()

    return ask


def test_what_our_solution_imports_is_there_before_the_learners_file(
    small: Course, came_back: Callable[[str], str]
) -> None:
    solution = small.exercise("half").solution
    solution.write_text("import colorsys\n" + solution.read_text("utf-8"), "utf-8")
    assert came_back('"colorsys" in __import__("sys").modules') == "came back: True"


def test_no_client_reads_the_certificates_of_this_machine(
    came_back: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "no such file")
    many = 'len(__import__("httpx2").create_ssl_context().get_ca_certs()) + 1'
    assert came_back(many) == "came back: 1"


@pytest.mark.parametrize("word", ["HI?", "HO!"])
def test_each_text_of_a_test_file_is_seen_and_its_asserts_speak(
    small: Course, workshop: Workshop, word: str
) -> None:
    exercise = small.exercise("done")
    tests = exercise.test_file.read_text("utf-8")
    plain = (
        f'@pytest.mark.task(1)\ndef test_plain():\n    assert shout("hi") == "{word}"'
    )
    exercise.test_file.write_text(f"{tests}\n\n{plain}\n", "utf-8")
    failure = workshop.check(exercise, exercise.file).first_failure
    assert failure is not None
    assert failure.message.startswith(f"assert 'HI!' == '{word}'")


@pytest.mark.parametrize(
    "leave", ["rmtree(os.getcwd())", "copyfile('half.py', 'trace.txt')"]
)
def test_each_check_begins_in_a_folder_as_new(
    came_back: Callable[[str], str], leave: str
) -> None:
    there = "(os := __import__('os')).listdir() + [__import__('shutil').{}][:0]"
    leaving = came_back(there.format(leave))
    assert leaving == came_back(there.format("which"))
    assert "half.py" in leaving


def test_a_fork_that_has_warmed_up_gives_the_same_verdict(
    small: Course, workshop: Workshop
) -> None:
    exercise = small.exercise("half")
    at_once = workshop.check(exercise, exercise.file)
    time.sleep(4 * spare.SOON)
    rested = workshop.check(exercise, exercise.file)
    assert rested.first_failure is not None
    assert without_times(rested) == without_times(at_once)


def without_times(verdict: Verdict) -> str:
    return re.sub(r"'seconds': [\d.]+", "", str(verdict.as_json()))


def test_after_a_rehearsal_a_model_can_be_asked_without_another_import() -> None:
    program = (
        "import sys; from course import bare_pytest, prepare, rehearsal\n"
        "words = [w for w in bare_pytest.OPTIONS if 'terminal' not in w]\n"
        "bare_pytest.OPTIONS = (*words, '-q')\n"
        "prepare.rehearse()\n"
        "before = set(sys.modules); prepare.rehearse()\n"
        "print('new:', sorted(set(sys.modules) - before))\n"
    )
    told = run_python(["-c", program])
    assert told.count("1 failed, 1 passed") == 2
    assert told.endswith("new: []\n")


def run_python(arguments: Sequence[str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env=dict(os.environ) | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout


def test_a_file_that_cannot_be_read_or_imported_is_left_to_the_check(
    tmp_path: Path,
) -> None:
    bad = tmp_path / "test_bad.py"
    prepare.for_files([bad], tmp_path)
    for text in ("def (", "import no_such_module_at_all\n", "\0"):
        bad.write_text(text)
        prepare.for_files([bad], tmp_path)
