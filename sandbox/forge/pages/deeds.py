"""What a person does to a pull request: the forms of its page.

A form does what a call of the API does, through the same handlers with the same rights, as the person who signed in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.forge.access import perform
from sandbox.forge.accounts import Accounts
from sandbox.forge.call import Call, Endpoint, Handler
from sandbox.forge.git_repository import GitRepository, RefMovedError
from sandbox.forge.graphql.mutations import revert_pull_request
from sandbox.forge.graphql.objects import Objects
from sandbox.forge.pages.answers import Visit
from sandbox.forge.refusals import Refusal
from sandbox.forge.routes import issues, pulls, reviews

Fields = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One form sent by somebody: about which pull request, with which fields."""

    visit: Visit
    repository: GitRepository
    number: int
    fields: Fields

    @property
    def address(self) -> str:
        """The page of the pull request."""
        return f"/{self.repository.full_name}/pull/{self.number}"

    def call(self, body: Mapping[str, Any]) -> Call:
        """The call of the API that would do the same. Raises `Refusal` 401 where nobody has signed in."""
        if self.visit.session.user is None:
            raise Refusal(401, "Sign in first.")
        owner, name = self.repository.full_name.split("/")
        return Call(
            forge=self.visit.forge,
            asker=Accounts.in_person(self.visit.session.user),
            path=self.visit.path,
            parameters={"owner": owner, "name": name, "number": str(self.number)},
            query={},
            body=body,
        )


def _endpoint(endpoints: list[Endpoint], handler: Handler) -> Endpoint:
    return next(one for one in endpoints if one.handler is handler)


_REVIEW = _endpoint(reviews.ENDPOINTS, reviews.create_review)
_COMMENT = _endpoint(issues.ENDPOINTS, issues.create_comment)
_MERGE = _endpoint(pulls.ENDPOINTS, pulls.merge_pull)
_CHANGE = _endpoint(pulls.ENDPOINTS, pulls.update_pull)


def _judged(event: str) -> Callable[[Deed], str]:
    def review(deed: Deed) -> str:
        wish = {"event": event, "body": deed.fields.get("body", ""), "commit_id": _seen(deed)}
        return f"{deed.address}#pullrequestreview-{perform(_REVIEW, deed.call(wish))['id']}"

    return review


def _comment(deed: Deed) -> str:
    said = perform(_COMMENT, deed.call({"body": deed.fields.get("body", "")}))
    return f"{deed.address}#issuecomment-{said.body['id']}"


def _merge(deed: Deed) -> str:
    perform(_MERGE, deed.call({"merge_method": "squash", "sha": _seen(deed)}))
    return deed.address


def _close(deed: Deed) -> str:
    perform(_CHANGE, deed.call({"state": "closed"}))
    return deed.address


def _revert(deed: Deed) -> str:
    """Leads to the pull request that was opened."""
    call = deed.call({})
    record = call.forge.pulls.find(deed.repository.full_name, deed.number)
    try:
        done = revert_pull_request(Objects(call.forge, call.asker), {"pullRequestId": f"PR_{record['id']}"})
    except RefMovedError as conflict:
        raise Refusal(409, f"Reference update failed: {conflict}") from conflict
    return f"/{deed.repository.full_name}/pull/{done['revertPullRequest']['number']}"


def _seen(deed: Deed) -> str:
    """The head that the page has shown: an opinion or a merge is about that one, whatever was pushed meanwhile."""
    head = deed.fields.get("head", "")
    if not head:
        raise Refusal(422, "The form does not say which commit it is about.")
    return head


DEEDS: Mapping[str, Callable[[Deed], str]] = {
    "approve": _judged("APPROVE"),
    "request-changes": _judged("REQUEST_CHANGES"),
    "comment": _comment,
    "merge": _merge,
    "close": _close,
    "revert": _revert,
}
"""By the last part of the form's address; each gives the address to go on at, or raises `Refusal`."""


def in_words(refusal: Refusal) -> list[str]:
    """A refusal as sentences for a person."""
    details = [one if isinstance(one, str) else str(one.get("message", "")) for one in refusal.errors or []]
    return [refusal.message, *[one for one in details if one]]
