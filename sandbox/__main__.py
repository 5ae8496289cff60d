"""`python -m sandbox serve --config FILE --state DIR`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from sandbox.configuration import ConfigurationError, load


def main(arguments: list[str] | None = None) -> int:
    """Exit 0 after a signal, 2 where the configuration cannot be used."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="GitHub and hosts for a platform, on loopback"
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    serve_verb = verbs.add_parser("serve", help="run all services until SIGTERM or SIGINT")
    serve_verb.add_argument(
        "--config", type=Path, required=True, help="what exists: users, App, repositories, environments"
    )
    serve_verb.add_argument("--state", type=Path, required=True, help="folder that survives a restart")
    chosen = parser.parse_args(arguments)
    try:
        settings = load(chosen.config)
    except ConfigurationError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    # A bad configuration is told before the servers are imported.
    from sandbox.serve import serve

    asyncio.run(serve(settings, chosen.state.absolute()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
