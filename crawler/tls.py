"""TLS per host: verified first; what fails is met once more without, and then known as such.

So a portal with an expired certificate is read all the same; the capture says that the connection
was not verified, and why.
"""

from collections.abc import Callable
from typing import Any

from OpenSSL import SSL
from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from service_identity import VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import CertificateOptions, TLSVersion
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from crawler.connections import UNVERIFIED
from crawler.failures import causes_of, reason_of
from storage.hosts import is_bare_address

_LONGEST_REASON = 200
_RELAXED_CIPHERS = b"ALL:!aNULL:!eNULL:@SECLEVEL=0"
"""Small Diffie-Hellman keys and SHA-1 signatures of servers nobody renews."""
_PROBLEMS = {
    3: "unable to get certificate CRL",
    7: "certificate signature failure",
    9: "certificate is not yet valid",
    10: "certificate has expired",
    18: "self-signed certificate",
    19: "self-signed certificate in certificate chain",
    20: "unable to get local issuer certificate",
    21: "unable to verify the first certificate",
    24: "invalid CA certificate",
    26: "unsuitable certificate purpose",
    66: "EE certificate key too weak",
    67: "CA certificate key too weak",
    68: "CA signature digest algorithm too weak",
}
"""What OpenSSL calls its errors of verification (X509_STORE_CTX_get_error(3))."""


class _RelaxedFactory(_ScrapyClientContextFactory):
    """Makes connections that servers of twenty years ago can answer, unverified."""

    def _get_cert_options(self) -> CertificateOptions:
        options = super()._get_cert_options()
        # Not by Scrapy's setting: Twisted expands that to names, and so loses the security level.
        options.getContext().set_cipher_list(_RELAXED_CIPHERS)
        return options


@implementer(IOpenSSLClientConnectionCreator)
class _Verifying:
    """Makes verified connections to one host, and tells what a certificate fails by."""

    def __init__(self, creator: Any, host: str, tell: Callable[[str], None]) -> None:
        self._creator = creator
        self._host = host
        self._tell = tell

    def clientConnectionForTLS(self, protocol: Any) -> SSL.Connection:  # noqa: N802 - Twisted's
        """Make a connection (IOpenSSLClientConnectionCreator)."""
        connection: SSL.Connection = self._creator.clientConnectionForTLS(protocol)

        def judge(_conn: Any, certificate: Any, error: int, depth: int, ok: int) -> bool:
            problem: str | None = None
            if not ok:
                problem = _PROBLEMS.get(error, f"certificate verify failed ({error})")
            elif depth == 0:
                problem = _misnamed(certificate, self._host)
            if problem is not None:
                self._tell(problem)
            return problem is None

        # Instead of Twisted's, which lets a certificate pass whose names it cannot read.
        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, judge)
        return connection


def _misnamed(certificate: Any, host: str) -> str | None:
    """Return why a certificate is not for a host (RFC 9525 6); None if it is."""
    try:
        service = IPAddress_ID(host) if is_bare_address(host) else DNS_ID(host)
        verify_service_identity(extract_patterns(certificate), [service], [])
    except VerificationError:
        return f"the certificate is not for {host}"
    except Exception as error:  # noqa: BLE001 - out of here OpenSSL would get a yes
        return f"the certificate's names cannot be read: {error}"
    return None


@implementer(IOpenSSLClientConnectionCreator)
class _Unverified:
    """Makes connections to one host that are known not to be verified, and why."""

    def __init__(self, creator: Any, why: str) -> None:
        self._creator = creator
        self._why = why

    def clientConnectionForTLS(self, protocol: Any) -> SSL.Connection:  # noqa: N802 - Twisted's
        """Make a connection (IOpenSSLClientConnectionCreator)."""
        connection: SSL.Connection = self._creator.clientConnectionForTLS(protocol)
        # Scrapy's would look at the certificate, and warn or fail of what is known.
        connection.set_verify(SSL.VERIFY_NONE, lambda *_: True)
        UNVERIFIED[connection] = self._why
        return connection


@implementer(IPolicyForHTTPS)
class PolicyByHost:
    """The strict policy, but for the hosts that have failed it."""

    def __init__(self, strict: Any) -> None:
        self._strict = strict
        self._relaxed = _RelaxedFactory(tls_min_version=TLSVersion.TLSv1_0)
        self._relaxed_hosts: dict[str, str] = {}
        """The hosts that failed, and why."""
        self._told: dict[str, str] = {}
        """What there was against a certificate of each host last."""

    def relax(self, host: str, error: BaseException) -> bool:
        """Take the failure of a host; tell whether it was TLS, so that relaxed it may succeed."""
        if host in self._relaxed_hosts or not _is_tls_failure(error):
            return False
        why = self._told.get(host) or reason_of(error)
        self._relaxed_hosts[host] = why[:_LONGEST_REASON]
        return True

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: N802 - Twisted's
        """Return what makes a TLS connection to a host (IPolicyForHTTPS)."""
        host = hostname.decode("ascii", errors="replace").rstrip(".").lower()  # as ``host_of``
        why = self._relaxed_hosts.get(host)
        if why is not None:
            return _Unverified(self._relaxed.creatorForNetloc(hostname, port), why)

        def tell(problem: str) -> None:
            self._told[host] = problem

        return _Verifying(self._strict.creatorForNetloc(hostname, port), host, tell)


def _is_tls_failure(error: BaseException) -> bool:
    return any(isinstance(cause, SSL.Error) for cause in causes_of(error))
