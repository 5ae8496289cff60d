"""How a subject says that it takes another back: `Revert "…"`, and `Reapply "…"` where that is what it takes back."""

from __future__ import annotations

import re

_NUMBER = re.compile(r" \(#\d+\)$")
# A title that was cut ends without its quotation mark.
_LAYER = re.compile(r'(Revert|Reapply) "(.+)(?:"|(?<=…))', re.DOTALL)
_LONGEST = 1000


def takes_back(subject: str) -> str:
    """
    The subject of the commit that takes that one back: `Revert "Install blog"`, then `Reapply "Install blog"`, then the
    first again.

    It is Git's own word for a revert of a revert (2.43 and later). Git and forges pile it up in the next round; here it
    says how it stands, however often that was turned. A proposal's number is left out: it would link to the wrong one.
    """
    is_back, inner = False, _NUMBER.sub("", subject[:_LONGEST].strip())
    while (layer := _LAYER.fullmatch(inner)) is not None:
        is_back ^= layer[1] == "Revert"
        inner = _NUMBER.sub("", layer[2].strip())
    return f'{"Reapply" if is_back else "Revert"} "{inner}"'
