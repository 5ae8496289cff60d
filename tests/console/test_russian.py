"""The main story in Russian: no page leaves a sentence in English that is not marked as such."""

from __future__ import annotations

import re

import pytest

from controller.core.model import ProposalState
from tests.api.served import Api
from tests.console.browsing import Page, Reader
from tests.console.english import english_on
from tests.console.pages import Form, Visitor
from tests.scenarios.story import approve, install
from tests.scenarios.test_a_policy_is_overridden import forbid
from tests.world.world import PRODUCTION

KNOWN = (
    # The catalog's descriptions stand as the modules' authors wrote them.
    re.compile(r"Articles in the order of their dates|Does not compile; shows what a proposal says about it"),
    re.compile(r"What readers say below a page|Pages, their texts and their versions|Pictures side by side"),
    re.compile(r"What happened, told to every module that listens|Who somebody is and what they may do"),
    re.compile(r"Threads of discussion; takes the place of comments|Asks customers by mail what they think"),
    re.compile(r"Finds things; leans on a service that several modules share"),
    # The reason of the tests' first adoption, as a person wrote it.
    re.compile(r"принято: alice, first"),
    # Commands are typed as they are.
    re.compile(r".*modwright (releases|status|builds|hold)"),
)
REASON = "читатели просят"


def english(page: Page) -> list[str]:
    """What of a page is English and neither marked nor known."""
    found = (text.strip(" ,.;:") for text in english_on(page.html))
    return [text for text in found if not any(known.fullmatch(text) for known in KNOWN)]


def reader(api: Api, who: str = "alice") -> Reader:
    return Reader(api, who, language="ru")


def demand_russian(api: Api, *paths: str, who: str = "alice") -> str:
    """Opens the pages; the text of all of them together."""
    pages = [reader(api, who).open(path) for path in paths]
    assert {page.path: found for page in pages if (found := english(page))} == {}
    return " ".join(page.text for page in pages)


def freeze(api: Api, reason: str, *, stop: bool = False) -> str:
    """Somebody freezes production, or stops everything; answers how it is lifted."""
    body = {"stop": True, "reason": reason} if stop else {"environment": "production", "reason": reason}
    made = api.done("carol", "POST", "/freezes", body)
    return str(made["id"])


AROUND = ("/modules", "/changes", "/environments", "/environments/production", "/releases", "/holds", "/freezes")


def test_english_that_nobody_marked_is_found() -> None:
    page = '<html lang="ru"><p>Ждёт <b lang="en">waits for it</b></p><p aria-label="what it is">blog, forum</p>'
    assert list(english_on(page + "<p>and then more</p>")) == ["what it is", "and then more"]


def test_a_change_speaks_russian_from_the_plan_to_the_last_environment(fresh: Api) -> None:
    world = fresh.world
    world.auto_build = False
    demand_russian(fresh, "/plan?install=blog", "/modules/blog", "/modules/content")
    proposal = install(world, "blog", reason=REASON)
    demand_russian(fresh, "/changes/1")
    world.tick()
    demand_russian(fresh, "/changes/1", "/builds")
    world.finish_builds()
    world.tick()
    told = demand_russian(fresh, "/changes/1")
    assert "Ждёт 1 одобрения администратора, кроме alice" in told
    assert "соблюдены 4" in told
    fence = freeze(fresh, "идёт ярмарка")
    approve(world, proposal)
    world.auto_build = True
    world.settle()
    told = demand_russian(fresh, "/changes/1", *AROUND)
    assert "заморожено: carol: идёт ярмарка" in told
    fresh.done("carol", "POST", f"/freezes/{fence}:lift", {"reason": "ярмарка окончена"})
    world.settle()
    told = demand_russian(fresh, "/changes/1", "/audit", "/health", *AROUND)
    assert "проверки в окружении staging пройдены" in told


def test_what_was_taken_back_and_why_is_told_in_russian(fresh: Api) -> None:
    world = fresh.world
    world.prober.unwell.add((PRODUCTION, "reviews"))
    approve_all(fresh, "reviews")
    (hold,) = world.ledger.holds.values()
    told = demand_russian(fresh, "/changes/1", "/changes/2", "/audit", f"/releases/{hold.release}", *AROUND)
    assert "проверки в окружении production не пройдены" in told
    assert "проходит проверки, которые не прошёл" in told


