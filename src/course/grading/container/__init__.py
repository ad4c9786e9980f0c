"""The level `container`: the same command, inside an image, by docker or podman.

    image    Dockerfile, and how to build it
    engine   which program runs containers here, and whether it answers
    again    the command line, once more, inside

Inside, the image says so by an environment variable, and the walls of the level
`process` stand around each answer as well.
"""
