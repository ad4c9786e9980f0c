"""E1 to E4, E6, E7, E9, E10 and E12 see what goes wrong when tests run."""

from dataclasses import replace

import pytest

from course.audit import exercise_guards as guards
from course.audit import exercise_runs as runs
from course.starter import starter_of


def spoil(file, old, new):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def solution(course):
    return course.exercise("greeting").solution


def the_tests(course):
    return course.exercise("greeting").test_file


def bank(course, kind, name):
    return course.root / "tests" / kind / "01_greeting" / f"{name}.py"


ALL_KINDS = ("starter", "solution", "wrong", "right", "cheat", "leak")


@pytest.fixture(scope="module")
def good(tmp_path_factory, workshop, request):
    """Every check on the good course, each answer tried once."""
    from course.audit.answers import answers
    from course.audit.exercises import Evidence

    build = request.getfixturevalue("build_course_in")
    course = build(tmp_path_factory.mktemp("good") / "course")
    folder = tmp_path_factory.mktemp("made")
    exercise = course.exercise("greeting")
    tried = [
        (one, workshop.check(one.exercise, one.file, one.options))
        for one in answers(course, exercise, folder)
    ]
    return Evidence(course, exercise, tuple(tried))


@pytest.mark.parametrize(
    ("check", "figure"),
    [
        (runs.starter_fails_rightly, "3/3"),
        (runs.solution_passes, "3/3"),
        (runs.wrong_answers_are_caught, "8"),
        (runs.right_answers_pass, "4/4"),
        (runs.tasks_wait, "2"),
        (guards.network_is_refused, "3/3"),
        (guards.cheats_are_refused, "8/8"),
    ],
)
def test_a_good_exercise_has_no_fault(good, told, check, figure):
    assert told(check(good)) == ""
    assert check(good).figure == figure


@pytest.mark.parametrize("check", [runs.messages_teach, guards.is_quick])
def test_a_good_exercise_teaches_and_is_quick(good, told, check):
    assert told(check(good)) == ""


def test_e1_a_starter_that_was_edited(course, tried, told):
    course.exercise("greeting").file.write_text("import os\n")
    said = told(runs.starter_fails_rightly(tried(course, "starter")))
    assert "is not the starter" in said


def test_e1_a_starter_that_does_not_import(course, tried, told):
    spoil(solution(course), "    #: starter\n", "    #: starter\n#| )\n")
    course.exercise("greeting").file.write_text(
        starter_of(solution(course).read_text())
    )
    said = told(runs.starter_fails_rightly(tried(course, "starter")))
    assert "starter is broken" in said


def test_e1_a_test_that_passes_on_the_starter(course, tried, told):
    spoil(the_tests(course), 'call(greet, "Ada").returns', "str")
    said = told(runs.starter_fails_rightly(tried(course, "starter")))
    assert "`test_a_name_is_greeted` fails on the starter by another error" in said
    spoil(
        the_tests(course),
        'str("Hello, Ada!", why="Be polite.", look="`greet`.")',
        "pass",
    )
    said = told(runs.starter_fails_rightly(tried(course, "starter")))
    assert "`test_a_name_is_greeted` passes on the starter" in said


def test_e2_a_solution_that_depends_on_the_order(course, tried, told):
    once = "calls = []\n\n\ndef greet"
    spoil(solution(course), "def greet", once)
    spoil(solution(course), "    return f", "    calls.append(1)\n    return f")
    counting = "\n    import greeting\n    assert len(greeting.calls) <= 1\n"
    spoil(the_tests(course), "def test_a_name_is_greeted():\n", "def test_a_name():\n")
    spoil(the_tests(course), "def test_a_name():\n", f"def test_a_name():{counting}")
    said = told(runs.solution_passes(tried(course, "starter", "solution")))
    assert "The solution, shuffled" in said


def test_e2_another_signature(course, tried, told):
    text = solution(course).read_text()
    marked = "#: starter\n#| def ask(url):\n#: solution\ndef ask(url: str) -> str:\n"
    marked += "#: end\n"
    solution(course).write_text(text.replace("def ask(url: str) -> str:\n", marked))
    said = told(runs.solution_passes(tried(course, "solution")))
    assert "`ask` has another signature" in said


