"""Words that point at what is in a Scene → the things and letterings that they mean.

"it", "the hat", "the second apple", "the left one", "the bigger tree", "everything", "the words".
Knows nothing about what is to be done with them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sfumato.native import kinds
from sfumato.native.belongings import is_being
from sfumato.native.editing.changes import Handle, Which
from sfumato.native.editing.stage import ATTACHED, Stage
from sfumato.native.kinds import is_one_of
from sfumato.native.lexicon import lexicon, singulars
from sfumato.native.memory import fold
from sfumato.native.phrases import colour_of
from sfumato.native.reading import Mention
from sfumato.native.scene import Scene, Thing

IT = frozenset("it this that he him she her its itself one".split())
THEM = frozenset("them they these those their all both each ones".split())
EVERYTHING = re.compile(
    r"(?:everything|all(?: of (?:it|them))?|all (?:the )?(?:things|objects)|(?:the"
    r" )?(?:whole |entire )?"
    r"(?:picture|image|scene|drawing|illustration)|every ?thing|the lot)"
)
WORDS = re.compile(
    r"(?:the |that |this |all |its )*(?:\w+ )??(?P<noun>texts?|words?|letterings?|writing"
    r"|captions?|"
    r"letters|inscription|message|title|label|signs?|signboard|bubbles?|speech bubbles?|banners?|"
    r"ribbon|card)"
)
HOLDER_WORDS = {
    "sign": "sign",
    "signboard": "sign",
    "bubble": "bubble",
    "speech bubble": "bubble",
    "banner": "banner",
    "ribbon": "banner",
    "card": "card",
}
ORDINALS: Mapping[str, int] = {
    word: place
    for place, words in enumerate(
        (
            "first 1st",
            "second 2nd",
            "third 3rd",
            "fourth 4th",
            "fifth 5th",
            "sixth 6th",
            "seventh 7th",
            "eighth 8th",
        )
    )
    for word in words.split()
} | {"last": -1}
SIDE_PHRASES = (
    (
        re.compile(
            r"\b(?:on|at|to|in) the (?:far )?(left|right|top|bottom|middle|cent(?:er|re)"
            r"|back|front)"
            r"(?: side| hand side)?\b(?! of)"
        ),
        1,
    ),
    (re.compile(r"\bin the (back|fore)ground\b"), 1),
)
ALIASES = {
    "back": "far",
    "fore": "near",
    "front": "near",
    "center": "middle",
    "centre": "middle",
    "leftmost": "left",
    "rightmost": "right",
    "upper": "top",
    "lower": "bottom",
    "topmost": "top",
    "central": "middle",
    "left hand": "left",
    "right hand": "right",
}
RANKS: Mapping[str, Callable[[Thing], float]] = {
    "left": lambda t: -t.x,
    "right": lambda t: t.x,
    "top": lambda t: -t.y,
    "bottom": lambda t: t.y,
    "middle": lambda t: -abs(t.x - 0.5),
    "big": lambda t: t.size,
    "small": lambda t: -t.size,
}
BIG = frozenset("big bigger biggest large larger largest tall taller tallest huge giant".split())
SMALL = frozenset("small smaller smallest little tiny shorter shortest tiniest".split())
SKIPPED = frozenset(
    "the a an this that these those my your his her its their of all every each both "
    "any other more".split()
)
GENERIC = frozenset("one ones thing things object objects item items figure figures".split())
PLANTS = kinds.CANOPIES | frozenset(
    "flower rose tulip blossom bouquet cactus leaf herb sunflower hibiscus mushroom"
    " seedling".split()
)
HYPERNYMS: Mapping[str, tuple[str, ...]] = {
    "animal": ("Animals & Nature", "animals"),
    "person": ("People & Body", "people"),
    "fruit": ("Food & Drink", "food"),
    "food": ("Food & Drink", "food"),
}
NOT_NOUNS = frozenset("and or with in on at to into of from background sky night day".split())
NEAR = 0.62  # cosine from which a word means one of the few things that are there


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Finds what words mean in one scene; `focus` is what was spoken of last."""

    scene: Scene
    stage: Stage
    focus: Which = ()

    def find(self, words: str) -> Which | None:
        """What `words` mean, None when nothing here is called so."""
        said = fold(words)
        if not said:
            return None
        if said in IT:
            return self.it()
        if said in THEM or said in ("all of them", "both of them", "the things", "the ones"):
            return self.them()
        if EVERYTHING.fullmatch(said):
            return self.everything()
        if (match := WORDS.fullmatch(said)) and (found := self._letterings(match["noun"])):
            return found
        if except_ := re.fullmatch(
            r"(?:everything|all)(?: \w+)? (?:but|except|apart from) (.+)", said
        ):
            kept = self.find(except_[1])
            return None if kept is None else tuple(h for h in self.everything() if h not in kept)
        return self._several(said) or self._named(said)

    def it(self) -> Which:
        """What was spoken of last, else the main thing, with its likes."""
        return self.focus or self._main()

    def them(self) -> Which:
        """What was spoken of last if it is several, else the main things, else all."""
        if len(self.focus) > 1:
            return self.focus
        main = self._main()
        return main if len(main) > 1 else self.everything()

    def everything(self) -> Which:
        """Every thing; words on the picture are not meant."""
        return tuple(Handle(index=i) for i in range(len(self.scene.things)))

    def _main(self) -> Which:
        things = self.scene.things
        if not things:
            return tuple(Handle(kind="words", index=i) for i in range(len(self.scene.lettering)))
        main = max(things, key=self._weight)
        return tuple(Handle(index=i) for i, t in enumerate(things) if t.concept == main.concept)

    def _weight(self, thing: Thing) -> float:
        """How much a thing is what the picture is about."""
        mention = Mention(concept=thing.concept, asset=thing.asset)
        known = thing.asset is not None and thing.asset in self.stage.memory
        weight = 2.2 if known and is_being(mention, self.stage.memory) else 1.0
        canopy = is_one_of(thing.concept, kinds.CANOPIES | kinds.ORBS | {"cloud", "mountain"})
        worn = any(is_one_of(thing.concept, words) for words in ATTACHED)
        return weight * thing.size * (0.4 if canopy else 0.3 if worn else 1.0)

    def _letterings(self, noun: str) -> Which:
        holder = HOLDER_WORDS.get(noun.removesuffix("s"))
        if holder is not None and any(self._is(t, noun) for t in self.scene.things):
            return ()
        return tuple(
            Handle(kind="words", index=i)
            for i, words in enumerate(self.scene.lettering)
            if holder in (None, words.holder)
        )

    def _several(self, said: str) -> Which | None:
        """ "The cat and the dog": each must be there."""
        parts = [p for p in re.split(r"\s+and\s+(?:the\s+)?", said) if p]
        if len(parts) < 2:
            return None
        found = [self.find(part) for part in parts]
        if any(f is None for f in found):
            return None
        return tuple(dict.fromkeys(h for f in found if f for h in f))

    def _named(self, said: str) -> Which | None:
        said, place = _side_of(said)
        owner = None
        if match := re.fullmatch(r"(.+?)(?:'s| s) (.+)", said):
            owner, said = self.find(match[1]), match[2]
        elif match := re.fullmatch(
            r"(.+?) (?:of|on|under|next to|near|beside|behind|above|in) (the .+)", said
        ):
            amount = match[1] in lexicon().numbers or match[1] in SKIPPED
            owner = None if amount else self.find(match[2])
            said = match[1] if owner else said
        tokens = [w for w in said.split() if w not in SKIPPED]
        number, tokens = _number(tokens)
        whole = self._called(" ".join(tokens)) if tokens else None
        rank = [place] if place else []
        order: int | None = None
        colour: str | None = None
        while not whole and len(tokens) > 0:
            word, *tokens = tokens
            if word in ORDINALS:
                order = ORDINALS[word]
            elif (side := ALIASES.get(word, word)) in ("left", "right", "top", "bottom", "middle"):
                rank.append(side)
            elif word in BIG or word in SMALL:
                rank.append("big" if word in BIG else "small")
            elif word in lexicon().colours:
                colour = colour_of(word)[0]
            elif word not in lexicon().shades and word not in lexicon().adjectives:
                tokens = [word, *tokens]
                break
            rest = " ".join(tokens)
            whole = self._called(rest) if rest else self._generic("things", colour)
        if not whole:
            whole = self._meant(" ".join(tokens)) if tokens else None
        if not whole:
            return None
        candidates, plural = whole
        if colour is not None:
            candidates = [i for i in candidates if self._has_colour(self.scene.things[i], colour)]
        return self._chosen(candidates, plural, order, rank, number, owner)

    def _chosen(
        self,
        candidates: Sequence[int],
        plural: bool,
        order: int | None,
        rank: Sequence[str],
        number: int | None,
        owner: Which | None,
    ) -> Which | None:
        things = self.scene.things
        if not candidates:
            return None
        if owner:
            near = [things[h.index] for h in owner if h.kind == "thing"]
            candidates = [i for i in candidates if things[i] not in near] or candidates
            if near:
                candidates = sorted(
                    candidates,
                    key=lambda i: min(
                        abs(things[i].x - t.x) + abs(things[i].y - t.y) for t in near
                    ),
                )
                candidates = candidates if plural else candidates[:1]
        if order is not None:
            by_x = sorted(candidates, key=lambda i: things[i].x)
            if order >= len(by_x):
                return None
            return (Handle(index=by_x[order]),)
        if rank:
            best = max(candidates, key=lambda i: _rank(things, i, rank))
            return (Handle(index=best),)
        if number is not None:
            if number > len(candidates):
                return None
            candidates = sorted(candidates, key=lambda i: things[i].x)[:number]
            return tuple(Handle(index=i) for i in candidates)
        if plural:
            return tuple(Handle(index=i) for i in candidates)
        focused = [h for h in self.focus if h.kind == "thing" and h.index in candidates]
        best = max(candidates, key=lambda i: (things[i].size, -abs(things[i].x - 0.5)))
        return tuple(focused) or (Handle(index=best),)

    def _called(self, noun: str) -> tuple[list[int], bool] | None:
        """The things of that name, and whether it is said in the plural."""
        if noun in GENERIC:
            return self._generic(noun, None)
        for form, plural in ((noun, False), *((s, True) for s in _singular_phrases(noun))):
            found = [i for i, t in enumerate(self.scene.things) if self._is(t, form)]
            if found:
                return found, plural
        for form, plural in ((noun, False), *((s, True) for s in _singular_phrases(noun))):
            categories = HYPERNYMS.get(form, ())
            found = [
                i
                for i, t in enumerate(self.scene.things)
                if self._category(t) in categories and not is_one_of(t.concept, PLANTS)
            ]
            if found and categories:
                return found, plural
        return None

    def _generic(self, noun: str, colour: str | None) -> tuple[list[int], bool] | None:
        """ "The left one": of what was spoken of, or of everything."""
        spoken = [self.scene.things[h.index].concept for h in self.focus if h.kind == "thing"]
        things = list(enumerate(self.scene.things))
        found = [i for i, t in things if t.concept in spoken] if noun in ("one", "ones") else []
        everything = [i for i, _ in things]
        return (found if len(found) > 1 else everything), noun.endswith("s") and noun != "things"

    def _is(self, thing: Thing, noun: str) -> bool:
        """Whether `noun` names the thing: its title, one of its names, or its last word."""
        concept = fold(thing.concept)
        if noun == concept or noun == concept.split()[-1]:
            return True
        if thing.asset is not None and thing.asset in self.stage.memory:
            return noun in self.stage.memory[thing.asset].names
        return False

    def _category(self, thing: Thing) -> str:
        if thing.asset is None or thing.asset not in self.stage.memory:
            return ""
        return self.stage.memory[thing.asset].category

    def _has_colour(self, thing: Thing, colour: str) -> bool:
        if thing.colour is not None:
            return thing.colour == colour
        if thing.asset is None or thing.asset not in self.stage.memory:
            return False
        return self.stage.memory[thing.asset].colour == colour

    def _meant(self, noun: str) -> tuple[list[int], bool] | None:
        """The one concept here that means most nearly the noun, if it is near enough."""
        concepts = list(dict.fromkeys(t.concept for t in self.scene.things))
        if not concepts or len(noun) < 3 or not noun.isascii():
            return None
        if any(word in lexicon().colours or word in NOT_NOUNS for word in noun.split()):
            return None
        vectors = self.stage.encode.sentence([noun, *concepts])
        scores = vectors[1:] @ vectors[0]
        best = int(scores.argmax())
        if scores[best] < NEAR:
            return None
        found = [i for i, t in enumerate(self.scene.things) if t.concept == concepts[best]]
        return found, bool(singulars(noun.split()[-1]))


def _rank(things: Sequence[Thing], index: int, rank: Sequence[str]) -> float:
    depth = {"near": index, "far": -index}
    return sum(RANKS[r](things[index]) if r in RANKS else depth.get(r, 0) for r in rank)


def _side_of(said: str) -> tuple[str, str | None]:
    """The words without "on the left" and the like, and which side they said."""
    for pattern, group in SIDE_PHRASES:
        if match := pattern.search(said):
            side = ALIASES.get(match[group], match[group])
            rest = f"{said[: match.start()]} {said[match.end() :]}"
            return " ".join(rest.split()), side
    return said, None


def _number(tokens: list[str]) -> tuple[int | None, list[str]]:
    numbers = lexicon().numbers
    if tokens and tokens[0] in numbers and tokens[0] not in ("a", "an"):
        one = len(tokens) > 1 or numbers[tokens[0]] > 1
        return (numbers[tokens[0]], tokens[1:]) if one else (None, tokens)
    if tokens and tokens[0].isdigit():
        return int(tokens[0]), tokens[1:]
    return None, tokens


def _singular_phrases(noun: str) -> list[str]:
    head, _, last = noun.rpartition(" ")
    return [f"{head} {single}".strip() for single in singulars(last)]
