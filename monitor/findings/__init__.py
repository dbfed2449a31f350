"""Findings in the forms in which people and programs take them: SARIF, workbook, web page."""
