"""Workflow runs: the workflow files of a repository on the forge, really run on this machine by `act`.

Here belongs what stands between an event and a finished run: reading workflows, planning jobs, preparing the folder,
running act, and telling the forge's records what it says. What GitHub's own actions do is in `standins/`.
Imports `sandbox.forge` by its documented faces, `sandbox.configuration`, `sandbox.processes.tether`, ruamel.yaml.
"""
