"""The composition root: the only place that builds adapters. Building asks nothing of the outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from controller.adapters.git import Mirror
from controller.adapters.github import AppCredentials, GitHubForge
from controller.adapters.github.sign_in import GitHubSignIn
from controller.adapters.images import OciImageRegistry
from controller.adapters.probes import HttpProber
from controller.adapters.processes import ProcessCluster
from controller.adapters.signing import SigningKey
from controller.adapters.statement_keys import KeyAddress, KeyFile
from controller.core.errors import Terminal
from controller.core.model import BranchName
from controller.operations.audit import Witnesses
from controller.operations.platform import Platform
from controller.ports import Forge, SignIn, StatementKeys
from controller.reconcile.loop import Loop
from controller.settings import IdentitySettings, Settings, secret

if TYPE_CHECKING:
    from controller.access.callers import Doors
    from controller.serving.running import Face

_MIRROR = "mirror.git"
_ENDED_SESSIONS = "ended-sessions"


def build_platform(settings: Settings) -> Platform:
    """One platform repository with its outside. `Terminal` where a secret or the state folder cannot be used."""
    forge = _forge(settings)
    images = settings.images
    return Platform(
        forge=forge,
        mirror=_mirror(settings, forge),
        images=OciImageRegistry(images.registry, token=secret(images.token_file) if images.token_file else ""),
        cluster=ProcessCluster(settings.processes.url, token=secret(settings.processes.token_file)),
        prober=HttpProber(),
        clock=_now,
        signer=SigningKey.load(settings.signing_key_file),
        default_branch=BranchName(settings.forge.default_branch),
    )


def build_loop(settings: Settings) -> Loop:
    """The loop over that platform."""
    return Loop(build_platform(settings), sweep=settings.sweep_interval)


def build_face(settings: Settings) -> Face:
    """What the API believes: tokens, and the secrets that a delivery may be signed with."""
    # Imported here, so that one pass without an API costs no web framework.
    from controller.access.tokens import Tokens
    from controller.serving.running import Face

    return Face(
        host=settings.listen.host,
        port=settings.listen.port,
        tokens=Tokens(settings.tokens_file),
        doors=_doors(settings),
        webhook_secrets=tuple(secret(file).encode() for file in settings.webhook_secret_files),
        web=f"{settings.forge.git.rstrip('/').removesuffix('.git')}/pull/",
    )


def _doors(settings: Settings) -> Doors:
    from controller.access.callers import Doors
    from controller.access.rates import Limits
    from controller.access.statements import Identity

    limits, identity = settings.limits, settings.identity
    return Doors(
        session_keys=tuple(secret(file).encode() for file in settings.session_key_files),
        ended_sessions=_state(settings) / _ENDED_SESSIONS,
        public_url=settings.public_url or "",
        sign_in=_sign_in(settings),
        identity=Identity(
            issuer=identity.issuer,
            audience=identity.audience,
            keys=_statement_keys(identity),
            login_claim=identity.login_claim,
            name_claim=identity.name_claim,
        )
        if identity is not None
        else None,
        limits=Limits(limits.requests_per_minute, limits.writes_per_minute, limits.sign_ins_per_minute),
    )


def _sign_in(settings: Settings) -> SignIn | None:
    asked = settings.sign_in
    if asked is None:
        return None
    return GitHubSignIn(
        client_id=asked.client_id,
        client_secret=secret(asked.client_secret_file),
        web=asked.web,
        api=settings.forge.api,
    )


def _statement_keys(identity: IdentitySettings) -> StatementKeys:
    return KeyFile(identity.jwks_file) if identity.jwks_file is not None else KeyAddress(identity.jwks_url or "")


def build_witnesses(settings: Settings) -> Witnesses:
    """Whom an audit asks beside git. Nothing is made or written for it."""
    images = settings.images
    token = secret(images.token_file) if images.token_file else ""
    return Witnesses(forge=_forge(settings), images=OciImageRegistry(images.registry, token=token))


def _forge(settings: Settings) -> GitHubForge:
    forge = settings.forge
    return GitHubForge(
        repository=forge.repository,
        credentials=AppCredentials(app_id=forge.app_id, private_key=secret(forge.private_key_file)),
        default_branch=BranchName(forge.default_branch),
        image_workflow=forge.image_workflow,
        api=forge.api,
        pacing=timedelta(seconds=forge.pacing),
        console=settings.public_url or "",
    )


def _mirror(settings: Settings, forge: Forge) -> Mirror:
    return Mirror(_state(settings) / _MIRROR, url=settings.forge.git, token=forge.push_token)


def _state(settings: Settings) -> Path:
    try:
        settings.state.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{settings.state} cannot be made: {error.strerror}"
        raise Terminal("StateFolder", message, hint="name a folder that the controller may write to") from error
    return settings.state


def _now() -> datetime:
    return datetime.now(UTC)
