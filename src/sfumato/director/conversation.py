"""The turns of a conversation, sorted: the newest message, the pictures, what each shows.

Knows no orders: what the words mean is read elsewhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sfumato.director.ordering import is_change
from sfumato.director.rewriting import LONGEST, rewritten
from sfumato.director.turns import Said, Shown, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """`attached` came with the newest message, `batch` in the director's last answer.

    `pictures` are all, each once, in the order of their first showing; `shows` says by its id what
    a picture shows, in the words of a prompt, where that is known. `asked` are the user's earlier
    messages; `unanswered` if nothing followed the last of them.
    """

    text: str = ""
    attached: tuple[Shown, ...] = ()
    pictures: tuple[Shown, ...] = ()
    batch: tuple[Shown, ...] = ()
    asked: tuple[str, ...] = ()
    unanswered: bool = False
    shows: Mapping[str, str] = field(default_factory=dict)

    @property
    def newest(self) -> Shown | None:
        """What "it" is: the first attached picture, else the last one shown."""
        return next(iter((*self.attached, *reversed(self.pictures))), None)

    def before(self, picture: Shown) -> Shown | None:
        """The picture that was shown before this one."""
        at = [p.id for p in self.pictures].index(picture.id)
        return self.pictures[at - 1] if at else None


def conversation(turns: Sequence[Turn]) -> Conversation:
    """Sort the turns; a picture that is shown again counts as attached and keeps its facts."""
    facts = _facts(turns)
    cut = _start_of_newest(turns)
    earlier, newest = turns[:cut], turns[cut:]
    said = [t.text for t in newest if isinstance(t, Said)]
    pictures = _once(turns, facts)
    return Conversation(
        text=said[-1] if said else "",
        attached=_once(newest, facts),
        pictures=pictures,
        batch=_once(_last_answer(earlier), facts),
        asked=tuple(t.text for t in earlier if isinstance(t, Said) and t.by == "user"),
        unanswered=bool(earlier) and isinstance(earlier[-1], Said) and earlier[-1].by == "user",
        shows=_shows(pictures),
    )


def _facts(turns: Iterable[Turn]) -> dict[str, Shown]:
    """Every picture by its id; a later showing adds what the first did not tell."""
    found: dict[str, Shown] = {}
    for turn in turns:
        if isinstance(turn, Shown):
            first = found.setdefault(turn.id, turn)
            found[turn.id] = replace(
                first,
                prompt=first.prompt or turn.prompt,
                caption=first.caption or turn.caption,
                things=first.things or turn.things,
                width=first.width or turn.width,
                height=first.height or turn.height,
            )
    return found


def _once(turns: Iterable[Turn], facts: Mapping[str, Shown]) -> tuple[Shown, ...]:
    ids = dict.fromkeys(turn.id for turn in turns if isinstance(turn, Shown))
    return tuple(facts[each] for each in ids)


def _start_of_newest(turns: Sequence[Turn]) -> int:
    """Where the newest message begins: its pictures may stand before or after its text."""
    seen: dict[str, int] = {}
    for place, turn in enumerate(turns):
        if isinstance(turn, Shown):
            seen.setdefault(turn.id, place)

    def run(end: int) -> int:
        """Back over what the user showed: uploads, and pictures named again."""
        while end and isinstance(turn := turns[end - 1], Shown):
            if turn.by == "director" and seen[turn.id] == end - 1:
                break
            end -= 1
        return end

    end = len(turns)
    after = end
    while after and isinstance(turns[after - 1], Shown):
        after -= 1
    if after and isinstance(last := turns[after - 1], Said) and last.by == "user":
        return run(after - 1)  # whatever follows the last text was named along with it
    return run(end)


def _last_answer(earlier: Sequence[Turn]) -> Sequence[Turn]:
    """The director's pictures since the user spoke last."""
    end = len(earlier)
    while end and earlier[end - 1].by == "director":
        end -= 1
    return earlier[end:]


def _shows(pictures: Sequence[Shown]) -> dict[str, str]:
    """What each shows: its caption, its prompt, or an earlier prompt with the changes since."""
    shows: dict[str, str] = {}
    last: str | None = None
    for picture in pictures:
        known = picture.caption or picture.prompt
        if not picture.caption and picture.prompt and is_change(picture.prompt):
            known = rewritten(last, picture.prompt) if last else None
        if known is None and picture.things:
            known = ", ".join(picture.things)
        last = known if known is None or len(known) <= LONGEST else None
        if known is not None:
            shows[picture.id] = known
    return shows
