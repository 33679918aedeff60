"""What is left of a case that was disposed of, shown wherever the case would have been."""

from http import HTTPStatus

from flask import Response, make_response, render_template

from cases.disposed import stub_of
from cases.errors import DisposedCaseError
from review.desk import reviewer, the_office


def disposed_answer(error: DisposedCaseError) -> Response:
    """Return what is left of a case that was disposed of, and what was typed for it.

    Raises:
        CaseNotFoundError: it is in none of the reviewer's lists.
    """
    stub = stub_of(the_office(), reviewer(), error.ref)
    return make_response(render_template("review/disposed.html", stub=stub), HTTPStatus.GONE)
