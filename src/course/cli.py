"""The command `course`: what it is called with, and nothing else.

Each command asks one module to do the work, imported only then: `course --help` has
to be there at once.
"""

import errno
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from course.content import Course, CourseError, Exercise, command, find_course

if TYPE_CHECKING:
    from course.progress import Progress
    from course.screen import Screen

FAILED, MISTAKE, STOPPED = 1, 2, 130  # exit status: no pass; not possible; Ctrl-C
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_THE_MAP = ("list", "map", "status")  # what `course` alone shows
_ORDER = (
    "lab",
    "check",
    "watch",
    "hint",
    "solution",
    "reset",
    "glossary",
    "sim",
    "doctor",
    "grade",
    "export",
    "audit",
)


class _Friendly(click.Group):
    """A group whose commands tell a mistake in words, without a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which a learner meets them."""
        return sorted(super().list_commands(ctx), key=_ORDER.index)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant; the map has no name, but many look for one."""
        if args[0] in _THE_MAP:
            ctx.fail(
                f"No such command '{args[0]}'. Did you mean "
                f"`{command('').strip()}`? It shows the map."
            )
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            from course.screen import complain

            complain("Stopped. Nothing was lost.")
            ctx.exit(STOPPED)
        except CourseError as error:
            from course.screen import complain

            complain(str(error))
            ctx.exit(MISTAKE)
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            from course.screen import complain

            complain(
                f"There is no room left on the disk ({error.strerror}). Your file is "
                "as it was. Make some room, and try again."
            )
            ctx.exit(MISTAKE)


@click.group(
    cls=_Friendly,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Examples:  course lab 01    course check aliasing    course hint aliasing",
)
@click.version_option(package_name="openrouter-course", prog_name="course")
@click.option("--json", "as_json", is_flag=True, help="Print the map as JSON.")
@click.pass_context
def main(ctx: click.Context, as_json: bool) -> None:
    """Build, break and ship an OpenRouter model factory.

    Alone, `course` shows the map: what is done, and the one next step.
    """
    if ctx.invoked_subcommand is None:
        from course import journey

        screen, course, progress = _open()
        way = journey.steps(course, progress)
        if as_json:
            _print_json(journey.as_json(way), progress)
            return
        screen.course_map(way)
        for note in (*course.notes, progress.notice):
            screen.notice(note)


def _print_json(data: Any, progress: "Progress") -> None:
    """Print `data`, and what the learner should know beside it, where it is none."""
    click.echo(json.dumps(data, indent=2))
    click.echo(progress.notice, err=True, nl=bool(progress.notice))


def _open() -> "tuple[Screen, Course, Progress]":
    from course.progress import Progress
    from course.screen import Screen

    course = find_course()
    return Screen(), course, Progress(course)


def _chosen(course: Course, progress: "Progress", wanted: str | None) -> Exercise:
    """The exercise asked for, else the first in the map that is not passed."""
    if wanted is not None:
        return course.exercise(wanted)
    from course import journey

    if not (all_of_them := journey.exercises(course)):
        raise CourseError(f"There are no exercises in {course.root}.")
    not_passed = (e for e in all_of_them if not progress.is_passed(e.name))
    return next(not_passed, all_of_them[0])


@main.command(epilog="Examples:  course lab    course lab 01    course lab factories")
@click.argument("lesson", required=False)
@click.option("--port", type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--no-browser", is_flag=True, help="Print the address, open nothing.")
def lab(lesson: str | None, port: int | None, no_browser: bool) -> None:
    """Open JupyterLab at LESSON, or at the next one."""
    from course.lab import open_lab

    screen, course, progress = _open()
    open_lab(screen, course, progress, lesson, port=port, browser=not no_browser)


@main.command(
    epilog="Examples:  course check    course check aliasing    course check 1"
)
@click.argument("exercise", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@click.pass_context
def check(ctx: click.Context, exercise: str | None, as_json: bool) -> None:
    """Run the tests of EXERCISE, or of the next one.

    Exit status: 0 passed, 1 not passed, 2 could not be checked, 130 Ctrl-C.
    """
    from course.runner import check as run

    screen, course, progress = _open()
    chosen = _chosen(course, progress, exercise)
    verdict = run(chosen)
    progress.record_check(verdict)
    if as_json:
        _print_json(verdict.as_json(), progress)
    else:
        screen.verdict(chosen, verdict)
        screen.notice(progress.notice)
    ctx.exit(0 if verdict.passed else FAILED)


@main.command(
    epilog="Examples:  course watch    course watch aliasing    course watch --poll"
)
@click.argument("exercise", required=False)
@click.option(
    "--poll",
    is_flag=True,
    help="Look at the file again and again: for network drives, where nothing tells of "
    "a save.",
)
@click.option("--json", "as_json", is_flag=True, help="Print a verdict a line as JSON.")
def watch(exercise: str | None, poll: bool, as_json: bool) -> None:
    """Check EXERCISE, or the next one, again at every save.

    In a terminal, single keys do the rest: h shows a hint, s compares your answer with
    ours, r resets, n goes to the next exercise, l shows the map, q quits.
    """
    from course.watch import Watch

    screen, course, progress = _open()
    chosen = _chosen(course, progress, exercise)
    Watch(screen, course, progress, as_json=as_json, poll=poll).run(chosen)


@main.command(epilog="Example:  course hint aliasing")
@click.argument("exercise", required=False)
@click.option("--task", type=int, help="A task, instead of the one that fails.")
@click.option("--json", "as_json", is_flag=True, help="Print the hint as JSON.")
def hint(exercise: str | None, task: int | None, as_json: bool) -> None:
    """Show the next of three hints for the task that fails now.

    A file that has changed since the last check is checked first.
    """
    from course import hints

    screen, course, progress = _open()
    chosen = _chosen(course, progress, exercise)
    broken = "" if task else hints.check_what_changed(chosen, progress)
    found = hints.next_hint(chosen, progress, task)
    if as_json:
        _print_json(hints.hint_as_json(chosen, *found), progress)
        return
    if broken:
        screen.say(f"{broken}\n")
    screen.hint(chosen, *found)
    screen.notice(progress.notice)


@main.command(epilog="Example:  course solution aliasing --give-up")
@click.argument("exercise")
@click.option("--give-up", is_flag=True, help="Show it before you have passed.")
@click.option("--json", "as_json", is_flag=True, help="Print the diff as JSON.")
def solution(exercise: str, give_up: bool, as_json: bool) -> None:
    """Compare your answer with ours, once you have passed.

    Side by side in a terminal of 120 columns or more, else as a diff.
    """
    from course import attempts

    screen, course, progress = _open()
    chosen = course.exercise(exercise)
    if not (give_up or progress.is_passed(chosen.name)):
        raise CourseError(
            f"`{chosen.name}` has not passed yet. A hint:\n"
            f"  {command(f'hint {chosen.name}')}\nTo see ours all the same:\n"
            f"  {command(f'solution {chosen.name} --give-up')}"
        )
    diff = attempts.compare(chosen)
    if as_json:
        _print_json({"exercise": chosen.name, "diff": diff}, progress)
    elif diff and screen.is_wide:
        screen.side_by_side(attempts.side_by_side(chosen))
    else:
        screen.diff(diff or ["Your answer and ours are the same."])


@main.command(epilog="Example:  course reset aliasing")
@click.argument("exercise")
@click.option("--json", "as_json", is_flag=True, help="Print where both are as JSON.")
def reset(exercise: str, as_json: bool) -> None:
    """Put your attempt aside and write the starter again."""
    from course.attempts import reset as start_again

    screen, course, progress = _open()
    chosen = course.exercise(exercise)
    done = start_again(course, chosen)
    progress.forget(chosen.name)
    if as_json:
        attempt = str(done.attempt) if done.attempt else None
        _print_json({"attempt": attempt, "starter": str(done.starter)}, progress)
        return
    screen.reset(done, course.root)
    screen.say("The starter is back, and hints and progress begin anew:")
    screen.path(done.starter, course.root)
    screen.notice(progress.notice)


@main.command(epilog="Examples:  course glossary    course glossary fallback")
@click.argument("term", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print the terms as JSON.")
def glossary(term: str | None, as_json: bool) -> None:
    """Say what TERM means, or all terms that the lessons teach."""
    from course.glossary import look_up, terms

    screen, course, progress = _open()
    found = look_up(course, term) if term else terms(course)
    if as_json:
        _print_json([one.as_json() for one in found], progress)
    else:
        screen.terms(found)


@main.command(epilog="Example:  course sim --port 8080")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default="free")
def sim(port: int) -> None:
    """Run the local OpenRouter until Ctrl-C.

    Prints the two lines that your program needs.
    """
    from course.lab import run_simulator

    screen, *_ = _open()
    run_simulator(screen, port)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Say whether this machine is ready.

    Each problem comes with the line that mends it.

    Exit status: 0 ready, 1 not.
    """
    from course.doctor import examine

    screen, course, _ = _open()
    findings = list(examine(course))
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in findings], indent=2))
    else:
        screen.findings(findings)
    ctx.exit(0 if all(finding.good for finding in findings) else FAILED)


