"""The development certificate that signs this home's pictures, made at first start.

It proves only that this home made a file: nobody vouches for it, and no reader should call it
trusted. Knows nothing about pictures or manifests.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sfumato.errors import ServerError

ORGANIZATION = "Sfumato development certificate (vouched for by nobody)"
LIFETIME = timedelta(days=3652)
FOLDER, CHAIN, AUTHORITY, KEY = "credentials", "chain.pem", "authority.pem", "key.pem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """PEM texts: the signer's certificate with its authority, the authority alone, the key."""

    chain: str
    authority: str
    key: str = field(repr=False)

    @property
    def serial(self) -> str:
        """The signing certificate's serial number, as C2PA readers print it."""
        return str(x509.load_pem_x509_certificate(self.chain.encode()).serial_number)


def open_credentials(root: Path) -> Credentials:
    """Read `<root>/credentials`, or make it. Processes that start together agree on one."""
    folder = root / FOLDER
    if not folder.is_dir():
        _publish(_issue(), folder)
    try:
        return Credentials(
            chain=(folder / CHAIN).read_text("ascii"),
            authority=(folder / AUTHORITY).read_text("ascii"),
            key=(folder / KEY).read_text("ascii"),
        )
    except (OSError, UnicodeDecodeError) as error:
        raise ServerError(
            f"The signing certificate in {folder} cannot be read ({error}). Restore the folder from"
            " a backup, or move it away: a new certificate is made at the next start, and pictures"
            " signed by the old one will no longer count as made here."
        ) from error


def _publish(credentials: Credentials, folder: Path) -> None:
    """Write beside, then rename: a rename onto another process's folder fails, and theirs stays."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".credentials-", dir=folder.parent))  # mode 0700
    try:
        _write_private(draft / CHAIN, credentials.chain)
        _write_private(draft / AUTHORITY, credentials.authority)
        _write_private(draft / KEY, credentials.key)
        draft.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_private(path: Path, text: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _issue() -> Credentials:
    """An authority and one certificate it signs. The authority's key is then forgotten."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _authority_certificate(authority_key)
    signer = _signing_certificate(key.public_key(), authority_key)
    authority_pem = authority.public_bytes(Encoding.PEM).decode()
    return Credentials(
        chain=signer.public_bytes(Encoding.PEM).decode() + authority_pem,
        authority=authority_pem,
        key=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
    )


def _authority_certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    builder = _certificate("Sfumato development authority", key.public_key())
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_key_usage(signs_certificates=True), critical=True)
    return builder.sign(key, hashes.SHA256())


def _signing_certificate(
    public_key: ec.EllipticCurvePublicKey, authority_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    """The profile C2PA asks of a signer: digitalSignature, an email EKU, key identifiers."""
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    email = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    builder = _certificate("Sfumato development signer", public_key)
    builder = builder.add_extension(
        x509.BasicConstraints(ca=False, path_length=None), critical=True
    )
    builder = builder.add_extension(_key_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(email, critical=False)
    builder = builder.add_extension(issuer, critical=False)
    return builder.sign(authority_key, hashes.SHA256())


def _certificate(
    common_name: str, public_key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    identifier = x509.SubjectKeyIdentifier.from_public_key(public_key)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(common_name))
        .issuer_name(_name("Sfumato development authority"))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # a clock that is a little behind still works
        .not_valid_after(now + LIFETIME)
        .add_extension(identifier, critical=False)
    )


def _name(common_name: str) -> x509.Name:
    organization = x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANIZATION)
    return x509.Name([organization, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