def approve_all(api: Api, name: str) -> None:
    """A module is installed as far as it comes; its revert needs nobody."""
    proposal = install(api.world, name, reason=REASON)
    api.world.settle()
    approve(api.world, proposal)
    api.world.settle()


def test_a_rollback_by_a_person_is_told_in_russian_before_and_after(fresh: Api) -> None:
    approve_all(fresh, "blog")
    path = "/environments/production/rollback"
    demand_russian(fresh, path, who="carol")
    carol = Visitor(fresh, "carol", language="ru")
    carol.raw(form_of(carol, path), reason="слишком медленно")
    told = demand_russian(fresh, "/changes/1", path, "/environments/production", "/audit", "/holds", who="carol")
    assert "откат окружения production: carol" in told
    assert "нет более старого выпуска" in told


def form_of(carol: Visitor, path: str) -> Form:
    """The form that does what the page shows."""
    return next(form for form in carol.get(path).forms if form.action == path and form.method == "post")


def test_what_fails_says_in_russian_what_to_do_next(fresh: Api) -> None:
    install(fresh.world, "broken", reason=REASON)
    fresh.world.settle()
    told = demand_russian(fresh, "/changes/1", "/changes", "/builds", "/modules")
    assert "Что делать дальше" in told


def test_a_push_of_somebody_else_and_a_closed_change_are_told_in_russian(fresh: Api) -> None:
    world = fresh.world
    proposal = install(world, "blog", reason=REASON)
    world.settle()
    world.forge.push(proposal.branch, proposal.head, world.person("dave"))
    world.settle()
    demand_russian(fresh, "/changes/1")
    world.forge.close_proposal(world.proposals(ProposalState.OPEN)[0], comment="")
    world.settle()
    demand_russian(fresh, "/changes/1")


def test_while_everything_is_stopped_pages_say_so_in_russian(fresh: Api) -> None:
    approve_all(fresh, "blog")
    freeze(fresh, "авария", stop=True)
    told = demand_russian(fresh, "/plan?install=gallery", *AROUND)
    assert "авария" in told


@pytest.mark.parametrize("who", ["dave", "carol", "alice"])
def test_a_disabled_button_says_why_in_russian(untouched: Api, who: str) -> None:
    told = demand_russian(untouched, "/environments/staging", "/freezes", "/plan?install=blog", *AROUND, who=who)
    assert who == "alice" or "нужна роль «администратор»" in told


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/plan?install=forum&install=comments", "не могут быть в одном составе"),
        ("/plan?install=forum&install=comments", "в той же заявке"),
        ("/plan?uninstall=auth", "обязателен для платформы, удалить его нельзя"),
        ("/plan?install=nothing", "нет в каталоге"),
        ("/plan?upgrade=search@9.0.0", "Версии 9.0.0 модуля search нет"),
        ("/plan?install=search", "Так уже и есть"),
        ("/plan?install=%3Cx%3E", "В заявке недопустимое имя"),
        ("/environments/moon", "окружения 'moon' нет"),
        ("/environments/staging/rollback", "нет более старого выпуска"),
        ("/environments/staging/rollback?to=rel_20200101_000000000000", "не выпуск"),
        ("/changes/77", "запроса на слияние №77 нет"),
        ("/modules/zzz", "модуля 'zzz' нет"),
        ("/releases/rel_zzz", "выпуска rel_zzz нет"),
        ("/builds/bld_9_9", "сборки bld_9_9 нет"),
    ],
)
def test_a_refusal_and_its_hint_are_told_in_russian(untouched: Api, path: str, told: str) -> None:
    assert told in demand_russian(untouched, path)


def test_a_policy_of_the_platform_s_own_stays_in_its_words_and_is_marked(fresh: Api) -> None:
    forbid(fresh.world)
    page = reader(fresh).open("/plan?install=blog")
    assert english(page) == []
    assert '<span lang="en">No blog before the sale is over</span>' in page.html
