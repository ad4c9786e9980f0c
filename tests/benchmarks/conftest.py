"""Options of the benchmarks."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--grade-copies",
        type=int,
        default=1000,
        help="How many submissions bench_grading grades at each level.",
    )
