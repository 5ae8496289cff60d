"""
The story of Modwright on one machine, and the people in it.

What belongs here: wiring sandbox, controller and the example platform together; playing the people on the forge; telling
the story and holding each step to what can be seen from outside. Nothing here is needed by a production controller.

May import nothing of `controller`, `sandbox` or `codegen`: the demo starts them as programs and speaks to them over
HTTP, git and the command line, as anybody could.
"""
