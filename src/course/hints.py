"""Which hint comes next: the task that fails, and the first hint not shown yet."""

from course.content import CourseError, Exercise, Task, command
from course.progress import Progress


def next_hint(
    exercise: Exercise, progress: Progress, task_number: int | None = None
) -> tuple[Task, int]:
    """The task and the number of its next hint; the last one again after the last.

    Without `task_number`, the task that failed in the last check is meant, or the
    first one.
    """
    if progress.is_passed(exercise.name) and task_number is None:
        compare = command(f"solution {exercise.name}")
        raise CourseError(
            f"`{exercise.name}` has passed: no hint is needed. To compare your answer "
            f"with ours:\n  {compare}"
        )
    known = progress.exercise(exercise.name)
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
