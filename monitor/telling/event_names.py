"""What events are called, for people: in a sentence, and as headings of letters."""

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
    "changed": Bilingual("发布后改动", "changed after publication"),
    "removed": Bilingual("发布后撤下", "taken down after publication"),
    "returned": Bilingual("撤下后恢复", "back after being taken down"),
    "backdated": Bilingual("疑似倒填日期", "may be back-dated"),
    "hijacked": Bilingual("页面疑似被篡改", "page may be hijacked"),
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
HEADINGS: Mapping[str, Bilingual] = {
    "missing": Bilingual("未公布年报", "Reports missing"),
    "late": Bilingual("逾期公布年报", "Reports published late"),
    "published": Bilingual("此前未见、现已公布", "Seen at last"),
    "on_time": Bilingual("按时公布", "Published on time"),
    "due_soon": Bilingual("即将到期", "Due soon"),
    "hijacked": Bilingual("页面疑似被篡改", "Pages that may be hijacked"),
    "removed": Bilingual("发布后撤下", "Taken down after publication"),
    "changed": Bilingual("发布后改动", "Changed after publication"),
    "backdated": Bilingual("疑似倒填日期", "May be back-dated"),
    "returned": Bilingual("撤下后恢复", "Back after being taken down"),
    "corrected": Bilingual("已更正", "Corrected"),
    "rejected": Bilingual("核查发现错误", "Errors found"),
}
"""What events of offices are listed under in a letter."""
