"""How you are taught: the command `course`, its checks, and help in notebooks."""
