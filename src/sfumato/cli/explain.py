"""The plan behind a picture, from its recipe: what was understood, placed, drawn and left out.

Knows recipes alone, not how one is planned.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sfumato.cli.speech import say

PLACES = ((1 / 3, "left", "top"), (2 / 3, "centre", "middle"), (float("inf"), "right", "bottom"))


def explain(recipe: Mapping[str, Any]) -> None:
    """Print the plan of one picture."""
    for line in lines(recipe):
        say(line)


def lines(recipe: Mapping[str, Any]) -> list[str]:
    """The plan as text, one fact a line."""
    scene = recipe["scene"]
    changes = recipe["settings"].get("changes", [])
    found = [
        *(_block("changes", list(map(str, changes))) if changes else []),
        f"  style      {scene.get('style', 'not planned')}",
        f"  backdrop   {_backdrop(scene)}",
        *_block("things", [_thing(t, recipe.get("memory", "on")) for t in scene.get("things", ())]),
        *_relations(recipe["settings"]),
        *_block("words", [_lettering(words) for words in scene.get("lettering", ())]),
        *_avoided(recipe),
        f"  matched    {_listing(recipe['matched'])}",
        f"  unmatched  {_listing(recipe['unmatched'])}",
        *_block("assets", [_asset(asset) for asset in recipe["assets"]]),
        f"  painting   {recipe['steps']} steps from t0 = {recipe['t0']:g}",
    ]
    return found


def _backdrop(scene: Mapping[str, Any]) -> str:
    if scene.get("transparent"):
        return "none (transparent)"
    backdrop = scene.get("backdrop", {})
    light = ["at night"] if backdrop.get("night") else []
    weather = [backdrop["weather"]] if backdrop.get("weather") else []
    colours = [" ".join(backdrop.get("colours", ()))]
    return ", ".join(
        part for part in [backdrop.get("kind", ""), *light, *weather, *colours] if part
    )


def _thing(thing: Mapping[str, Any], memory: str) -> str:
    asset = thing.get("asset") if memory == "on" else None
    missing = "not in memory" if memory == "on" else "memory is off"
    source = f"from memory: {asset}" if asset else f"{missing}, left to the denoiser"
    name = " ".join(filter(None, [thing.get("colour"), thing["concept"]]))
    return f"{name}, {_place(thing)}, {source}"


def _place(thing: Mapping[str, Any]) -> str:
    x, y = thing.get("x", 0.5), thing.get("y", 0.5)
    across = next(word for edge, word, _ in PLACES if x < edge)
    down = next(word for edge, _, word in PLACES if y < edge)
    return f"{down} {across} (x {x:.2f}, y {y:.2f}, size {thing.get('size', 0):.2f})"


def _relations(settings: Mapping[str, Any]) -> list[str]:
    """Only an engine that understands relations tells which it understood."""
    if "relations" not in settings:
        return []
    return _block("relations", [" ".join(map(str, told)) for told in settings["relations"]])


def _avoided(recipe: Mapping[str, Any]) -> list[str]:
    """What the negative prompt took out, and which of its words named nothing."""
    if not recipe.get("negative_prompt"):
        return []
    settings = recipe["settings"]
    unread = settings.get("avoid_unread", ())
    return [
        f"  avoided    {_listing(settings.get('avoided', ()))}",
        *([f"  not read   {_listing(unread)} (in the negative prompt)"] if unread else []),
    ]


def _lettering(words: Mapping[str, Any]) -> str:
    return f"“{words['text']}”, {words.get('holder', 'plain')}"


def _asset(asset: Mapping[str, str]) -> str:
    return f"{asset['title']}, {asset['source']}, {asset['licence']} ({asset['id']})"


def _block(title: str, rows: Sequence[str]) -> list[str]:
    if not rows:
        return [f"  {title:<10} none"]
    heads = [title, *[""] * (len(rows) - 1)]
    return [f"  {head:<10} {row}" for head, row in zip(heads, rows, strict=True)]


def _listing(words: Sequence[str]) -> str:
    return ", ".join(words) or "none"
