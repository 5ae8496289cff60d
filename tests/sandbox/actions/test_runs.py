"""Small workflows on a real forge, really run by act."""

import asyncio
import base64
import textwrap
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.forge.refusals import Refusal
from tests.support.children import living_children

from .conftest import SECRET, World, running

pytestmark = pytest.mark.slow


def workflow(jobs: str, *, on: str = "workflow_dispatch", more: str = "") -> str:
    return f"on: {on}\n{more}\njobs:\n{textwrap.indent(textwrap.dedent(jobs).strip(), '  ')}\n"


def job(steps: str, *, more: str = "") -> str:
    """One job `build` with these steps."""
    head = f"build:\n  runs-on: ubuntu-24.04\n{textwrap.indent(textwrap.dedent(more).strip(), '  ')}\n  steps:\n"
    return workflow(head + textwrap.indent(textwrap.dedent(steps).strip(), "    "))


def play(
    state: Path, text: str | dict[str, str], story: Callable[[World], Awaitable[None]], **repositories: Any
) -> None:
    async def told() -> None:
        workflows = text if isinstance(text, dict) else {"main.yml": text}
        async with running(state, workflows, **repositories) as world:
            await story(world)

    before = living_children()
    asyncio.run(told())
    assert living_children() <= before


def test_a_run_has_jobs_steps_and_logs(tmp_path: Path) -> None:
    steps = """
        - name: Greet
          run: echo "hello ${{ vars.IMAGES }}"
        - run: 'true'
    """

    async def story(world: World) -> None:
        run = await world.run()
        assert (run["status"], run["conclusion"], run["event"]) == ("completed", "success", "workflow_dispatch")
        (build,) = world.jobs(run).values()
        assert (build["name"], build["conclusion"]) == ("build", "success")
        shown = [(step["name"], step["conclusion"]) for step in build["steps"]]
        assert shown == [
            ("Set up job", "success"),
            ("Greet", "success"),
            ("Run true", "success"),
            ("Complete job", "success"),
        ]
        assert "Z hello 127.0.0.1:5000\n" in world.log(build)
        assert not list((tmp_path / "actions" / "runs").iterdir())

    play(tmp_path, job(steps), story)


