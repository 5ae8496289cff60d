"""
The command line: parse, ask the API, print. One file for each few verbs that belong together.

Here belong the words that people type and the tables that they read. No rule: whether something may be done is the
API's answer. `plan`, `status`, `releases` and `audit` also read a clone, since history must not need a server.

May import: click, requests, `codegen`'s library; of `controller` the core, `operations` and the git adapter to read a
clone, and to run the controller `wiring`, `serving` and `reconcile`. `audit verify --online` also has `wiring` build
whom it asks.
"""
