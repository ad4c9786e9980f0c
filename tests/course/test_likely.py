"""Guessing which test will catch a fault."""

from course.likely import nearness, words


def test_the_test_that_speaks_of_it_is_nearest() -> None:
    tests = {
        "keys": words("def test_a_key_is_refused(): create(NAME, key='')"),
        "headers": words("def test_a_header_is_refused(): create(headers={})"),
    }
    near = nearness("Does not say which header it refuses", tests)
    assert near["headers"] > near["keys"]


def test_a_word_that_all_use_says_little() -> None:
    tests = {"both": words("create model"), "one": words("create model with settings")}
    near = nearness("the model drops its settings", tests)
    assert near == {"both": 0.5, "one": 1.5}
