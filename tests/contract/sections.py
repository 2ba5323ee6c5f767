"""The routes whose fields docs/compatibility.md shows, and the names of those fields."""

from sfumato.api.batch.schema import BatchRequest
from sfumato.api.moderation_schema import FIELDS as MODERATION_FIELDS
from sfumato.api.responses.schema import ResponseRequest
from sfumato.api.responses.tools import ToolFields
from sfumato.api.routes.conversations import NewConversation
from sfumato.api.schemas import EditRequest, GenerateRequest

FILES = ("image", "images", "mask", "markup")  # of an edit: a form has `image`, JSON has `images`
SECTIONS: dict[str, tuple[str, ...]] = {
    "POST /v1/images/generations": tuple(GenerateRequest.model_fields),
    "POST /v1/images/edits": (*FILES, *EditRequest.model_fields),
    "POST /v1/responses": tuple(ResponseRequest.model_fields),
    "tools[] of POST /v1/responses": tuple(ToolFields.model_fields),
    "POST /v1/conversations": tuple(NewConversation.model_fields),
    "POST /v1/files": ("file", "purpose", "expires_after"),
    "POST /v1/batches": tuple(BatchRequest.model_fields),
    "POST /v1/moderations": MODERATION_FIELDS,
    "POST /v1/content_provenance_checks": ("file",),
}
