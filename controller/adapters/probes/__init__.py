"""
Asks a running platform how it is, over HTTP.

    prober      `HttpProber`, the port: asks, and gives the answer to the judge of the check's kind
    asking      one GET with a deadline and a limit
    judging     an answer into a result, by kind; pure

What can be told apart is kept apart: "it is not well" is `failed`, "it could not be told" is `errored`.
"""

from controller.adapters.probes.prober import HttpProber

__all__ = ["HttpProber"]
