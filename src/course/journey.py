"""The way through the course: what comes after what, and how far a learner is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from course.content import Course, Exercise, Lesson, command
from course.progress import Progress
from course.verdict import State


@dataclass(frozen=True)
class Step:
    """One lesson or exercise, as a line of the map; `how` is how to go there."""

    label: str
    title: str
    minutes: int
    done: bool
    remark: str
    how: str


def steps(course: Course, progress: Progress) -> list[Step]:
    """Each lesson, followed by its exercises; then those whose lesson is not there."""
    return [
        _lesson_step(item, progress)
        if isinstance(item, Lesson)
        else _exercise_step(item, progress)
        for item in _in_order(course)
    ]


def next_step(way: Sequence[Step]) -> str:
    """The one thing to do next, in a sentence."""
    for step in way:
        if not step.done:
            what = f"{step.label.strip()}, {step.title} (about {step.minutes} minutes)"
            return f"Next: {what}\n  {step.how}"
    compare = command("solution NAME")
    return f"Everything is done. {compare} compares your answers with ours."


def _in_order(course: Course) -> Iterator[Lesson | Exercise]:
    names = {lesson.name for lesson in course.lessons}
    for lesson in course.lessons:
        yield lesson
        yield from (e for e in course.exercises if e.record["lesson"] == lesson.name)
    yield from (e for e in course.exercises if e.record["lesson"] not in names)


def _lesson_step(lesson: Lesson, progress: Progress) -> Step:
    right = len(progress.answered(lesson.name))
    return Step(
        label=f"Lesson {lesson.number:02}",
        title=lesson.title,
        minutes=lesson.minutes,
        done=progress.is_done(lesson),
        remark=f"{right} of {len(lesson.quiz)} questions answered",
        how=command(f"lab {lesson.number:02}"),
    )


def _exercise_step(exercise: Exercise, progress: Progress) -> Step:
    state = progress.exercise(exercise.name).get("state", State.NOT_STARTED)
    return Step(
        label=f"  Exercise {exercise.number}",
        title=f"{exercise.name}: {exercise.title}",
        minutes=exercise.minutes,
        done=progress.is_passed(exercise.name),
        remark=str(state),
        how=f"Read exercises/{exercise.folder.name}/README.md, then write, then type\n"
        f"  {command(f'check {exercise.name}')}",
    )