@pytest.mark.parametrize(
    ("in_starter", "in_solution"),
    [
        ("size: int", "size: float"),
        ("@staticmethod\n#|     def f(): ...", "def f(): ..."),
    ],
    ids=["field", "decorator"],
)
def test_e2_another_field_or_decorator(good, course, told, in_starter, in_solution):
    text = solution(course).read_text()
    marked = f"class Box:\n#: starter\n#|     {in_starter}\n"
    marked += f"#: solution\n    {in_solution}\n#: end\n\n\ndef ask"
    solution(course).write_text(text.replace("def ask", marked))
    evidence = replace(good, course=course, exercise=course.exercise("greeting"))
    said = told(runs.solution_passes(evidence))
    name = in_solution.partition(":")[0].removeprefix("def ").removesuffix("()")
    assert f"`Box.{name}` has another signature" in said


def test_e3_too_few_and_a_test_without_a_catch(course, tried, told):
    for file in bank(course, "wrong_answers", "keeps_space").parent.iterdir():
        if file.stem != "keeps_space":
            file.unlink()
    said = told(runs.wrong_answers_are_caught(tried(course, "wrong")))
    assert "1 wrong answers, wanted are 8" in said
    assert "`test_the_service_is_asked` catches none" in said


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('misconception = "one-hop"', 'misconception = "x"', "nobody knows"),
        ("came back", "teapot", "lacks “teapot”"),
        ('"failing"', '"broken"', "is failing, its record says broken"),
        (
            "test_space_around_a_name_is_dropped",
            "test_x",
            "also test_space_around_a_name_is_dropped; not test_x",
        ),
        ("words = ", "wordz = ", "does not say: words"),
        ("misconception = ", "misconception == ", "does not say: misconception"),
    ],
)
def test_e3_a_record_that_does_not_hold(course, tried, told, old, new, says):
    spoil(bank(course, "wrong_answers", "keeps_space"), old, new)
    evidence = tried(course, "wrong", only="keeps_space")
    assert says in told(runs.wrong_answers_are_caught(evidence))


def test_e4_a_right_answer_that_is_refused_or_missing(course, tried, told):
    bank(course, "also_right", "plus").unlink()
    spoil(bank(course, "also_right", "format"), "Hello, {}!", "Hi, {}!")
    said = told(runs.right_answers_pass(tried(course, "right")))
    assert "3 other right answers, wanted are 4" in said
    assert "format.py is refused, failing" in said


def test_e6_messages_that_do_not_teach(course, tried, told):
    spoil(
        the_tests(course),
        'call(greet, "Ada").returns("Hello, Ada!", why="Be polite.", look="`greet`.")',
        'assert call(greet, "Ada").value == "Hello, Ada!", "RESPX\\n" * 9',
    )
    spoil(the_tests(course), '"no request"', "ask('x')")
    said = told(runs.messages_teach(tried(course, "starter")))
    assert "`test_a_name_is_greeted` fails with 1" in said
    assert "without came back:, expected:, why:, look at:" in said
    assert "shows the inside of the mock: respx" in said
    assert "calls the learner's code while it tells" in said


@pytest.mark.parametrize(
    "line",
    [
        "    assert greet('Ada'), f\"it gave {greet('Ada')}\"\n",
        "    import greeting\n    assert 1, greeting.greet('Ada')\n",
        "    call(greet, 'Ada').returns('Hello, Ada!', why=greet('A'), look='it')\n",
    ],
)
def test_e6_a_message_that_calls_the_learners_code_again(good, course, told, line):
    file = the_tests(course)
    head = "def test_a_name_is_greeted():\n"
    spoil(file, head, f"{head}{line}")
    evidence = replace(good, course=course, exercise=course.exercise("greeting"))
    said = told(runs.messages_teach(evidence))
    assert "calls the learner's code while it tells of a failure" in said


