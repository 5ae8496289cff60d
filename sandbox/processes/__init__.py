"""Environments as processes of this machine, each behind an address that stays.

Here belongs what a cluster does for an image: pull it by digest, unpack it, run what must come before, start it beside
the old one, switch without a dropped request, stop the old one. What the image is about is not known here: names of its
environment variables are data (`variables.py`). Imports the standard library, Starlette and `sandbox.configuration`.
"""