@main.command(
    epilog="Examples:  course grade hand-ins    course grade ada.zip    course grade "
    "'my class' --roster class.csv --exercise aliasing --output 'week 3'"
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default="grades",
    show_default=True,
    help="Where the reports go, and what is needed to go on after a stop.",
)
@click.option(
    "--roster",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A CSV with the columns id and name: who should have handed in.",
)
@click.option(
    "--exercise", "exercises", multiple=True, help="Only this one; repeat it."
)
@click.option(
    "--isolation",
    type=click.Choice(["sandbox", "process", "container"]),
    default="sandbox",
    show_default=True,
    help="How high the walls are; `process` works everywhere.",
)
@click.option(
    "--extra-tests",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder with hidden tests of yours: test_NAME.py.",
)
@click.option("--workers", type=click.IntRange(1, 64), help="Default: one a core.")
@click.option(
    "--dask", metavar="ADDRESS", default="", help="A Dask scheduler that hands it out."
)
@click.option(
    "--time-limit",
    type=click.FloatRange(0.1, 3600),
    help="Seconds of the processor for a test. Default: what the exercise says.",
)
@click.option("--image", metavar="NAME", help="The image of the level `container`.")
@click.option("--one-process", is_flag=True, help="Never judge from a second process.")
@click.option(
    "--as",
    "what",
    type=click.Choice(["class", "submission"]),
    help="What each folder is, if it is recognised wrongly.",
)
@click.option("--again", is_flag=True, help="Grade anew what was graded before.")
@click.option("--schema", is_flag=True, help="Print the schema of grades.json.")
@click.pass_context
def grade(
    ctx: click.Context,
    paths: tuple[Path, ...],
    output: Path,
    roster: Path | None,
    exercises: tuple[str, ...],
    isolation: str,
    extra_tests: Path | None,
    workers: int | None,
    dask: str,
    time_limit: float | None,
    image: str | None,
    one_process: bool,
    what: str | None,
    again: bool,
    schema: bool,
) -> None:
    """Grade submissions: PATH is one of them, or a folder of many.

    One submission is a zip, a Python file, or a folder that holds `exercises`, the
    folder of an exercise or its file. Any other folder is a class: each folder, zip
    and Python file in it is a submission, and its name is the learner's id.

    Of each submission only the files that the exercises ask for are read. The reports
    are grades.csv, grades.json, junit.xml and feedback/ID.md. After Ctrl-C the same
    line goes on where it stopped.

    Exit status: 0 all graded, whatever the points; 1 something could not be graded;
    2 nothing was done; 130 stopped.
    """
    from course.grading.command import Wanted
    from course.grading.command import grade as grade_all
    from course.grading.reports.document import schema as schema_text
    from course.grading.settings import Level
    from course.screen import Screen

    if schema:
        click.echo(schema_text(), nl=False)
        return
    if not paths:
        raise CourseError(
            "What is to be graded? A folder, a zip or a file was wanted, as in "
            f"`{command('grade hand-ins')}`."
        )
    wanted = Wanted(
        paths,
        output,
        roster,
        exercises,
        Level(isolation),
        extra_tests,
        workers or os.cpu_count() or 1,
        not one_process,
        what or "",
        again,
        dask,
        time_limit or 0,
        image or "",
    )
    ctx.exit(grade_all(Screen(), find_course(), wanted))


