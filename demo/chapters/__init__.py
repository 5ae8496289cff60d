"""One file a chapter of the story, in the order of `demo.story`. Each only uses what anybody could use from outside."""
