"""Which hint comes next: the task that fails, and the first hint not shown yet."""

from course.content import CourseError, Exercise, Task, command
from course.progress import Progress
from course.starter import is_starter
from course.verdict import State


def check_what_changed(exercise: Exercise, progress: Progress) -> str:
    """Check a file that has changed since the last check, to know what fails now.

    Returns why it is broken, if it is.
    """
    from course.runner import check, digest

    file = digest(exercise.file)
    if not file or file == progress.exercise(exercise.name).get("file"):
        return ""
    if is_starter(exercise, exercise.file):
        return ""
    verdict = check(exercise)
    progress.record_check(verdict)
    return verdict.problem


def next_hint(
    exercise: Exercise, progress: Progress, task_number: int | None = None
) -> tuple[Task, int]:
    """The task and the number of its next hint; the last one again after the last.

    Without `task_number`, the task that failed in the last check is meant, or the
    first one.
    """
    known = progress.exercise(exercise.name)
    if known.get("state") == State.PASSED and task_number is None:
        compare = command(f"solution {exercise.name}")
        raise CourseError(
            f"`{exercise.name}` has passed: no hint is needed. To compare your answer "
            f"with ours:\n  {compare}"
        )
    at = min(known.get("task") or 1, len(exercise.tasks))
    number = task_number if task_number is not None else at
    if not 1 <= number <= len(exercise.tasks):
        raise CourseError(
            f"`{exercise.name}` has the tasks 1 to {len(exercise.tasks)}, not {number}."
        )
    task = exercise.tasks[number - 1]
    shown = max(0, known.get("hints", {}).get(str(number), 0)) + 1
    shown = min(shown, len(task.hints))
    progress.record_hint(exercise.name, number, shown)
    return task, shown


def hint_as_json(exercise: Exercise, task: Task, number: int) -> dict[str, object]:
    """A hint, and those before it, as plain data."""
    return {
        "exercise": exercise.name,
        "task": task.number,
        "title": task.title,
        "number": number,
        "of": len(task.hints),
        "hints": list(task.hints[:number]),
    }