def test_e7_a_task_without_tests(course, tried, told):
    spoil(the_tests(course), "task(2)", "task(3)")
    said = told(runs.tasks_wait(tried(course, "starter")))
    assert "Task 2 stands only in exercise.toml" in said
    assert "Task 3 stands only in test_greeting.py" in said


def test_e7_a_first_task_that_is_done(course, tried, told):
    raising = '#| raise NotImplementedError("Greet `name`.")'
    spoil(solution(course), raising, '#| return f"Hello, {name.strip()}!"')
    said = told(runs.tasks_wait(tried(course, "starter")))
    assert "On the starter the tasks are: passed, failing" in said


def test_e9_a_test_that_never_looks_at_the_mock(course, tried, told):
    text = the_tests(course).read_text().replace("(assert_all_called=False)", "")
    loose = text[: text.index("    outcome.returns(")]
    the_tests(course).write_text(loose + "    assert outcome.call\n")
    spoil(the_tests(course), "@pytest.mark.httpx2\n", "")
    spoil(the_tests(course), "(httpx2_mock)", "()")
    start = '    route = httpx2_mock.get("https://names.example/")'
    spoil(the_tests(course), start + '.respond(200, text="Eve")\n', "")
    evidence = tried(course, "leak", only="answers itself")
    said = told(guards.network_is_refused(evidence))
    assert "An answer that answers itself passes" in said


LOOSE = """

@pytest.mark.task(2)
@pytest.mark.httpx2(assert_all_called=False)
def test_it_is_polite(httpx2_mock):
    httpx2_mock.get("https://names.example/").respond(200, text="Eve")
    assert call(ask, "https://names.example/").value.startswith("Hello")
"""


def test_e9_a_route_that_nobody_calls(course, tried, told):
    the_tests(course).write_text(the_tests(course).read_text() + LOOSE)
    evidence = tried(course, "leak", only="answers itself")
    said = told(guards.network_is_refused(evidence))
    assert "`test_it_is_polite` passes though nobody called its route" in said
    assert "test_the_service_is_asked" not in said


def test_e10_slow_tests_and_the_real_clock(course, tried, told):
    spoil(the_tests(course), "import pytest\n", "import time\n\nimport pytest\n")
    slow = "def test_a_name_is_greeted():\n    time.sleep(1.01)\n"
    spoil(the_tests(course), "def test_a_name_is_greeted():\n", slow)
    said = told(guards.is_quick(tried(course, "solution")))
    assert "`test_a_name_is_greeted` takes 1.0 s, limit 1 s" in said
    assert "line 13: `time.sleep` in a test" in said


def test_e12_a_test_that_believes_whatever_comes_back(course, tried, told):
    easy = [
        "@pytest.mark.task(1)\ndef test_one():\n"
        '    assert greet("Ada") == "Hello, Ada!"\n',
        "@pytest.mark.task(2)\ndef test_two():\n    assert ask\n",
    ]
    head = the_tests(course).read_text().partition("@pytest")[0]
    the_tests(course).write_text(head + "\n\n".join(easy))
    evidence = tried(course, "cheat", only="equals everything")
    said = told(guards.cheats_are_refused(evidence))
    assert "The cheat `equals everything` passes" in said


def test_e10_what_one_test_prepares_for_all_is_counted(good):
    def took(*seconds):
        answer, verdict = good.of("solution")[0]
        tests = iter(seconds)
        tasks = tuple(
            replace(
                task,
                tests=tuple(replace(one, seconds=next(tests)) for one in task.tests),
            )
            for task in verdict.tasks
        )
        return answer, replace(verdict, tasks=tasks)

    runs_of_it = (took(0.7, 0.0, 0.0), took(0.0, 0.0, 0.8))
    assert guards.is_quick(replace(good, tried=runs_of_it)).figure == "0.7 s"


def test_e12_a_cheat_that_was_not_tried(good, told):
    tried = tuple(pair for pair in good.tried if pair[0].name != "SystemExit")
    said = told(guards.cheats_are_refused(replace(good, tried=tried)))
    assert "7 cheats were tried, of 8" in said
