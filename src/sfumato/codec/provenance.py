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
from sfumato.errors import InvalidRequest

RECIPE = "app.sfumato.recipe"
PARTIAL = "app.sfumato.partial"
GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
COMPOSITE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
SIGNING = {"builder": {"thumbnail": {"enabled": False}}, "verify": {"verify_after_sign": False}}
OFFLINE = {"verify_trust": True, "remote_manifest_fetch": False, "ocsp_fetch": False}


def stamp_recipe(
    data: bytes, media_type: str, recipe: Mapping[str, Any], credentials: Credentials
) -> bytes:
    """`data` with the statement that snapshot and assets made it, and the recipe inside."""
    agent = {"name": "Sfumato", "version": str(recipe["snapshot"])}
    manifest = _manifest(RECIPE, recipe, agent, recipe["assets"])
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
    manifest = report.get("manifests", {}).get(report.get("active_manifest"), {})
    recipe = _assertion(manifest, RECIPE)
    if recipe is None:
        partial = _assertion(manifest, PARTIAL) is not None
        what = "is a partial image: only finished pictures carry" if partial else "has no"
        raise InvalidRequest(f"This file has content credentials, but {what} a Sfumato recipe.")
    serial = manifest.get("signature_info", {}).get("cert_serial_number")
    unbroken = report.get("validation_state") == "Trusted"  # chains to our authority, nothing else
    return recipe, unbroken and serial == credentials.serial


def read_ingredients(data: bytes) -> tuple[tuple[str, str], ...]:
    """(title, "source, licence") of each asset that a file names as part, whoever signed it.

    InvalidRequest when the file has no readable content credentials.
    """
    report = _report(data, {"verify": OFFLINE})
    manifest = report.get("manifests", {}).get(report.get("active_manifest"), {})
    return tuple(
        (str(part.get("title")), str(part.get("description")))
        for part in manifest.get("ingredients", ())
    )


def _manifest(
    label: str,
    facts: Mapping[str, Any],
    agent: Mapping[str, str],
    assets: Sequence[Mapping[str, str]],
    *,
    composite: bool = False,
) -> dict[str, Any]:
    source_type = COMPOSITE if assets or composite else GENERATED
    actions: list[dict[str, Any]] = [
        {"action": "c2pa.created", "softwareAgent": agent, "digitalSourceType": source_type}
    ]
    ingredients = list({asset["id"]: _ingredient(asset) for asset in assets}.values())
    if ingredients:
        placed = {"ingredientIds": [ingredient["label"] for ingredient in ingredients]}
        actions.append({"action": "c2pa.placed", "parameters": placed})
    return {
        "claim_generator_info": [{"name": "Sfumato", "version": __version__}],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": actions}},
            {"label": label, "kind": "Json", "data": facts},
        ],
        "ingredients": ingredients,
    }


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


def _read(data: bytes, credentials: Credentials) -> dict[str, Any]:
    """C2PA's own report of a file, with our authority as the only anchor."""
    anchors = {"trust_anchors": credentials.authority}
    return _report(data, {"trust": anchors, "verify": OFFLINE})


def _report(data: bytes, settings: Mapping[str, Any]) -> dict[str, Any]:
    try:
        with (
            c2pa.Context.from_dict(dict(settings)) as context,
            c2pa.Reader(io.BytesIO(data), context=context) as reader,
        ):
            report: dict[str, Any] = json.loads(reader.json())
    except c2pa.C2paError.ManifestNotFound as error:
        raise InvalidRequest(
            "This file carries no content credentials, so no recipe: it was not made by Sfumato,"
            " or a program that saved it again dropped them. Use the original file."
        ) from error
    except c2pa.C2paError as error:
        raise InvalidRequest(f"The content credentials cannot be read: {error}") from error
    return report


def _assertion(manifest: Mapping[str, Any], label: str) -> dict[str, Any] | None:
    for assertion in manifest.get("assertions", ()):
        if assertion.get("label") == label and isinstance(assertion.get("data"), dict):
            data: dict[str, Any] = assertion["data"]
            return data
    return None