@main.group(
    epilog="Examples:  course export gradescope --exercise aliasing    "
    "course export github-classroom --repository my-school/course"
)
def export() -> None:
    """Take the grader to Gradescope or GitHub Classroom."""


_exercises = click.option(
    "--exercise", "names", multiple=True, help="Only this one; repeat it."
)


@export.command(
    epilog="Example:  course export gradescope --exercise aliasing -o week1.zip"
)
@_exercises
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    default="autograder.zip",
    show_default=True,
)
@click.option(
    "--extra-tests",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder with hidden tests of yours: test_NAME.py.",
)
def gradescope(names: tuple[str, ...], output: Path, extra_tests: Path | None) -> None:
    """Write the zip that Gradescope takes as an autograder."""
    from course.grading.exports.gradescope_zip import write_autograder
    from course.grading.settings import chosen, read_extra_tests

    screen, course, _ = _open()
    exercises = chosen(course, names)
    if extra_tests:
        read_extra_tests(extra_tests, exercises)  # says so if there are none
    count = write_autograder(course, exercises, output, extra_tests)
    screen.say(f"{count} files, {output.stat().st_size // 1024} KiB. The autograder:")
    screen.path(output, Path.cwd())
    screen.say("In Gradescope: Programming Assignment, Configure Autograder, Zip.")


