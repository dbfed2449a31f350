"""What events are called, for people."""

from collections.abc import Mapping

from monitor.language import Bilingual

EVENT_NAMES: Mapping[str, Bilingual] = {
    "due_soon": Bilingual("即将到期", "due soon"),
    "missing": Bilingual("认定为未公布", "found missing"),
    "late": Bilingual("认定为逾期公布", "found late"),
    "on_time": Bilingual("按时公布", "published on time"),
    "published": Bilingual("此前未见，现已公布", "seen at last"),
    "rejected": Bilingual("核查发现错误", "errors found"),
    "corrected": Bilingual("错误已更正", "errors corrected"),
    "changed": Bilingual("公布后改动", "changed after publication"),
    "removed": Bilingual("公布后撤下", "removed"),
    "returned": Bilingual("撤下后恢复", "returned"),
    "backdated": Bilingual("疑似倒填日期", "probably back-dated"),
    "hijacked": Bilingual("页面疑似被篡改", "page probably hijacked"),
    "portal_trouble": Bilingual("网站抓取异常", "portal in trouble"),
    "portal_blocked": Bilingual("网站拒绝访问", "portal refuses access"),
    "portal_down": Bilingual("网站无法访问", "portal cannot be reached"),
    "column_lost": Bilingual("年报栏目丢失", "column of annual reports lost"),
    "crawler_suspect": Bilingual("抓取存疑", "crawl in doubt"),
    "portal_recovered": Bilingual("网站已恢复", "portal well again"),
    "original_trouble": Bilingual("存档原件损坏或丢失", "archived original damaged or lost"),
    "original_repaired": Bilingual("存档原件已修复", "archived original repaired"),
    "original_recovered": Bilingual("存档原件已恢复", "archived original well again"),
    "job_trouble": Bilingual("定时任务失败", "job failed"),
    "job_recovered": Bilingual("定时任务已恢复", "job works again"),
    "mail_trouble": Bilingual("邮件未送达或不确定", "mail failed or uncertain"),
    "outbox_stuck": Bilingual("发件箱停滞", "outbox stuck"),
    "outbox_moving": Bilingual("发件箱已恢复", "outbox moving again"),
}
