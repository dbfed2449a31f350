"""Scrapy's settings, each with its reason. Ours are in ``nianbao.toml`` (``crawler.addon``)."""

BOT_NAME = "nianbao"
SPIDER_MODULES = ["spiders"]
ADDONS = {"crawler.addon.WorkspaceAddon": 0}

# --- What may be connected to -----------------------------------------------------------------
# Only http and https: a page must not make us read local files or talk to other services.
DOWNLOAD_HANDLERS = {
    "http": "crawler.handler.DownloadHandler",
    "https": "crawler.handler.DownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
# Gives out checked addresses only, IPv6 too (some portals have nothing else).
TWISTED_DNS_RESOLVER = "crawler.addresses.CheckedResolver"
# Scrapy does not verify by default; a host that fails is tried once more unverified, and marked.
DOWNLOAD_VERIFY_CERTIFICATES = True

# --- How much, how long -----------------------------------------------------------------------
# The default of 180 s hides stalls. The add-on puts the workspace's value here.
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# A body shorter than announced is an error, never a document.
DOWNLOAD_FAIL_ON_DATALOSS = True
# The default of 100 makes a hundred tasks for every response: 38 % of the processor time.
CONCURRENT_ITEMS = 4
CONCURRENT_REQUESTS = 64
# One thing at a time per server: crawler.turns, in the lanes of crawler.middlewares.addresses.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
# Delays are kept by crawler.turns, for all crawl processes together.
DOWNLOAD_DELAY = 0
NIANBAO_DELAY = 2.0
SCHEDULER_PRIORITY_QUEUE = "scrapy.pqueues.DownloaderAwarePriorityQueue"

# --- What we say ------------------------------------------------------------------------------
USER_AGENT = "nianbao"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
    # The bytes served should be the document itself: its hash is then everybody's to check.
    "Accept-Encoding": "identity",
}

# --- What we accept ---------------------------------------------------------------------------
# Plain cookies: some portals answer 302 to the same address until theirs comes back.
COOKIES_ENABLED = True
REDIRECT_MAX_TIMES = 5
# Retried by crawler.fetching, so that each attempt is a capture of its own. Never 403, 412, 521:
# these are refusals.
RETRY_ENABLED = False
RETRY_TIMES = 2
RETRY_HTTP_CODES = [408, 429, 500, 502, 503, 504, 522, 524]
# Own middlewares do these: see each for what Scrapy's leaves out.
ROBOTSTXT_OBEY = False
METAREFRESH_ENABLED = False
COMPRESSION_ENABLED = False
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.politeness.LeftAloneMiddleware": 90,
    "crawler.middlewares.robots.RobotsMiddleware": 100,
    "crawler.middlewares.shells.ShellMiddleware": 580,
    # 600 redirects, 750 proxies: Scrapy's
    "crawler.middlewares.cookies.SparingCookiesMiddleware": 700,
    "crawler.middlewares.addresses.AddressMiddleware": 760,
    "crawler.middlewares.politeness.PolitenessMiddleware": 770,
    "crawler.middlewares.wire.WireMiddleware": 900,
    # Of no use to us, or done once where requests are made, and asked for every request.
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": None,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": None,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
}

# --- Rendering --------------------------------------------------------------------------------
PLAYWRIGHT_BROWSER_PROVIDER = "crawler.rendering.BrowserProvider"
PLAYWRIGHT_BROWSER_TYPE = "chromium"
PLAYWRIGHT_MAX_CONTEXTS = 2
PLAYWRIGHT_MAX_PAGES_PER_CONTEXT = 1
PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT = 45_000

# --- What we tell our parent --------------------------------------------------------------------
ITEM_PIPELINES = {"crawler.progress.ProgressPipeline": 100}

# --- What is switched off ---------------------------------------------------------------------
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
# Everything worth keeping goes to the database and the archive.
STATS_DUMP = False
STATS_CLASS = "scrapy.statscollectors.DummyStatsCollector"
LOG_LEVEL = "WARNING"
LOGSTATS_INTERVAL = 0.0
# A page of a portal that is out of its mind must not stop the run: PostgreSQL keeps no address in
# an index that takes more than 2,704 bytes (crawler.middlewares.addresses).
URLLENGTH_LIMIT = 2600