@export.command(
    epilog="Example:  course export github-classroom --repository my-school/course"
)
@_exercises
@click.option(
    "--repository", required=True, help="Yours of this course: OWNER/NAME, on GitHub."
)
@click.option("--ref", default="main", show_default=True, help="Its branch or tag.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    default=".github/workflows/classroom.yml",
    show_default=True,
)
def github_classroom(
    names: tuple[str, ...], repository: str, ref: str, output: Path
) -> None:
    """Write the workflow that grades in GitHub Classroom."""
    from course.grading.exports.classroom_workflow import workflow, write_workflow
    from course.grading.settings import chosen

    screen, course, _ = _open()
    write_workflow(workflow(chosen(course, names), repository, ref), output)
    screen.say("The workflow, for the template repository of your assignment:")
    screen.path(output, Path.cwd())


@main.command(epilog="Examples:  course audit    course audit aliasing 01_factories")
@click.argument("names", nargs=-1)
@click.option("--refresh", is_flag=True, help="Run the notebooks and write them back.")
@click.option("--no-run", is_flag=True, help="Check only what shows by reading.")
@click.option("--mutants", is_flag=True, help="Mutate the solutions too: minutes.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.pass_context
def audit(
    ctx: click.Context,
    names: tuple[str, ...],
    refresh: bool,
    no_run: bool,
    mutants: bool,
    as_json: bool,
) -> None:
    """Check all criteria, for contributors.

    Exit status: 0 no fault, 1 a fault.
    """
    from course.audit.command import audit_and_show, refresh_and_tell

    screen, course, _ = _open()
    if refresh:
        good = refresh_and_tell(course, names, screen.say)
    else:
        good = audit_and_show(
            course, names, run=not no_run, mutants=mutants, as_json=as_json
        )
    ctx.exit(0 if good else FAILED)
