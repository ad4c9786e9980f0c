"""The way through the course: what comes after what, and how far a learner is."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from course.content import Course, Exercise, Lesson, command
from course.progress import Progress
from course.verdict import State


@dataclass(frozen=True)
class Step:
    """One lesson or exercise, as a line of the map; `how` is how to go there."""

    label: str
    name: str
    title: str
    minutes: int
    share: float
    """How much of it is done: from 0 to 1, which is all of it."""
    remark: str
    how: str

    @property
    def done(self) -> bool:
        return self.share >= 1

    @property
    def minutes_left(self) -> int:
        return math.ceil(self.minutes * (1 - self.share))

    def as_json(self) -> dict[str, Any]:
        """The step as plain data."""
        left = {"done": self.done, "minutes_left": self.minutes_left}
        return asdict(self) | {"label": self.label.strip()} | left


def steps(course: Course, progress: Progress) -> list[Step]:
    """Each lesson, followed by its exercises; then those whose lesson is not there."""
    return [
        _lesson_step(item, progress)
        if isinstance(item, Lesson)
        else _exercise_step(item, progress)
        for item in _in_order(course)
    ]


def exercises(course: Course) -> list[Exercise]:
    """The exercises in the order of the map: by lesson."""
    return [item for item in _in_order(course) if isinstance(item, Exercise)]


def so_far(way: Sequence[Step]) -> str:
    """How much is done, and how long the rest takes, in a sentence."""
    done, left = sum(step.done for step in way), minutes_left(way)
    return f"{done} of {len(way)} done, about {in_hours(left)} left."


def minutes_left(way: Sequence[Step]) -> int:
    """How long the rest takes, by what lessons and exercises say of themselves."""
    return sum(step.minutes_left for step in way)


def in_hours(minutes: int) -> str:
    """A time as one says it: "45 minutes", "2 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} minutes"
    return f"{hours} h {rest:02} min" if rest else f"{hours} h"


def next_of(way: Sequence[Step]) -> Step | None:
    """The first step that is not done."""
    return next((step for step in way if not step.done), None)


def next_step(way: Sequence[Step]) -> str:
    """The one thing to do next, in a sentence."""
    if step := next_of(way):
        about = f"{step.label.strip()}, {step.title} (about {step.minutes_left} "
        about += "minute)" if step.minutes_left == 1 else "minutes)"
        return f"Next: {about}\n  {step.how}"
    compare = command("solution NAME")
    return f"Everything is done. {compare} compares your answers with ours."


def as_json(way: Sequence[Step]) -> dict[str, Any]:
    """The whole map as plain data."""
    step = next_of(way)
    return {
        "done": sum(step.done for step in way),
        "minutes_left": minutes_left(way),
        "next": step.name if step else None,
        "steps": [step.as_json() for step in way],
    }


def _in_order(course: Course) -> Iterator[Lesson | Exercise]:
    names = {lesson.name for lesson in course.lessons}
    for lesson in course.lessons:
        yield lesson
        yield from (e for e in course.exercises if e.record["lesson"] == lesson.name)
    yield from (e for e in course.exercises if e.record["lesson"] not in names)


def _lesson_step(lesson: Lesson, progress: Progress) -> Step:
    questions = {q["id"] for q in lesson.quiz}
    right = len(questions & progress.answered(lesson.name))
    done = progress.is_done(lesson)
    return Step(
        label=f"Lesson {lesson.number:02}",
        name=lesson.name,
        title=lesson.title,
        minutes=lesson.minutes,
        share=1 if done else right / len(questions),
        remark="done" if done else f"{right} of {len(questions)} questions",
        how=command(f"lab {lesson.number:02}"),
    )


def _exercise_step(exercise: Exercise, progress: Progress) -> Step:
    known = progress.exercise(exercise.name)
    state, tasks = known.get("state", State.NOT_STARTED), len(exercise.tasks)
    task = min(max(known.get("task") or 1, 1), tasks)
    passed = progress.is_passed(exercise.name)
    at_task = state == State.FAILING and tasks > 1
    return Step(
        label=f"  Exercise {exercise.number}",
        name=exercise.name,
        title=f"{exercise.name}: {exercise.title}",
        minutes=exercise.minutes,
        share=1 if passed else (task - 1) / tasks if at_task else 0,
        remark=f"at task {task} of {tasks}" if at_task else str(state),
        how=f"Read exercises/{exercise.folder.name}/README.md, then write, then type\n"
        f"  {command(f'check {exercise.name}')}",
    )
