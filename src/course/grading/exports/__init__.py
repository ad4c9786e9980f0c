"""What teachers take elsewhere: an autograder for Gradescope, a workflow for GitHub.

Both run `course grade` there, on the course's own copy of the tests.
"""
