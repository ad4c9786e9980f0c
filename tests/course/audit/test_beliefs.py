"""The list of misconceptions: each is explained, and each is named somewhere."""

from course.audit.beliefs import faults_of_list, misconceptions, named_in

WHOLE = {"belief": "It is so.", "tempting": "It looks so.", "counter_example": "1 / 0"}


def says(beliefs, *named):
    return [fault.says for fault in faults_of_list(beliefs, iter(named))]


def test_a_whole_list_has_no_fault():
    assert says({"a": WHOLE, "b": WHOLE}, "b", "a", "a") == []


def test_a_misconception_without_a_counter_example():
    beliefs = {"a": WHOLE | {"counter_example": ""}}
    assert says(beliefs, "a") == ["The misconception `a` has no counter_example."]


def test_a_misconception_that_nothing_names():
    assert says({"a": WHOLE, "b": WHOLE}, "a") == [
        "Nothing names the misconception `b`."
    ]


def test_quizzes_exercises_and_wrong_answers_name_them(course, spoil):
    record = "exercises/01_greeting/exercise.toml"
    spoil(record, 'misconceptions = ["one-hop"]', 'misconceptions = ["in-a-record"]')
    spoil("lessons/01_more.toml", '"one-hop"', '"in-a-quiz"')
    spoil("tests/wrong_answers/01_greeting/bare.py", '"one-hop"', '"in-an-answer"')
    named = {*named_in(course)}
    assert {"in-a-record", "in-a-quiz", "in-an-answer", "one-hop"} <= named


def test_the_courses_own_list_is_read():
    assert misconceptions()["one-hop"]["belief"]
