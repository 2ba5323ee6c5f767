"""C2PA: the signed statement in a file of what made it, with its recipe. Knows nothing about jobs.

Nothing here reaches the network: no timestamp authority, no remote manifests, no OCSP. Signed by us
means by this home's development certificate; it is never called trusted.
"""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import c2pa  # type: ignore[import-untyped]  # it ships no types

from sfumato import __version__
from sfumato.codec.credentials import Credentials
from sfumato.codec.kinds import STAMPED, kind_of
from sfumato.codec.lineage import Ancestor, input_ingredients, read_ancestors
from sfumato.errors import InvalidRequest

RECIPE = "app.sfumato.recipe"
PARTIAL = "app.sfumato.partial"
GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
COMPOSITE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
SIGNING = {"builder": {"thumbnail": {"enabled": False}}, "verify": {"verify_after_sign": False}}
OFFLINE = {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False}
NO_CREDENTIALS = (
    "This file carries no content credentials, so no recipe: it was not made by Sfumato, or a"
    " program that saved it again dropped them. Use the original file."
)


class NoCredentials(InvalidRequest):
    """The file says nothing about its making."""


def stamp_recipe(
    data: bytes, media_type: str, recipe: Mapping[str, Any], credentials: Credentials
) -> bytes:
    """`data` with the statement of what made it from what, and the recipe inside.

    An edit is the recipe's: its `inputs` by hash become ingredients, told by its `ancestors`.
    """
    agent = {"name": "Sfumato", "version": str(recipe["snapshot"])}
    parts = input_ingredients(recipe.get("inputs", ()), recipe.get("ancestors", ()))
    manifest = _manifest(RECIPE, recipe, agent, recipe["assets"], inputs=parts)
    return _sign(manifest, data, media_type, credentials)


def stamp_partial(
    data: bytes,
    media_type: str,
    facts: Mapping[str, Any],
    credentials: Credentials,
    *,
    composite: bool,
) -> bytes:
    """`data` marked as an unfinished picture. `composite`: it may show memory's assets."""
    agent = {"name": "Sfumato", "version": __version__}
    manifest = _manifest(PARTIAL, facts, agent, (), composite=composite)
    return _sign(manifest, data, media_type, credentials)


def read_recipe(data: bytes, credentials: Credentials) -> tuple[dict[str, Any], bool]:
    """The recipe in a file, and whether this home signed exactly this file.

    A recipe that this home did not sign, or whose file was changed, is a hint of untrusted origin.
    InvalidRequest when the file has no readable recipe.
    """
    report = _read(data, credentials)
    manifest = active_manifest(report)
    recipe = assertion(manifest, RECIPE)
    if recipe is None:
        partial = assertion(manifest, PARTIAL) is not None
        what = "is a partial image: only finished pictures carry" if partial else "has no"
        raise InvalidRequest(f"This file has content credentials, but {what} a Sfumato recipe.")
    return recipe, _is_signed_by(credentials, report)


def is_signed_here(data: bytes, credentials: Credentials) -> bool:
    """Whether this home signed exactly this file. InvalidRequest when nothing can be read."""
    return _is_signed_by(credentials, _read(data, credentials))


def read_ingredients(data: bytes) -> tuple[tuple[str, str], ...]:
    """(title, "source, licence") of each asset that a file names as part, whoever signed it.

    InvalidRequest when the file has no readable content credentials.
    """
    report = read_report(data)
    manifest = active_manifest(report)
    return tuple(
        (str(part.get("title")), str(part.get("description")))
        for part in manifest.get("ingredients", ())
        if part.get("relationship") == "componentOf"
    )


def read_lineage(data: bytes) -> tuple[Ancestor, ...]:
    """The pictures that a file says it was made from, newest first, whoever signed it.

    InvalidRequest when the file has no readable content credentials.
    """
    report = read_report(data)
    manifest = active_manifest(report)
    return read_ancestors(assertion(manifest, RECIPE) or {})


