"""The keys of `course watch`, and what each does."""

from course import attempts, hints, journey
from course.content import Course, CourseError, Exercise, command
from course.progress import Progress
from course.screen import Screen

LISTED = "h hint   s solution   r reset   n next   l list   q quit"


class Keys:
    """Does what a key asks for, while one exercise is watched."""

    def __init__(self, screen: Screen, course: Course, progress: Progress) -> None:
        self._screen, self._course, self._progress = screen, course, progress
        self._asked = False  # whether the next key is an answer

    def list_them(self) -> None:
        """Write which keys there are; whatever was asked is asked no more."""
        self._asked = False
        self._screen.say(f"\n{LISTED}", "dim")

    def press(self, exercise: Exercise, key: str) -> Exercise | bool:
        """Do it; true if it ends the watch, an exercise if that comes next."""
        if self._asked:
            self._asked = False
            self._reset(exercise) if key == "y" else self._leave_it()
            self.list_them()
            return False
        if key == "q":
            return True
        if key == "n" and (following := self._next(exercise)):
            return following
        act = {
            "h": self._hint,
            "s": self._solution,
            "r": self._ask_whether_to_reset,
            "n": self._say_that_it_was_the_last,
            "l": self._list,
        }.get(key)
        try:
            if act:
                act(exercise)
        except (CourseError, OSError) as error:
            self._screen.say(f"\n{error}")
        if not self._asked:
            self.list_them()
        return False

    def _hint(self, exercise: Exercise) -> None:
        task, number = hints.next_hint(exercise, self._progress)
        self._screen.say()
        self._screen.hint(exercise, task, number)

    def _solution(self, exercise: Exercise) -> None:
        self._screen.say()
        if not self._progress.is_passed(exercise.name):
            self._screen.say(
                f"`{exercise.name}` has not passed yet. Giving up is allowed: you see "
                "our answer before you have found yours, and your file, your hints and "
                "your progress stay as they are. In another terminal:"
            )
            self._screen.line(command(f"solution {exercise.name} --give-up"))
        elif self._screen.is_wide:
            self._screen.side_by_side(attempts.side_by_side(exercise))
        else:
            same = ["Your answer and ours are the same."]
            self._screen.diff(attempts.compare(exercise) or same)

    def _ask_whether_to_reset(self, exercise: Exercise) -> None:
        self._asked = True
        self._screen.say(
            f"\nWrite the starter of `{exercise.name}` again, and put your attempt "
            "aside? y, or any other key to leave it as it is."
        )

    def _reset(self, exercise: Exercise) -> None:
        try:
            done = attempts.reset(self._course, exercise)
        except CourseError as error:
            self._screen.say(str(error))
            return
        self._progress.forget(exercise.name)
        self._screen.reset(done, self._course.root)

    def _leave_it(self) -> None:
        self._screen.say("Nothing was changed.")

    def _next(self, exercise: Exercise) -> Exercise | None:
        """The first after this one in the map that is open, else from its top."""
        all_of_them = journey.exercises(self._course)
        at = [one.name for one in all_of_them].index(exercise.name)
        for one in (*all_of_them[at + 1 :], *all_of_them[:at]):
            if not self._progress.is_passed(one.name):
                self._screen.clear()
                return one
        return None

    def _say_that_it_was_the_last(self, _: Exercise) -> None:
        self._screen.say("\nEvery other exercise has passed.")

    def _list(self, _: Exercise) -> None:
        self._screen.say()
        self._screen.course_map(journey.steps(self._course, self._progress))
