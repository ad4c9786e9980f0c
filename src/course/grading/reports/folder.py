"""Writes all reports of a class into one folder."""

from pathlib import Path

from course.grading.reports import Results
from course.grading.reports.document import grades_json
from course.grading.reports.feedback import feedback
from course.grading.reports.gradescope import results_json
from course.grading.reports.junit import junit_xml
from course.grading.reports.table import grades_csv, times_csv
from course.grading.state import own_name, write


def write_reports(results: Results, output: Path) -> None:
    """Write each report in one step, so that none is ever half there."""
    write(output / "grades.csv", grades_csv(results))
    write(output / "grades.json", grades_json(results))
    write(output / "junit.xml", junit_xml(results))
    write(output / "times.csv", times_csv(results))
    for grade in results:
        file = output / "feedback" / f"{own_name(grade.submission)}.md"
        write(file, feedback(grade))
        if len(results.ids) == 1 and grade.complete:
            write(output / "results.json", results_json(grade))
