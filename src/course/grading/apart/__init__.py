"""Two processes: the tests in one, the answer in the other, a line of text between.

The tests call *stand-ins*. A stand-in sends what it was called with, as text; the
*subject* calls the learner's function, and sends back what came of it. What comes is
made anew from plain data: no object of the learner's gets near a test, no frame of a
test is there to be read, and nothing that decides can be exchanged.

It works for functions that take and return plain data, and for maps. It does not for
classes, for functions that are handed functions, and for whatever is awaited: tasks
that can be judged so are named by `separate_tasks` in exercise.toml.
"""
