"""What runs in the process that a learner's code runs in: nothing here is safe.

All of it is there before the learner's code, keeps what it needs in closures, and asks
no module again. That makes meddling hard and, mostly, visible; it cannot make it
impossible. Whatever can be judged from another process is: see `apart`.

    channel    tells the parent, each line with a seal that only the parent can check
    checks     finds the checks in a test file, so that they can be turned
    turned     makes of what is expected something that no answer can give
    ready      pytest, begun before any answer comes
    recorder   tells the parent of each test
    canaries   tests that must pass, and tests that must fail, on any honest answer
    seal       what pytest, respx, clocks and comparisons were made of
    tripwire   who looks at frames, the garbage collector, code
    session    runs the tests with all that
"""
