"""
The service: watches a platform repository, promotes what was merged, takes back what fails.

Layers, each importing only what stands below it:

    cli                   commands: parse, call, print
    wiring                the only place that builds adapters
    api                   routes: parse, call, answer
    reconcile             one pass: observe, decide, execute
    operations            one file per use case; called by the API and by `execute` alike
    adapters              one file per outside system; no rules
    ports                 what the layers above ask of the outside
    core                  values in, values out

`adapters` and `operations` do not know each other: both know the ports. `lint-imports` holds this.
"""