def read_report(data: bytes, settings: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """C2PA's own report of a file, with no anchor of trust unless `settings` bring one.

    NoCredentials when there are none, InvalidRequest when they cannot be read.
    """
    media_type = STAMPED.get(kind_of(data) or "")
    if media_type is None:
        raise NoCredentials(NO_CREDENTIALS)
    try:
        with (
            c2pa.Context.from_dict({**(settings or {}), "verify": OFFLINE}) as context,
            c2pa.Reader(media_type, io.BytesIO(data), context=context) as reader,
        ):
            report: dict[str, Any] = json.loads(reader.json())
    except c2pa.C2paError.ManifestNotFound as error:
        raise NoCredentials(NO_CREDENTIALS) from error
    except c2pa.C2paError as error:
        raise InvalidRequest(f"The content credentials cannot be read: {error}") from error
    return report


def active_manifest(report: Mapping[str, Any]) -> dict[str, Any]:
    """The statement about the file itself, not about what it was made from."""
    manifest: dict[str, Any] = report.get("manifests", {}).get(report.get("active_manifest"), {})
    return manifest


def assertion(manifest: Mapping[str, Any], label: str) -> dict[str, Any] | None:
    """The data of the first assertion of that label, if it is an object."""
    for assertion in manifest.get("assertions", ()):
        if assertion.get("label") == label and isinstance(assertion.get("data"), dict):
            data: dict[str, Any] = assertion["data"]
            return data
    return None


def _manifest(
    label: str,
    facts: Mapping[str, Any],
    agent: Mapping[str, str],
    assets: Sequence[Mapping[str, str]],
    *,
    composite: bool = False,
    inputs: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    source_type = COMPOSITE if assets or composite or inputs else GENERATED
    drawn = list({asset["id"]: _ingredient(asset) for asset in assets}.values())
    actions = _first_actions({"softwareAgent": agent, "digitalSourceType": source_type}, inputs)
    if drawn:
        actions.append({"action": "c2pa.placed", "parameters": _named(drawn)})
    return {
        "claim_generator_info": [{"name": "Sfumato", "version": __version__}],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": actions}},
            {"label": label, "kind": "Json", "data": facts},
        ],
        "ingredients": [*inputs, *drawn],
    }


def _first_actions(
    how: Mapping[str, Any], inputs: Sequence[Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Made from nothing, or the first input opened and edited with the others."""
    if not inputs:
        return [{"action": "c2pa.created", **how}]
    opened = {"action": "c2pa.opened", "parameters": _named(inputs[:1])}
    edited: dict[str, Any] = {"action": "c2pa.edited", **how}
    if inputs[1:]:
        edited["parameters"] = _named(inputs[1:])
    return [opened, edited]


def _named(ingredients: Sequence[Mapping[str, str]]) -> dict[str, list[str]]:
    return {"ingredientIds": [ingredient["label"] for ingredient in ingredients]}


def _ingredient(asset: Mapping[str, str]) -> dict[str, str]:
    """A drawn asset, credited by name: its file does not travel with the picture."""
    return {
        "label": asset["id"],
        "title": asset["title"],
        "format": "image/svg+xml",
        "relationship": "componentOf",
        "description": f"{asset['source']}, {asset['licence']}",
    }


def _sign(
    manifest: Mapping[str, Any], data: bytes, media_type: str, credentials: Credentials
) -> bytes:
    chain, key = credentials.chain.encode(), credentials.key.encode()
    info = c2pa.C2paSignerInfo(c2pa.C2paSigningAlg.ES256, chain, key, None)
    stamped = io.BytesIO()
    with (
        c2pa.Context.from_dict(SIGNING, c2pa.Signer.from_info(info)) as context,
        c2pa.Builder(json.dumps(manifest, ensure_ascii=False), context) as builder,  # 1 MiB at most
    ):
        builder.sign(media_type, io.BytesIO(data), stamped)
    return stamped.getvalue()


def _is_signed_by(credentials: Credentials, report: Mapping[str, Any]) -> bool:
    serial = active_manifest(report).get("signature_info", {}).get("cert_serial_number")
    unbroken = report.get("validation_state") == "Trusted"  # chains to our authority, nothing else
    return unbroken and serial == credentials.serial


def _read(data: bytes, credentials: Credentials) -> dict[str, Any]:
    """C2PA's own report of a file, with our authority as the only anchor."""
    anchors = {"trust_anchors": credentials.authority}
    return read_report(data, {"trust": anchors})
