"""What `course grade` does: find, grade, report, and say what to look at."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from course.content import Course, CourseError, Exercise
from course.grading import bench, grader
from course.grading.classroom import Executor, grade_all, threads
from course.grading.container import again as container
from course.grading.grade import Grade, Status
from course.grading.handed import Found, find
from course.grading.reports import Results
from course.grading.reports.folder import write_reports
from course.grading.roster import called, read_roster
from course.grading.settings import (
    Level,
    Settings,
    chosen,
    digest_of_tests,
    read_extra_tests,
)
from course.grading.state import State, alone
from course.grading.submission import Submission, read
from course.grading.waiting import Waiting
from course.screen import Screen
from course.verdict import expected_tests

INCOMPLETE = 1  # exit status: something could not be graded


@dataclass(frozen=True)
class Wanted:
    """What was typed."""

    paths: tuple[Path, ...]
    output: Path
    roster: Path | None = None
    exercises: tuple[str, ...] = ()
    level: Level = Level.SANDBOX
    extra_tests: Path | None = None
    workers: int = 2
    apart: bool = True
    what: str = ""
    again: bool = False
    dask: str = ""
    """The address of a scheduler; empty for this machine."""
    time_limit: float = 0
    image: str = ""
    """Of the level `container`; empty for ours."""

    @property
    def words(self) -> list[str]:
        """What was typed, with the paths as they are from everywhere."""
        words = [str(path.resolve()) for path in self.paths]
        words += ["--output", str(self.output.resolve()), "--isolation", self.level]
        for option, path in (
            ("--roster", self.roster),
            ("--extra-tests", self.extra_tests),
        ):
            words += [option, str(path.resolve())] if path else []
        for name in self.exercises:
            words += ["--exercise", name]
        words += ["--workers", str(self.workers)]
        words += ["--time-limit", f"{self.time_limit:g}"] if self.time_limit else []
        words += ["--as", self.what] if self.what else []
        return words + ["--one-process"] * (not self.apart) + ["--again"] * self.again


@dataclass
class _Count:
    """What is worth saying at the end; of a grade no more is kept than that."""

    scored: int = 0
    nothing: int = 0
    flagged: list[str] = field(default_factory=list)
    not_graded: list[str] = field(default_factory=list)

    def add(self, grade: Grade) -> None:
        states = {exercise.status for exercise in grade.exercises}
        if Status.NOT_GRADED in states:
            self.not_graded.append(grade.submission)
        elif Status.SCORED in states:
            self.scored += 1
        else:
            self.nothing += 1
        if grade.flagged:
            self.flagged.append(grade.submission)


def settings_for(course: Course, exercises: Sequence[Exercise], w: Wanted) -> Settings:
    """What is the same for all submissions."""
    hidden = read_extra_tests(w.extra_tests, tuple(exercises)) if w.extra_tests else {}
    return Settings(
        exercises=tuple(exercise.name for exercise in exercises),
        level=w.level,
        apart=w.apart,
        root=str(course.root),
        extra_tests=hidden,
        time_limit=w.time_limit,
        tests={e.name: digest_of_tests(e, hidden.get(e.name, "")) for e in exercises},
    )


def _executor(wanted: Wanted) -> Executor:
    if not wanted.dask:
        return threads(wanted.workers)
    from course.grading.cluster import dask

    return dask(wanted.dask)


def grade(
    screen: Screen, course: Course, wanted: Wanted, executor: Executor | None = None
) -> int:
    """Grade what is `wanted` and write the reports; the exit status."""
    if wanted.level is Level.CONTAINER and not container.is_inside():
        return _in_a_container(course, wanted)
    exercises = chosen(course, wanted.exercises)
    settings = settings_for(course, exercises, wanted)
    found = find(wanted.paths, exercises, wanted.what)
    absent = _match(found, wanted.roster)
    _refuse_what_would_leak(settings, exercises)
    if wanted.level is Level.CONTAINER:
        container.end_with_the_caller()
    if executor is None and not wanted.dask:
        bench.refuse_if_missing(wanted.level)
        bench.tidy()
    for line in found.said:
        screen.say(line)
    with alone(wanted.output):
        state = State(wanted.output, settings, again=wanted.again)
        counts = _Count()
        ids = [each.id for each in found.handed] + [id_ for id_, _ in absent]
        for id_, name in absent:
            state.keep(Submission(id_, name), grader.absent(id_, name, settings))
            counts.nothing += 1
        read_one = partial(read, exercises=exercises)
        run = executor or _executor(wanted)
        with Waiting(len(found.handed)).shown() as waiting:
            for one in grade_all(found.handed, read_one, settings, state, run):
                counts.add(one)
                waiting.one_done()
        results = Results(settings, exercises, sorted(ids), state.kept)
        write_reports(results, wanted.output)
    _tell(screen, wanted.output, settings, counts)
    return INCOMPLETE if counts.not_graded else 0


def _in_a_container(course: Course, wanted: Wanted) -> int:
    if wanted.dask:
        raise CourseError(
            "The level `container` is for this machine. On a cluster, start the "
            "workers in containers, and choose `--isolation process`."
        )
    named = (*wanted.paths, wanted.roster, wanted.extra_tests)
    return container.grade_inside(
        course,
        wanted.words,
        read=[path for path in named if path],
        output=wanted.output,
        workers=wanted.workers,
        image=wanted.image or container.IMAGE,
    )


def _refuse_what_would_leak(settings: Settings, exercises: Sequence[Exercise]) -> None:
    """Behind high walls, hidden tests run only where no answer can read them."""
    if settings.level is Level.PROCESS:
        return
    for exercise in exercises:
        source = settings.extra_tests.get(exercise.name, "")
        tasks = {*expected_tests(source).values()} - settings.apart_tasks(exercise)
        if tasks:
            numbers = ", ".join(map(str, sorted(tasks)))
            raise CourseError(
                f"Hidden tests of `{exercise.name}`, task {numbers}: they would share "
                "a process with the answer, which could read them. Leave them out, or "
                "choose `--isolation process`, and the report says so."
            )


def _match(found: Found, roster: Path | None) -> list[tuple[str, str]]:
    """Give the submissions their learners; who is left over handed in nothing."""
    if roster is None:
        return []
    found.handed, absent, remarks = called(found.handed, read_roster(roster))
    ids = [each.id for each in found.handed]
    if twice := {id_ for id_ in ids if ids.count(id_) > 1}:
        raise CourseError(f"Two submissions are called {', '.join(sorted(twice))}.")
    found.said += remarks
    if absent:
        found.said.append(f"Of {len(absent)} in the roster there is nothing.")
    return absent


def _tell(screen: Screen, output: Path, settings: Settings, counts: _Count) -> None:
    screen.say(
        f"{counts.scored} scored, {counts.nothing} not handed in, "
        f"{len(counts.not_graded)} could not be graded. "
        f"Isolation: {settings.level}.",
        "bold",
    )
    if counts.flagged:
        screen.say("Flagged, for you to decide:", "yellow")
        screen.say(f"  {_few(counts.flagged)}", indent=2)
    if counts.not_graded:
        screen.say("Not graded, and not their fault; the same line tries again:")
        screen.say(f"  {_few(counts.not_graded)}", indent=2)
    screen.say("Reports:")
    screen.path(output / "grades.csv", Path.cwd())


def _few(names: list[str]) -> str:
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return ", ".join(sorted(names)[:20]) + more
