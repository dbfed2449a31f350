"""The settings under which LibreOffice converts: nothing is run, nothing is followed.

Names and values are those of the configuration schemas of LibreOffice 7 and 24 (org.openoffice.*);
what a version does not know it passes over.
"""

from pathlib import Path

_ITEM = (
    '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
    "<value>{value}</value></prop></item>"
)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
)
_NOWHERE = "127.0.0.1"
_SETTINGS = (
    # No macros, and nothing else that acts by itself.
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "DisableOLEAutomation", "true"),
    ("Office.Java/VirtualMachine", "Enable", "false"),
    # Links stay as they were saved: 0 is “never”, and no file may name what is to be loaded.
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Writer/Content/Update", "Field", "false"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    # Whatever asks for the network all the same asks a proxy that is not there.
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", _NOWHERE),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", _NOWHERE),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetFTPProxyName", _NOWHERE),
    ("Inet/Settings", "ooInetFTPProxyPort", "9"),
    ("Inet/Settings", "ooInetNoProxy", ""),
    # No recovery, no questions, no reports.
    ("Office.Recovery/RecoveryInfo", "Enabled", "false"),
    ("Office.Recovery/AutoSave", "Enabled", "false"),
    ("Office.Common/Misc", "CrashReport", "false"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Setup/Office", "ooSetupInstCompleted", "true"),
)


def write_profile(folder: Path) -> None:
    """Write the settings into ``folder``, which becomes a fresh profile of LibreOffice."""
    lines = [_ITEM.format(path=path, name=name, value=value) for path, name, value in _SETTINGS]
    (folder / "user").mkdir(parents=True)
    text = _HEAD + "\n".join(lines) + "\n</oor:items>\n"
    (folder / "user" / "registrymodifications.xcu").write_text(text, encoding="utf-8")
