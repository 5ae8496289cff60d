"""PyGithub is loaded for its requester: its objects wait until somebody asks for one."""

from __future__ import annotations

import subprocess
import sys

_UNREAD = (
    "import sys\n"
    "import controller.adapters.github.library\n"
    "unread = [n for n, m in sys.modules.items() if n.startswith('github.') and type(m).__name__ == '_Unread']\n"
)


def told(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.strip()


def test_an_object_that_nobody_asks_for_is_not_read() -> None:
    names = told(_UNREAD + "print(*unread, 'nacl' in sys.modules)").split()
    assert {"github.Repository", "github.Organization", "False"} <= set(names)


def test_an_object_that_is_asked_for_is_there_as_it_always_was() -> None:
    program = (
        "import github, github.Repository\n"
        "found = github.Repository.Repository\n"
        "from github.Repository import Repository\n"
        "from github import Github\n"
        "made = Github(lazy=True).get_repo('acme/platform')\n"
        "print(found is Repository, isinstance(made, Repository), github.Repository.__class__.__name__)"
    )
    assert told(_UNREAD + program) == "True True module"


def test_a_name_that_a_module_does_not_have_is_an_error_as_ever() -> None:
    program = (
        "import github.Repository\n"
        "try:\n    github.Repository.nothing\nexcept AttributeError as error:\n    print('nothing' in str(error))"
    )
    assert told(_UNREAD + program) == "True"


def test_libraries_of_others_are_found_as_before() -> None:
    assert (
        told(_UNREAD + "print([type(one).__name__ for one in sys.meta_path if 'Objects' in type(one).__name__])")
        == "[]"
    )