def test_the_log_grows_while_the_job_runs(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        run_id = world.dispatch()
        gate = tmp_path / "gate"
        while not (jobs := world.forge.runs.jobs(run_id)) or not world.forge.runs.log_path(jobs[0]["id"]).is_file():
            await asyncio.sleep(0.01)
        while "waiting at the gate" not in world.log(jobs[0]):
            await asyncio.sleep(0.01)
        assert world.forge.runs.get(run_id)["status"] == "in_progress"
        gate.touch()
        assert (await world.finished(run_id))["conclusion"] == "success"

    play(tmp_path, job(f"- run: echo waiting at the gate; while [ ! -e {tmp_path}/gate ]; do sleep 0.01; done"), story)


def test_a_failing_step_fails_the_job_and_skips_what_needs_it(tmp_path: Path) -> None:
    text = workflow("""
        build:
          runs-on: ubuntu-24.04
          steps:
            - run: |
                echo "::error file=src/blog.rs,line=7,title=module blog::expected u8, found u16"
                exit 3
            - run: 'true'
        publish:
          needs: build
          runs-on: ubuntu-24.04
          steps: [{run: 'true'}]
    """)

    async def story(world: World) -> None:
        run = await world.run()
        assert run["conclusion"] == "failure"
        assert world.conclusions(run) == {"build": "failure", "publish": "skipped"}
        shown = [step["conclusion"] for step in world.jobs(run)["build"]["steps"]]
        assert shown == ["success", "failure", "skipped", "success"]
        assert world.jobs(run)["publish"]["steps"] == []
        compiler, runner = world.annotations(world.jobs(run)["build"])
        assert (compiler["path"], compiler["start_line"], compiler["annotation_level"]) == ("src/blog.rs", 7, "failure")
        assert (compiler["title"], compiler["message"]) == ("module blog", "expected u8, found u16")
        assert runner["message"] == "Process completed with exit code 3."

    play(tmp_path, text, story)


def test_the_last_words_of_a_failing_step_are_never_lost(tmp_path: Path) -> None:
    """act alone loses them now and then, the more the busier the machine is."""
    steps = [f"step{n}: {{runs-on: ubuntu-24.04, steps: [{{run: 'echo last words; exit 1'}}]}}" for n in range(20)]

    async def story(world: World) -> None:
        run = await world.run()
        assert {name for name, job in world.jobs(run).items() if "last words\n" in world.log(job)} == {
            f"step{n}" for n in range(20)
        }

    play(tmp_path, workflow("\n".join(steps)), story)


def test_a_reusable_workflow_of_another_repository_gives_its_jobs(tmp_path: Path) -> None:
    caller = workflow(
        """
        image:
          uses: tool/tool/.github/workflows/image.yml@main
          with: { tree: "${{ inputs.tree }}" }
          secrets: { TOKEN: "${{ secrets.TOKEN }}" }
        """,
        on="{workflow_dispatch: {inputs: {tree: {required: true}}}}",
        more='name: Image\nrun-name: "${{ inputs.tree }} ${{ github.actor }}"',
    )
    called = workflow(
        """
        build:
          runs-on: ubuntu-24.04
          steps:
            - uses: actions/checkout@v4
              with: { repository: tool/tool, path: tool }
            - run: grep "the tool" tool/README.md
        publish:
          needs: build
          runs-on: ubuntu-24.04
          steps: [{run: 'echo "::notice title=image::{\\"tree\\":\\"${{ inputs.tree }}\\"}"'}]
        """,
        on="{workflow_call: {inputs: {tree: {type: string}}, secrets: {TOKEN: {}}}}",
    )

    async def story(world: World) -> None:
        run = await world.run(tree="4b825dc")
        assert (run["name"], run["title"]) == ("Image", "4b825dc alice")
        assert world.conclusions(run) == {"image / build": "success", "image / publish": "success"}
        (notice,) = world.annotations(world.jobs(run)["image / publish"])
        assert (notice["title"], notice["message"]) == ("image", '{"tree":"4b825dc"}')

    play(tmp_path, caller, story, tool={".github/workflows/image.yml": called})


def test_checkout_fetches_what_it_is_told_and_artifacts_travel(tmp_path: Path) -> None:
    text = workflow("""
        build:
          runs-on: ubuntu-24.04
          steps:
            - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683
              with: { ref: "${{ github.sha }}", path: source, persist-credentials: false }
            - run: |
                git -C source ls-tree ${{ github.sha }}
                ! grep -r extraheader source/.git/config
                cp source/README.md made
            - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02
              with: { name: binary, path: made, if-no-files-found: error }
        publish:
          needs: build
          runs-on: ubuntu-24.04
          steps:
            - uses: actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093
              with: { name: binary, path: in }
            - run: grep -q "the platform" in/made
    """)

    async def story(world: World) -> None:
        run = await world.run()
        assert world.conclusions(run) == {"build": "success", "publish": "success"}, world.log(world.jobs(run)["build"])

    play(tmp_path, text, story)


def test_no_secret_is_in_anything_that_is_kept(tmp_path: Path) -> None:
    encoded = base64.b64encode(SECRET.encode()).decode()
    steps = """
        - name: Say ${{ secrets.TOKEN }}
          run: |
            echo "::add-mask::made-up-later"
            echo "plain ${{ secrets.TOKEN }} and made-up-later"
            echo "::error title=${{ secrets.TOKEN }}::$(printf %s '${{ secrets.TOKEN }}' | base64)"
            echo "token ${{ github.token }}"
    """

    async def story(world: World) -> None:
        run = await world.run()
        (build,) = world.jobs(run).values()
        assert "plain *** and ***" in world.log(build)
        assert "token ***" in world.log(build)
        (error,) = world.annotations(build)
        assert (error["title"], error["message"]) == ("***", "***")

    play(tmp_path, job(steps), story)
    kept = b"".join(path.read_bytes() for path in (tmp_path / "forge").rglob("*") if path.is_file())
    for secret in (SECRET, encoded):
        assert secret.encode() not in kept


def test_nothing_of_the_sandbox_leaks_into_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_SANDBOX", "leaked")

    async def story(world: World) -> None:
        run = await world.run()
        (build,) = world.jobs(run).values()
        assert "leaked" not in world.log(build)

    play(tmp_path, job("- run: env"), story)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (job("- run: 'true'").replace("ubuntu-24.04", "windows-11"), "no runner here has the label windows-11"),
        (job("- uses: nobody/nothing@v1"), "Unable to resolve action `nobody/nothing@v1`"),
        (workflow("call: {uses: tool/tool/none.yml@main}"), "workflow was not found: tool/tool/none.yml@main"),
    ],
)
def test_a_workflow_that_cannot_run_fails_and_says_why(tmp_path: Path, text: str, said: str) -> None:
    async def story(world: World) -> None:
        run = await world.run()
        assert run["conclusion"] == "failure"
        (broken,) = world.jobs(run).values()
        (annotation,) = world.annotations(broken)
        assert said in annotation["message"]

    play(tmp_path, text, story)


