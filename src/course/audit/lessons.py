"""The criteria of lessons, L1 to L12, and what their checks look at."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from course.audit import Finding, Found, finding, not_looked_at, notebooks, work
from course.audit.cells import Cell, read_notebook
from course.audit.normalise import Patterns
from course.audit.notebooks import Run
from course.content import Course, Lesson
from course.workshop import Workshop

SEEDS = (1, 2)  # for the order of sets, which must not show


@dataclass(frozen=True)
class LessonEvidence:
    """One lesson, and what came of running it."""

    course: Course
    lesson: Lesson
    runs: tuple[Run, ...] = ()

    @cached_property
    def notebook(self) -> dict[str, Any]:
        return read_notebook(self.lesson.notebook)

    @property
    def cells(self) -> list[Cell]:
        return list(self.notebook["cells"])

    @property
    def record(self) -> dict[str, Any]:
        return self.lesson.record

    @property
    def earlier(self) -> tuple[Lesson, ...]:
        """The lessons before this one."""
        lessons = self.course.lessons
        return tuple(other for other in lessons if other.number < self.lesson.number)

    @property
    def is_first(self) -> bool:
        return not self.earlier


@dataclass(frozen=True)
class LessonCriterion:
    """One criterion: its name, in a few words, and its check."""

    name: str
    words: str
    check: Callable[[LessonEvidence], Found]
    needs_run: bool = False


def lesson_criteria() -> tuple[LessonCriterion, ...]:
    """The criteria of lessons, in order."""
    from course.audit import lesson_frame as frame
    from course.audit import lesson_plan as plan
    from course.audit import lesson_runs as runs
    from course.audit import lesson_text as text
    from course.audit import quizzes

    return (
        LessonCriterion("L1", "objectives", plan.objectives_are_exercised),
        LessonCriterion("L2", "taught before", plan.nothing_comes_too_early),
        LessonCriterion("L3", "size", plan.is_of_a_size),
        LessonCriterion("L4", "predict first", runs.predictions_come_first, True),
        LessonCriterion("L5", "no key, no net", runs.needs_no_key, True),
        LessonCriterion("L6", "same outputs", runs.gives_the_same, True),
        LessonCriterion("L7", "code by reference", text.code_is_not_pasted),
        LessonCriterion("L8", "nothing that ages", text.nothing_ages),
        LessonCriterion("L9", "readable by all", text.all_can_read),
        LessonCriterion("L10", "quizzes teach", quizzes.quizzes_teach),
        LessonCriterion("L11", "error on purpose", runs.an_error_is_read, True),
        LessonCriterion("L12", "why, and recall", frame.opens_and_closes),
    )


@dataclass(frozen=True)
class LessonAudit:
    """The audit of one lesson: runs of its notebook, and what they show."""

    course: Course
    lesson: Lesson
    seeds: tuple[int, ...] = SEEDS
    """The hash seed of each run."""

    @property
    def item(self) -> str:
        return f"lesson {self.lesson.name}"

    def jobs(self, folder: Path) -> dict[str, work.Job]:
        """Run the notebook once for each seed, in a copy of the course in `folder`."""
        root = notebooks.stage(self.course, folder)
        patterns = notebooks.patterns_of(self.course)
        runs = (partial(_run, root, self.lesson, patterns, seed) for seed in self.seeds)
        return {f"run {number}": run for number, run in enumerate(runs, start=1)}

    def judge(self, results: Iterable[Any]) -> Iterator[Finding]:
        """A finding for each criterion; those that need runs, if there were any."""
        given = list(results)
        wrong = " ".join(str(one) for one in given if isinstance(one, Exception))
        runs = tuple(one for one in given if isinstance(one, Run))
        evidence = LessonEvidence(self.course, self.lesson, runs)
        for criterion in lesson_criteria():
            if criterion.needs_run and (wrong or not runs):
                yield not_looked_at(self.item, criterion.name, wrong)
            else:
                yield finding(self.item, criterion.name, criterion.check, evidence)


def _run(
    root: Path,
    lesson: Lesson,
    patterns: Patterns,
    seed: int,
    shop: Workshop,
) -> Run:
    return notebooks.run(root, lesson, patterns, seed)
