"""alice asks for `blog`; bob approves; it arrives in production without a second build."""

from __future__ import annotations

from demo import image_registry
from demo.proposals import Candidate, arrived, ask_for, built, gate, lists, merged
from demo.scene import PRODUCTION, STAGING, Scene
from demo.seeing import expect, expect_in


def ask(scene: Scene) -> Candidate:
    """The plan first, then the proposal with its gate and its image."""
    text = scene.product.type("alice", "plan", "blog")
    scene.timeline.show(_without_hosts_files(text))
    expect_in("the plan names what blog pulls in", text=text, wanted="content")
    runs = scene.runs()
    number = ask_for(scene, "install", "blog", reason="we want to write")
    pull = scene.dave.get(f"/pulls/{number}")
    scene.tell(f"#{number} “{pull['title']}” by {pull['user']['login']}", where=pull["html_url"], proof="REST")
    found = built(scene, number)
    check = gate(scene.dave, found.head)
    proof = f"{found.digest[:19]} in the image registry"
    scene.tell("image built by the workflow", where=f"run of #{number}", proof=proof)
    scene.tell(f"the gate waits: {check['output']['title']}", where=f"check run of {found.head[:12]}", proof="REST")
    expect("builds for it", seen=scene.runs() - runs, wanted=1)
    return found


def _without_hosts_files(plan: str) -> str:
    """The plan as far as a screen holds it: modules, policies, and the diff of the manifest."""
    before, _, rest = plan.partition("--- a/")
    _, _, manifest = f"--- a/{rest}".partition("--- a/modules.toml")
    return f"{before}(five files; the manifest's diff:)\n--- a/modules.toml{manifest}"


def approve(scene: Scene, found: Candidate) -> None:
    """bob approves, the bot merges, and the very image that was built arrives."""
    runs = scene.runs()
    scene.bob.approve(found.number)
    _merged_as_built(scene, found)
    _arrives(scene, found)
    expect("builds since the candidate", seen=scene.runs() - runs, wanted=0)
    scene.tell("nothing was compiled again", where="Actions", proof=f"still {runs} runs")


def _merged_as_built(scene: Scene, found: Candidate) -> None:
    commit = merged(scene, found.number)
    expect("the tree of the merge", seen=_tree(scene, commit), wanted=_tree(scene, found.head))
    proof = "REST: merged_by, and the tree is the one that was built"
    scene.tell(f"bob approves, the bot merges #{found.number}", where=f"main at {commit[:12]}", proof=proof)


def _arrives(scene: Scene, found: Candidate) -> None:
    merged_at = scene.timeline.seconds
    for environment in (STAGING, PRODUCTION):
        arrived(scene, found.digest, environment=environment)
        after = scene.timeline.seconds - merged_at
        proof = f"/health/ says {found.digest[:19]}, {after:.1f} s after the merge"
        scene.tell("it arrives", where=environment, proof=proof)
    lists(scene, present=frozenset({"blog", "content"}))
    label = image_registry.labels(scene.known["images"], found.digest)["dev.modwright.input-tree"]
    expect("the tree that production names", seen=scene.answered(PRODUCTION).tree, wanted=label)
    proof = f"/health/modules, and the image's label names the tree {label[:12]}"
    scene.tell("production lists blog and content", where=PRODUCTION, proof=proof)


def _tree(scene: Scene, commit: str) -> str:
    return str(scene.dave.get(f"/git/commits/{commit}")["tree"]["sha"])
