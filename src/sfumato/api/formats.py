"""What kind of file comes out, and the fields that only one kind has. Knows no sizes, no words."""

from sfumato.api.refusing import at_most, one_of, unknown_parameter, unsupported
from sfumato.api.schemas import GenerateRequest
from sfumato.core import OutputFormat
from sfumato.errors import ImageUserError, InvalidRequest
from sfumato.registry.snapshot import Capabilities

FRAMES, FRAME_MS = 9, 200  # of a GIF when nothing is said
FRAME_UNIT = 10  # ms; GIF knows hundredths of a second
LOSSY = ("jpeg", "webp")
UNSTREAMED = ("gif", "svg")
OPAQUE = ("jpeg", "gif")  # formats that cannot show what is behind the picture


def output_format(request: GenerateRequest, can: Capabilities) -> OutputFormat:
    """What was asked for, with the fields of other formats refused."""
    chosen = one_of("output_format", request.output_format or "png", can.output_formats)
    for name in ("frame_count", "frame_duration_ms"):
        if chosen != "gif" and getattr(request, name) is not None:
            raise unsupported(name, f"'{name}' needs output_format 'gif'")
    if request.svg is not None:
        _check_svg(request.svg, chosen)
    if chosen in UNSTREAMED:
        _refuse_stream(request, chosen)
    return chosen  # type: ignore[return-value]  # a snapshot lists output formats


def compression(request: GenerateRequest, chosen: OutputFormat) -> int:
    """0-100; only jpeg and webp have a choice."""
    asked = 100 if request.output_compression is None else request.output_compression
    if asked != 100 and chosen not in LOSSY:
        why = ", which is always lossless" if chosen == "png" else ""
        raise InvalidRequest(
            f"'output_compression' other than 100 is not supported for output_format '{chosen}'"
            f"{why}. Leave it out, or use 'jpeg' or 'webp'.",
            param="output_compression",
        )
    return asked


def frames(request: GenerateRequest, chosen: OutputFormat) -> tuple[int, int]:
    """How many pictures a GIF has and how many ms each is shown; (1, 200) for other formats."""
    if chosen != "gif":
        return 1, FRAME_MS
    shown = FRAME_MS if request.frame_duration_ms is None else request.frame_duration_ms
    rounded = (shown + FRAME_UNIT // 2) // FRAME_UNIT * FRAME_UNIT
    return FRAMES if request.frame_count is None else request.frame_count, rounded


def count(request: GenerateRequest, can: Capabilities, chosen: OutputFormat) -> int:
    """How many pictures; of an SVG it is one."""
    n = 1 if request.n is None else request.n
    if chosen == "svg" and n > 1:
        raise InvalidRequest(
            "'n' can only be 1 for output_format 'svg'.", param="n", code="integer_above_max_value"
        )
    return at_most("n", n, can.max_n)


def check_transparent(chosen: OutputFormat) -> None:
    """ImageUserError when nothing can be transparent in this format."""
    if chosen in OPAQUE:
        raise ImageUserError(
            f"Transparent background is not supported for output_format '{chosen}'. Use png or"
            " webp.",
            param="background",
        )


def _check_svg(svg: dict[str, object], chosen: str) -> None:
    if chosen != "svg":
        raise unsupported("svg", "'svg' needs output_format 'svg'")
    for name in ("model", "reasoning"):
        if svg.get(name) is not None:
            raise unsupported(
                f"svg.{name}",
                f"'svg.{name}' is not supported: the picture is traced, nobody writes it."
                " Leave it out",
            )
    for name in svg:
        if name not in ("model", "reasoning"):
            raise unknown_parameter(f"svg.{name}")


def _refuse_stream(request: GenerateRequest, chosen: str) -> None:
    for name in ("stream", "partial_images"):
        if getattr(request, name):
            raise InvalidRequest(
                f"'{name}' is not supported for output_format '{chosen}'. Leave it out.", param=name
            )
