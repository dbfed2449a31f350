"""Whether a column that a search met is of the portal that is searched."""

from collections.abc import Sequence

from crawler.hubs import below_agency
from crawler.keeping import Keeper
from crawler.lists import ReadList
from crawler.pages.urls import is_within, same_site
from crawler.platforms.model import ColumnLink
from crawler.records.assigning import Ownership, whose_reports
from crawler.visit import PortalFacts


async def belongs_to(
    portal: PortalFacts, keeper: Keeper, read: ReadList, way: Sequence[ColumnLink]
) -> bool:
    """Tell whether a column off the portal's own address is of its agencies all the same.

    Platforms often stand on the host of the city; and portals link to the platforms of others. The
    agencies that the titles name tell one from the other; where they name none, a hub of the portal
    vouches that named one of its agencies, but not for what stands at another portal's address.
    """
    url = read.fetched.url
    if is_within(url, portal.url):
        return True
    titles = [item.title for item in read.list_page.items]
    ownership = await keeper.read(whose_reports, portal.id, titles)
    vouched = same_site(url, portal.url) or below_agency(way)
    if vouched and not any(is_within(url, other) for other in portal.others):
        return ownership is not Ownership.OTHERS
    return ownership is Ownership.OWN