def test_a_cancelled_run_ends_its_steps(tmp_path: Path) -> None:
    steps = """
        - run: echo begun; sleep 60
        - if: always()
          run: echo tidied up
    """

    async def story(world: World) -> None:
        first, second = world.dispatch(), world.dispatch()
        while not (jobs := world.forge.runs.jobs(first)) or jobs[0]["status"] != "in_progress":
            await asyncio.sleep(0.01)
        while "begun" not in world.log(jobs[0]):
            await asyncio.sleep(0.01)
        world.actions.cancel(second)
        assert world.forge.runs.get(second)["conclusion"] == "cancelled"
        world.actions.cancel(first)
        run = await world.finished(first)
        assert (run["conclusion"], world.conclusions(run)) == ("cancelled", {"build": "cancelled"})
        assert "tidied up" in world.log(jobs[0])

    play(tmp_path, job(steps), story)


def test_a_job_that_takes_too_long_is_timed_out(tmp_path: Path) -> None:
    async def story(world: World) -> None:
        run = await world.run()
        (build,) = world.jobs(run).values()
        assert (run["conclusion"], build["conclusion"]) == ("failure", "timed_out")
        assert "exceeded the maximum execution time of 0.01 minutes" in world.annotations(build)[0]["message"]

    play(tmp_path, job("- run: sleep 60", more="timeout-minutes: 0.01"), story)


def test_a_matrix_gives_a_job_for_each_value(tmp_path: Path) -> None:
    text = job("- run: echo ${{ matrix.python }}", more="strategy: {matrix: {python: ['3.11', '3.13']}}")

    async def story(world: World) -> None:
        assert world.conclusions(await world.run()) == {"build (3.11)": "success", "build (3.13)": "success"}

    play(tmp_path, text, story)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, "Required input 'commit' not provided"),
        ({"commit": "x", "surprise": "y"}, 'Unexpected inputs provided: ["surprise"]'),
        ({"commit": "x", "level": "c"}, "Provided value 'c' for input 'level' not in the list of allowed values"),
    ],
)
def test_a_dispatch_with_wrong_inputs_is_refused(tmp_path: Path, inputs: dict[str, str], said: str) -> None:
    on = "{workflow_dispatch: {inputs: {commit: {required: true}, level: {type: choice, options: [a, b]}}}}"

    async def story(world: World) -> None:
        with pytest.raises(Refusal) as refused:
            world.dispatch(**inputs)
        assert (refused.value.status, refused.value.message) == (422, said)
        assert not world.forge.runs.unfinished()

    play(tmp_path, workflow("build: {runs-on: ubuntu-24.04, steps: [{run: 'true'}]}", on=on), story)


def test_a_newer_run_of_a_concurrency_group_ends_the_older(tmp_path: Path) -> None:
    more = "concurrency: {group: '${{ github.ref }}', cancel-in-progress: true}"
    text = workflow("build: {runs-on: ubuntu-24.04, steps: [{run: sleep 0.3}]}", more=more)

    async def story(world: World) -> None:
        older, newer = world.dispatch(), world.dispatch()
        assert (await world.finished(newer))["conclusion"] == "success"
        assert world.forge.runs.get(older)["conclusion"] == "cancelled"

    play(tmp_path, text, story)


def test_what_a_restart_interrupted_is_marked_cancelled(tmp_path: Path) -> None:
    before = living_children()

    async def story() -> None:
        async with running(tmp_path, {"main.yml": job("- run: sleep 60")}) as world:
            run_id = world.dispatch()
            while not (jobs := world.forge.runs.jobs(run_id)) or jobs[0]["status"] != "in_progress":
                await asyncio.sleep(0.01)
        assert living_children() <= before
        async with running(tmp_path, {}) as world:
            run = world.forge.runs.get(run_id)
            assert (run["conclusion"], world.conclusions(run)) == ("cancelled", {"build": "cancelled"})

    asyncio.run(story())


def test_a_push_starts_the_workflows_that_ask_for_it(tmp_path: Path) -> None:
    jobs = "build: {runs-on: ubuntu-24.04, steps: [{run: 'true'}]}"
    workflows = {
        "on-main.yml": workflow(jobs, on="{push: {branches: [main]}}"),
        "on-topics.yml": workflow(jobs, on="{push: {branches: ['topic/*']}}"),
        "by-hand.yml": workflow(jobs),
    }

    async def story(world: World) -> None:
        await world.push("topic/one", tmp_path / "clone")
        (run,) = world.forge.runs.unfinished()
        assert (run["path"], run["head_branch"]) == (".github/workflows/on-topics.yml", "topic/one")
        run = await world.finished(run["id"])
        assert (run["event"], run["conclusion"], run["title"]) == ("push", "success", "Push to topic/one")

    play(tmp_path, workflows, story)
