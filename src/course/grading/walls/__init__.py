"""Walls between a learner's code and this machine: one module for each kind.

    limits        time, memory, size of files, open files; a session of its own (POSIX)
    seccomp       no new process, no signal to another, no socket (Linux)
    landlock      of the disk, only what Python needs, and a folder of its own (Linux)
    namespaces    no other process, nobody else's temporary files (Linux)
    bubblewrap    the outer wall of the level `sandbox`: no network, nothing of the home

Each says whether it stands: what a kernel does not have is told, never taken for given.
"""
