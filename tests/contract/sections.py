"""The routes whose fields docs/compatibility.md shows, and the names of those fields."""

from sfumato.api.schemas import EditRequest, GenerateRequest

FILES = ("image", "images", "mask", "markup")  # of an edit: a form has `image`, JSON has `images`
SECTIONS: dict[str, tuple[str, ...]] = {
    "POST /v1/images/generations": tuple(GenerateRequest.model_fields),
    "POST /v1/images/edits": (*FILES, *EditRequest.model_fields),
}
