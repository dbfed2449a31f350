"""Cookies, where there are any: most portals set none that we would ever send back."""

from scrapy import Request
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware
from scrapy.http import Response


class SparingCookiesMiddleware(CookiesMiddleware):
    """Scrapy's own, left out of the exchanges of a portal until a first cookie is set."""

    # Without the spider that Scrapy's own still takes, and is about to do without.
    def process_request(  # type: ignore[override]
        self, request: Request
    ) -> Request | Response | None:
        """Add the cookies of the portal, if it has any."""
        if not request.cookies and request.meta.get("cookiejar") not in self.jars:
            return None
        return super().process_request(request)

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """Keep the cookies that an answer sets, if it sets any."""
        if b"Set-Cookie" not in response.headers:
            return response
        return super().process_response(request, response)
