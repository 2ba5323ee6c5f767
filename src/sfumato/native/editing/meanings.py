"""What a command of the grammar says: its matched words → changes, one function per command.

A reading of None hands the command on to the next rule. Knows no order of rules.
"""

import re

from sfumato.native.editing import places
from sfumato.native.editing.changes import (
    Add,
    Change,
    ChangeBackdrop,
    Flip,
    Handle,
    Light,
    Recolour,
    Remove,
    Replace,
    Resize,
    Restyle,
    Swap,
    Turn,
    Weather,
    Which,
)
from sfumato.native.editing.commands import listed
from sfumato.native.editing.hearing import Hearing, in_number, same_noun
from sfumato.native.editing.qualities import (
    factor_of,
    quality,
    scene_quality,
)
from sfumato.native.lexicon import lexicon
from sfumato.native.memory import fold
from sfumato.native.reading import Mention

IT = (
    r"(?:it|everything|all of it|(?:the|this) (?:whole |entire )?(?:picture|image|scene|drawing"
    r"|thing|day|weather|time(?: of day)?|season|style|sky))"
)


def scene_made(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    if (found := scene_quality(match["what"])) is not None:
        return found
    if not re.match(r"(?:re)?draw|render|restyle|do", match[0], re.I):
        return None
    reading = heard.read(match["what"])
    return [Restyle(style=reading.style)] if reading.style else None


def weather_gone(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    now = heard.scene.backdrop
    word = fold(match["what"]).split()[-1]
    if heard.knows(match["what"]):
        return None
    if word in (
        "rain",
        "raining",
        "snow",
        "snowing",
        "snowflakes",
        "stars",
        "weather",
        "raindrops",
    ):
        return [Weather(weather=None)] if now.weather else None
    return [Light(night=False)] if word in ("night", "darkness") and now.night else None


def recoloured(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """ "The colour of the cat to red": a quality said in another order."""
    return _made_of(match["what"], match["to"], heard)


def made(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """ "Make the cat red and the dog blue": pairs of a target and what it becomes."""
    changes: list[Change] = []
    target: Which | None = None
    for part in listed(match["what"]):
        said = _target_and_quality(part, heard)
        if said is None and target is not None and (more := quality(part, target)):
            if isinstance(more[0], Recolour) and isinstance(changes[-1], Recolour):
                return None  # "black and white": a thing takes one colour
            changes += more
            continue
        if said is None:
            return _all_made(match["what"], heard) if not changes else None
        target, found = said
        changes += found
    return changes or None


def _all_made(words: str, heard: Hearing) -> list[Change] | None:
    """ "Make the cat and the dog blue": one quality for all."""
    said = _target_and_quality(words, heard)
    return None if said is None else said[1]


def _target_and_quality(words: str, heard: Hearing) -> tuple[Which, list[Change]] | None:
    tokens = words.split()
    for cut in range(1, len(tokens)):
        said = " ".join(tokens[cut:])
        found = heard.knows(" ".join(tokens[:cut]))
        if not found:
            continue
        for form in (
            said,
            re.sub(
                r"^(?:(?:should|must|now|be|become|look|appear|into|to|in|a|an|by)\s+)+", "", said
            ),
        ):
            if (changes := quality(form, found)) is not None:
                return found, changes
    return None


def _made_of(words: str, said: str, heard: Hearing) -> list[Change] | None:
    found = heard.knows(words)
    return None if found is None else quality(said, found)


def removed(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    what = match["what"]
    if places.is_background(what):
        return [ChangeBackdrop(transparent=True)]
    if (whole := heard.knows(what)) is not None:
        return [Remove(which=whole)]
    gone: list[Which] = [w for part in listed(what) if (w := heard.find(part)) is not None]
    which = tuple(dict.fromkeys(handle for each in gone for handle in each))
    return [Remove(which=which)] if which else None


def kept_only(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    kept = heard.find(match["what"])
    if kept is None:
        return None
    gone = tuple(h for h in heard.pointer.everything() if h not in kept)
    return [Remove(which=gone)] if gone else []


def swapped(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    one, other = heard.knows(match["what"]), heard.knows(match["to"])
    if not one or not other or one[0].kind != "thing" or other[0].kind != "thing":
        return None
    return [Swap(one=one[0], other=other[0])] if one[0] != other[0] else None


def replaced(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    what, to = match["what"], match["to"]
    if places.is_background(what):
        return places.backdrop_of(to, heard)
    if (found := scene_quality(to)) and (re.fullmatch(IT, what, re.I) or scene_quality(what)):
        return found
    found_it = heard.find(what)
    if found_it is None:
        return None
    if (made := quality(to, found_it)) is not None:
        return made
    mention = heard.mention(to)
    return None if mention is None else [Replace(which=found_it, mention=mention)]


def instead(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """ "A cat instead of the dog", "three apples instead of two"."""
    number = fold(match["what"]).split()[-1]
    reading = heard.read(match["to"]).mentions
    if number in lexicon().numbers and reading:
        return _count_to(reading[0], heard)
    return replaced(match, heard)


def belongs(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """ "Give the fox a red hat": the words part where a thing that is there ends."""
    tokens = match["what"].split()
    for cut in range(len(tokens) - 1, 0, -1):
        owner = heard.knows(" ".join(tokens[:cut]))
        if owner and heard.things(owner):
            return _given(owner, " ".join(tokens[cut:]), None, heard)
    return None


def doing(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """ "Make the fox wear a hat", "the girl should hold a balloon"."""
    owner = heard.knows(match["what"])
    if not owner or not heard.things(owner):
        return None
    verb = lexicon().verbs.get(match["verb"].lower().split()[0], "")
    kind = lexicon().verb_relations.get(verb) or {"read": "reading", "dress": "wearing"}.get(verb)
    return _given(owner, match["new"], kind, heard)


def _given(owner: Which, new: str, kind: str | None, heard: Hearing) -> list[Change] | None:
    changes: list[Change] = []
    for mention in heard.mentions(new):
        relation = kind or heard.worn_or_held(mention, owner)
        for one in owner if relation == "wearing" else owner[:1]:
            changes.append(Add(mention=mention, relation=relation, to=(one,)))
    return _from_back(changes) or None


def _from_back(changes: list[Change]) -> list[Change]:
    """The later in the list first: adding in front of a thing shifts what comes after it."""
    return sorted(changes, key=lambda c: -c.to[0].index if isinstance(c, Add) and c.to else 0)


def added(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    what = match["what"]
    if (found := scene_quality(what)) and not isinstance(found[0], Restyle):
        return found
    if (place := places.background_in(what, heard)) is not None:
        return place
    more = re.fullmatch(
        r"(?:(?:(?P<n>\w+) )?(?:more|other|extra|additional)|another) (?P<noun>.+)", what, re.I
    )
    if more and (copies := one_more(more, heard)):
        return copies
    parts = listed(what)
    if (
        sum(_is_placed(part, heard) for part in parts) > 1
    ):  # "a dog on the left and a bird above it"
        every = [_placed(part, heard) for part in parts]
        return [c for changes in every if changes for c in changes] if all(every) else None
    return _placed(what, heard)


def _is_placed(words: str, heard: Hearing) -> bool:
    return heard.side(words)[1] is not None or heard.relation(words)[1] is not None


def _placed(words: str, heard: Hearing) -> list[Change] | None:
    """A new thing with where it goes."""
    bare, side = heard.side(words)
    rest, relation, to = heard.relation(heard.with_pronouns_named(bare) if side is None else bare)
    return _new_things(rest, relation, to, side, heard) if rest else None


def _new_things(
    words: str, relation: str | None, to: Which, side: str | None, heard: Hearing
) -> list[Change] | None:
    changes: list[Change] = []
    main = heard.pointer.it()[:1] if heard.scene.things else ()
    if side in ("back", "front"):
        relation, to, side = ("behind" if side == "back" else "in front of"), main, None
    for mention in heard.mentions(words):
        wearer = () if relation or side else _wearer(mention, heard)
        if wearer:
            changes.append(Add(mention=mention, relation="wearing", to=wearer))
            continue
        kind = relation
        if relation in ("on", "next to", "in") and to:
            meant = heard.worn_or_held(mention, to)
            kind = meant if meant in ("wearing", "holding") else relation
        changes.append(Add(mention=mention, relation=kind if to else None, to=to, side=side))
    return changes or None


def _wearer(mention: Mention, heard: Hearing) -> Which:
    """Who puts on what was added without a place: the scene's one being, if there is just one."""
    if mention.count > 1:
        return ()
    things = [Handle(index=index) for index in range(len(heard.scene.things))]
    able = [one for one in things if heard.worn_or_held(mention, (one,)) == "wearing"]
    return (able[0],) if len(able) == 1 else ()


def one_more(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """ "Two more apples": copies of those that are there."""
    found = heard.knows(match["noun"])
    things = heard.things(found or ())
    if not found or not things:
        return None
    some = "three" if match[0].lower().startswith("more") else "one"
    count = lexicon().numbers.get((match["n"] or some).lower(), 1)
    mention = Mention(concept=things[0].concept, asset=things[0].asset, count=count)
    return [Add(mention=mention, like=found[0])]


def counted(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """ "There should be four apples"."""
    mentions = heard.read(match["what"]).mentions
    return _count_to(mentions[0], heard) if len(mentions) == 1 else None


def number_changed(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    mentions = heard.read(f"{match['n']} {match['what']}").mentions
    return _count_to(mentions[0], heard) if mentions else None


def _count_to(mention: Mention, heard: Hearing) -> list[Change] | None:
    there = tuple(
        h for h in heard.pointer.everything() if same_noun(mention, heard.things((h,))[0])
    )
    if not there:
        return None
    there = tuple(sorted(there, key=lambda h: heard.scene.things[h.index].x))
    extra = mention.count - len(there)
    if extra < 0:
        return [Remove(which=there[extra:])]
    like = heard.things(there)[0]
    new = in_number(Mention(concept=like.concept, asset=like.asset), extra)
    return [Add(mention=new, like=there[0])] if extra else []


def resized(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    verb = fold(match["verb"])
    how = fold((match["how"] or "").replace("%", " percent"))
    shrinking = verb in ("shrink", "scale down", "reduce", "decrease")
    if verb in ("double", "triple", "halve"):
        factor: float | None = factor_of(verb)
    elif how:
        compared = f"{how} {'smaller' if shrinking else 'bigger'}"
        by = how.startswith("by ")
        factor = (factor_of(compared) if by else None) or factor_of(how) or factor_of(compared)
    else:
        factor = factor_of("smaller" if shrinking else "bigger")
    words = re.sub(r"^(?:the )?size of ", "", match["what"], flags=re.I)
    words = re.sub(r"(?:'s|its|their) size$", lambda m: "" if "'" in m[0] else "it", words)
    found = heard.find(words)
    return [Resize(which=found, factor=factor)] if found and factor else None


def kept(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """ "Keep the cat": it is kept anyway."""
    return [] if re.fullmatch(IT, match["what"], re.I) or heard.knows(match["what"]) else None


def flipped(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    if re.search(r"\b(?:picture|image|scene|drawing)\b", match["what"], re.I):
        return None  # a backdrop cannot be mirrored
    found = heard.find(match["what"])
    if found is None:
        return None
    upside = re.search(r"vertical|upside", (match["how"] or "").lower())
    return [Turn(which=found, degrees=180.0)] if upside else [Flip(which=found)]


def turned(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    found = heard.find(match["what"])
    if found is None:
        return None
    degrees = float(match["n"] or 20)
    back = re.search(r"left|counter|anti", (match["way"] or "").lower())
    return [Turn(which=found, degrees=-degrees if back else degrees)]


def bare_quality(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    return quality(match["what"], heard.pointer.it())


def described(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """No command at all: what the planner reads in it is wanted."""
    reading = heard.read(match["what"])
    changes: list[Change] = []
    if reading.backdrop is not None or reading.backdrop_colours:
        changes.append(ChangeBackdrop(kind=reading.backdrop, colours=reading.backdrop_colours))
    if reading.night:
        changes.append(Light(night=True))
    if reading.weather is not None:
        changes.append(Weather(weather=reading.weather))
    if reading.style is not None:
        changes.append(Restyle(style=reading.style))
    if reading.transparent:
        changes.append(ChangeBackdrop(transparent=True))
    if not reading.mentions and not reading.words:
        heard.missing.extend(reading.unmatched if changes else ())
        return changes or None
    return None


def along_with(match: re.Match[str], heard: Hearing) -> list[Change] | None:
    """ "With a hat": something that the main thing should have."""
    if (found := scene_quality(match["what"])) is not None:
        return found
    bare, side = heard.side(match["what"])
    rest, relation, to = heard.relation(bare)
    if relation is not None or side is not None:
        return _new_things(rest, relation, to, side, heard)
    return (
        _given(heard.pointer.it()[:1], match["what"], None, heard)
        if heard.scene.things
        else (_new_things(match["what"], None, (), None, heard))
    )
